//! Reading where messages are taken: `mcp` and `a2a`.

use remit_engine::plan::{Access, Conditional, ErrorCodes, Protocol};

use super::fields::{Fields, items, text};
use super::{body, scalars, template, url};
use crate::diagnostic::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::Node;

pub(super) const MCP: &[&str] = &[
    "host",
    "path",
    "body_limit",
    "conditional",
    "errors",
    "origins",
];
pub(super) const A2A: &[&str] = &[
    "host",
    "path",
    "rest",
    "card",
    "body_limit",
    "errors",
    "origins",
];
pub(super) const CONDITIONAL: &[(&str, Conditional)] = &[
    ("list", Conditional::List),
    ("mark", Conditional::Mark),
    ("hide", Conditional::Hide),
];
pub(super) const CARDS: &[(&str, Access)] = &[("public", Access::Public), ("task", Access::Task)];
pub(super) const ERRORS: &[(&str, ErrorCodes)] =
    &[("own", ErrorCodes::Own(DENIED)), ("coaz", ErrorCodes::Coaz)];

/// The code of refusals where the policy names none.
const DENIED: i32 = -31_999;
/// Codes that JSON-RPC 2.0 keeps for itself (section 5.1).
const RESERVED: std::ops::RangeInclusive<i32> = -32_768..=-32_000;

/// A path that takes messages.
#[derive(Debug)]
pub(crate) struct Endpoint {
    /// Where its key stands.
    pub(crate) span: Span,
    pub(crate) protocol: Protocol,
    /// Segment by segment.
    pub(crate) path: Spanned<Vec<String>>,
    /// Longest message, in bytes.
    pub(crate) body_bytes: u32,
    pub(crate) conditional: Conditional,
    pub(crate) errors: ErrorCodes,
    pub(crate) origins: Vec<String>,
    /// The base of A2A's REST binding.
    pub(crate) rest: Option<Spanned<Vec<String>>>,
    /// The agent card of A2A.
    pub(crate) card: Option<Card>,
}

/// Who may read an agent's card.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Card(pub(crate) Access);

type HostAndEndpoint = (Option<Spanned<String>>, Option<Endpoint>);

/// `mcp: {host: …, path: …}`.
pub(super) fn mcp(of: &Fields<'_>, diagnostics: &mut Diagnostics) -> HostAndEndpoint {
    read(of, Protocol::Mcp, diagnostics)
}

/// `a2a: {host: …, path: …}`.
pub(super) fn a2a(of: &Fields<'_>, diagnostics: &mut Diagnostics) -> HostAndEndpoint {
    read(of, Protocol::A2a, diagnostics)
}

fn read(of: &Fields<'_>, protocol: Protocol, diagnostics: &mut Diagnostics) -> HostAndEndpoint {
    let (key, what, keys) = match protocol {
        Protocol::Mcp => ("mcp", "`mcp`", MCP),
        Protocol::A2a => ("a2a", "`a2a`", A2A),
    };
    let Some((span, node)) = of.place(key).zip(of.get(key)) else {
        return (None, None);
    };
    let Some(fields) = Fields::open(node, what, span, keys, &[], diagnostics) else {
        return (None, None);
    };
    let host = fields.require("host", diagnostics);
    let host = host.and_then(|node| scalars::host_name(node, diagnostics));
    let path = fields.require("path", diagnostics);
    let path = path.and_then(|node| template::read_path(node, diagnostics));
    let body_bytes = body::limit(&fields, diagnostics);
    let what = "an answer to what lists say of tools that depend on their arguments";
    let conditional = fields
        .get("conditional")
        .and_then(|node| scalars::word(node, what, CONDITIONAL, &[], diagnostics));
    let errors = fields
        .get("errors")
        .and_then(|node| errors(node, diagnostics));
    let origins = items(fields.get("origins"), diagnostics)
        .iter()
        .filter_map(|node| url::origin(node, diagnostics))
        .map(|origin| origin.value.origin().to_owned());
    let origins = origins.collect();
    let rest = fields
        .get("rest")
        .and_then(|node| template::read_path(node, diagnostics));
    let card = match (protocol, fields.get("card")) {
        (Protocol::Mcp, _) => None,
        (Protocol::A2a, None) => Some(Card(Access::Public)),
        // A card that cannot be read must not become a public one.
        (Protocol::A2a, Some(node)) => {
            let what = "an answer to who may read the card";
            let access = scalars::word(node, what, CARDS, &[], diagnostics);
            Some(Card(access.unwrap_or(Access::Task)))
        }
    };
    let endpoint = path.map(|path| Endpoint {
        span,
        protocol,
        path,
        body_bytes,
        conditional: conditional.unwrap_or(Conditional::List),
        errors: errors.unwrap_or(ErrorCodes::Own(DENIED)),
        origins,
        rest,
        card,
    });
    (host, endpoint)
}

/// `own`, `coaz`, or a code.
fn errors(node: &Node, diagnostics: &mut Diagnostics) -> Option<ErrorCodes> {
    let written = text(node, diagnostics)?;
    let Ok(code) = written.value.parse::<i32>() else {
        let what = "a code, or a set of codes, of refusals";
        return scalars::word(node, what, ERRORS, &[], diagnostics);
    };
    if !RESERVED.contains(&code) {
        return Some(ErrorCodes::Own(code));
    }
    diagnostics.push(
        written
            .diagnostic(
                Code::BadValue,
                format!("JSON-RPC keeps the code `{code}` for itself"),
            )
            .help("take one that is not from -32768 to -32000, or `own` or `coaz`"),
    );
    None
}
