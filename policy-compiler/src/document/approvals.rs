//! Reading `approvals`: who approves single calls, beside issuers whose tokens carry approvals.

use remit_engine::request::{CREDENTIAL_HEADERS, IDENTITY_HEADERS};

use super::fields::{Fields, text};
use super::{Jwks, issuers, scalars};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::Node;

pub(super) const KEYS: &[&str] = &["jwks", "header", "max_lifetime"];
pub(super) const SINGLE_USE: &[(&str, ())] = &[("single-use", ())];

pub(super) const HEADER_BYTES: usize = 64;
const DEFAULT_HEADER: &str = "x-remit-approval";
const DEFAULT_LIFETIME: u32 = 15 * 60;
/// An approval that lasts longer than a day is for nothing that anybody still has in mind.
const LONGEST_LIFETIME: u32 = 24 * 3600;

/// Headers that say something else already.
const TAKEN: &[&str] = &[
    "host",
    "cookie",
    "txn-token",
    "content-length",
    "content-type",
    "transfer-encoding",
    "connection",
    "upgrade",
    "te",
];

/// All of them.
pub(super) fn taken() -> impl Iterator<Item = &'static str> {
    let credentials = CREDENTIAL_HEADERS.into_iter().chain(IDENTITY_HEADERS);
    TAKEN.iter().copied().chain(credentials)
}

/// Who approves single calls.
#[derive(Debug)]
pub(crate) struct Approvals {
    pub(crate) jwks: Jwks,
    /// In lower case.
    pub(crate) header: String,
    /// In seconds.
    pub(crate) max_lifetime: u32,
    pub(crate) span: Span,
}

/// Reads `approvals`.
pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> Option<Approvals> {
    let fields = Fields::open(node, "`approvals`", node.span, KEYS, &[], diagnostics)?;
    let jwks = fields
        .require("jwks", diagnostics)
        .and_then(|node| keys(node, diagnostics));
    let header = match fields.get("header") {
        Some(node) => header(node, diagnostics),
        None => Some(DEFAULT_HEADER.to_owned()),
    };
    let max_lifetime = match fields.get("max_lifetime") {
        Some(node) => scalars::duration(node, 1, LONGEST_LIFETIME, diagnostics),
        None => Some(DEFAULT_LIFETIME),
    };
    Some(Approvals {
        jwks: jwks?,
        header: header?,
        max_lifetime: max_lifetime?,
        span: node.span,
    })
}

/// Keys that are part of the policy: an approval must not depend on a document that can be changed
/// without it.
fn keys(node: &Node, diagnostics: &mut Diagnostics) -> Option<Jwks> {
    match issuers::keys(node, "`jwks`", diagnostics)? {
        Jwks::Remote(remote) => {
            let message = "keys of those who approve are not fetched";
            diagnostics.push(
                remote
                    .url
                    .diagnostic(Code::Unsupported, message)
                    .help("put them beside the policy: `jwks: {file: approvers.jwks.json}`"),
            );
            None
        }
        keys => Some(keys),
    }
}

fn header(node: &Node, diagnostics: &mut Diagnostics) -> Option<String> {
    let written = text(node, diagnostics)?;
    let token = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.')
    };
    let name = written.value.as_str();
    if name.is_empty() || name.len() > HEADER_BYTES || !name.bytes().all(token) {
        diagnostics.push(
            not_a_header(&written, "cannot be the header of approvals")
                .help("write its name in lower case: `x-remit-approval`"),
        );
        return None;
    }
    if taken().any(|other| other == name) {
        diagnostics.push(
            not_a_header(&written, "says something else already")
                .help("give approvals a header of their own: `x-remit-approval`"),
        );
        return None;
    }
    Some(written.value)
}

fn not_a_header(written: &Spanned<String>, why: &str) -> Diagnostic {
    written.diagnostic(Code::BadValue, format!("`{}` {why}", written.value))
}
