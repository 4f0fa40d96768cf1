//! Reading what a resource says of itself (RFC 9728 section 2).

use super::fields::{Fields, some_items, text};
use super::{Url, operations, url};
use crate::diagnostic::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::Node;

pub(super) const KEYS: &[&str] = &[
    "name",
    "authorization_servers",
    "scopes",
    "documentation",
    "policy",
    "terms",
];
pub(super) const NAME_BYTES: usize = 128;

/// What a resource says of itself, beyond what follows from the policy.
#[derive(Debug)]
pub(crate) struct Metadata {
    /// Where the key stands.
    pub(crate) span: Span,
    pub(crate) name: Option<String>,
    pub(crate) authorization_servers: Vec<String>,
    pub(crate) scopes: Vec<String>,
    pub(crate) documentation: Option<String>,
    pub(crate) policy: Option<String>,
    pub(crate) terms: Option<String>,
}

pub(super) fn read(span: Span, node: &Node, diagnostics: &mut Diagnostics) -> Option<Metadata> {
    let fields = Fields::open(node, "`metadata`", node.span, KEYS, &[], diagnostics)?;
    let name = fields
        .get("name")
        .and_then(|node| title(node, NAME_BYTES, diagnostics));
    let servers = match fields.get("authorization_servers") {
        Some(node) => some_items(Some(node), diagnostics),
        None => &[],
    };
    let authorization_servers = servers
        .iter()
        .filter_map(|node| server(node, diagnostics))
        .collect();
    let scopes = operations::scopes(fields.get("scopes"), diagnostics);
    let mut link = |key| {
        let url = url::read(fields.get(key)?, diagnostics)?;
        Some(url.value.text().to_owned())
    };
    Some(Metadata {
        span,
        name,
        authorization_servers,
        scopes,
        documentation: link("documentation"),
        policy: link("policy"),
        terms: link("terms"),
    })
}

/// An issuer identifier: an https URL without query (RFC 8414 section 2).
fn server(node: &Node, diagnostics: &mut Diagnostics) -> Option<String> {
    let url: Spanned<Url> = url::read(node, diagnostics)?;
    let text = url.value.text();
    if text.starts_with("https://") && !text.contains('?') {
        return Some(text.to_owned());
    }
    diagnostics.push(
        url.diagnostic(
            Code::BadUrl,
            format!("`{text}` is not the identifier of an authorization server"),
        )
        .help("it is the `iss` of its tokens: an `https` URL without a query"),
    );
    None
}

/// A text for people, on one line.
pub(super) fn title(node: &Node, longest: usize, diagnostics: &mut Diagnostics) -> Option<String> {
    let written = text(node, diagnostics)?;
    let value = written.value.trim();
    if !value.is_empty() && value.len() <= longest && !value.chars().any(char::is_control) {
        return Some(value.to_owned());
    }
    diagnostics.push(
        written
            .diagnostic(Code::BadValue, "this text cannot stand here")
            .label(format!("one line of at most {longest} bytes is expected")),
    );
    None
}
