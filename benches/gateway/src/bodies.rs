//! The rows with bodies and lists, of the full module.
//!
//! A direct response would be sent before the body is there, which ends the connection, so that the
//! rows without us have Envoy's buffer filter: it holds the request as long as ours does.

mod plans;

use remit_bench_setup::messages;

use crate::answer::Answer;
use crate::load::Requests;
use crate::native::{buffer, json_to_metadata, jwt_authn, rbac_cel_of_body};
use crate::policy::{HOST, Rules, plan};
use crate::tokens::TICKET;
use crate::variant::{Group, Variant};
use crate::variants::{ALSO_IDENTITY, CACHE, good, one_token};
use crate::wasm::{self, Modules};

/// The decision without a body, in the full module.
pub const FULL: &str = "Remit, full module, a request without a body";

const WITH_MEMBER: &str =
    "signature, issuer, audience, expiry; method, path, task, scope, a member of the body";
const WHOLE_BODY: &str = "signature, issuer, audience, expiry; method, path, task, scope, a member of the body; \
     also typ, lifetime, agent, host, one reading of the path, the rest of the body";
/// Sizes of bodies, in KiB.
const SIZES: [usize; 2] = [2, 32];
/// Lengths of lists.
const LISTS: [usize; 2] = [50, 500];
/// More than any body has.
const MOST: usize = 64 * 1024;

/// The row of an HTTP operation with a body of 2 KiB.
#[must_use]
pub fn http_2k() -> String {
    ours(Kind::Http, 2)
}

/// The row of a tool call of 2 KiB.
#[must_use]
pub fn mcp_2k() -> String {
    ours(Kind::Tool, 2)
}

/// What a body is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An HTTP operation.
    Http,
    /// A tool of an MCP server.
    Tool,
}

impl Kind {
    fn words(self, size: usize) -> String {
        match self {
            Self::Http => format!("a JSON body of {size} KiB"),
            Self::Tool => format!("a tool call of {size} KiB"),
        }
    }

    fn path(self) -> &'static str {
        match self {
            Self::Http => plans::ORDERS,
            Self::Tool => plans::MCP,
        }
    }

    fn body(self, size: usize) -> String {
        match self {
            Self::Http => messages::of_bytes(size * 1024, TICKET, |members| members),
            Self::Tool => messages::call(size * 1024, TICKET),
        }
    }

    fn plan(self) -> Vec<u8> {
        match self {
            Self::Http => plans::orders(),
            Self::Tool => plans::one_tool(),
        }
    }

    /// Where the member stands that rules read.
    fn member(self) -> &'static [&'static str] {
        match self {
            Self::Http => &["ticket"],
            Self::Tool => &["params", "arguments", "ticket"],
        }
    }
}

/// All of them.
#[must_use]
pub fn rows(modules: &Modules) -> Vec<Variant> {
    let full = vec![wasm::full(modules, &plan(Rules::One))];
    let full = Variant::new(Group::Bodies, FULL, full, one_token()).checks(ALSO_IDENTITY);
    let mut rows = vec![full];
    for kind in [Kind::Http, Kind::Tool] {
        for size in SIZES {
            rows.extend(with_body(modules, kind, size));
        }
    }
    for count in LISTS {
        rows.extend(list(modules, count));
    }
    rows
}

fn ours(kind: Kind, size: usize) -> String {
    format!("Remit, full module, {}", kind.words(size))
}

/// The same request held, looked into by Envoy's own filters, and decided by ours.
fn with_body(modules: &Modules, kind: Kind, size: usize) -> Vec<Variant> {
    let held = format!("buffer filter, {}", kind.words(size));
    let native = format!(
        "jwt_authn, cached + json_to_metadata + RBAC with CEL, {}",
        kind.words(size)
    );
    let requests = Requests::new(1, move |_| post(kind.path(), &kind.body(size)), 200);
    let row = |name: &str, filters| Variant::new(Group::Bodies, name, filters, requests.again());
    vec![
        row(&held, vec![buffer(MOST)]).checks("nothing"),
        row(
            &native,
            vec![
                jwt_authn(Some(CACHE)),
                json_to_metadata(kind.member()),
                rbac_cel_of_body(kind.path()),
            ],
        )
        .beside(&held)
        .checks(WITH_MEMBER),
        row(&ours(kind, size), vec![wasm::full(modules, &kind.plan())])
            .beside(&held)
            .checks(WHOLE_BODY),
    ]
}

/// A list as it is, and with every other tool left out.
fn list(modules: &Modules, count: usize) -> Vec<Variant> {
    let held = format!("buffer filter, a list of {count} tools");
    let whole = messages::listed(0..count);
    let shown = messages::listed((0..count).step_by(2)).len();
    let asked = Requests::new(1, |_| post(plans::MCP, &messages::list()), 200);
    let row = |name: &str, filters, length| {
        let requests = asked.again().answered_by_bytes(length);
        Variant::new(Group::Bodies, name, filters, requests).answered(Answer::json(whole.clone()))
    };
    let filter = wasm::full(modules, &plans::every_other_of(count));
    vec![
        row(&held, vec![buffer(MOST)], whole.len()).checks("nothing"),
        row(
            &format!("Remit, full module, a list of {count} tools, half of them shown"),
            vec![filter],
            shown,
        )
        .beside(&held)
        .checks(ALSO_IDENTITY),
    ]
}

fn post(path: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: {HOST}\r\nuser-agent: agent/1.0\r\n\
         accept: application/json, text/event-stream\r\nmcp-protocol-version: 2025-06-18\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nauthorization: Bearer {}\r\n\r\n{body}",
        body.len(),
        good(0),
    )
    .into_bytes()
}
