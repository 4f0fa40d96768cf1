//! Reading operations: those of HTTP resources, and `public`.

use super::fields::{Fields, entries, text, wrong_kind};
use super::{Http, Label, Operation, PublicOperation, body, claims, limits, scalars, template};
use crate::diagnostic::{Code, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Node, Value};

pub(super) const OPERATION: &[&str] = &[
    "http",
    "class",
    "labels",
    "query",
    "body",
    "body_limit",
    "log",
    "amount",
    "recipient",
    "scope",
    "cost",
    "upgrade",
    "reviewed",
];
pub(super) const PUBLIC: &[&str] = &["http", "host", "name", "query"];

/// Protocols that a request can ask to change to (RFC 9110 section 7.8), as Envoy knows them.
pub(super) const UPGRADES: &[(&str, &str)] = &[("websocket", "websocket")];
pub(super) const REVIEWED: &[(&str, bool)] = &[("true", true), ("false", false)];

pub(super) const SCOPE_BYTES: usize = 256;

/// Reads one operation of an HTTP resource.
pub(super) fn read(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Operation> {
    scalars::check_name(&entry.key, diagnostics);
    let at = entry.key.span;
    let fields = Fields::open(
        &entry.value,
        "an operation",
        at,
        OPERATION,
        &[],
        diagnostics,
    )?;
    let http = fields
        .require("http", diagnostics)
        .and_then(|node| template::read(node, diagnostics));
    let class = fields
        .require("class", diagnostics)
        .and_then(|node| scalars::class(node, diagnostics));
    let labels = labels(fields.get("labels"), diagnostics);
    let query = claims::read_query(fields.get("query"), diagnostics);
    let scopes = scopes(fields.get("scope"), diagnostics);
    let upgrade = fields
        .get("upgrade")
        .and_then(|node| upgrade(node, http.as_ref(), diagnostics));
    let body = body::of_request(&fields, http.as_ref(), diagnostics);
    Some(Operation {
        name: entry.key.clone(),
        http,
        class,
        labels,
        query,
        body,
        call: None,
        scopes,
        cost: limits::cost(fields.get("cost"), diagnostics),
        upgrade,
        unreviewed: unreviewed(&fields, diagnostics),
    })
}

/// Where it says that nobody has looked at it yet. What cannot be read says so too.
pub(super) fn unreviewed(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<Span> {
    let node = fields.get("reviewed")?;
    let what = "an answer to whether somebody has looked at it";
    match scalars::word(node, what, REVIEWED, &[], diagnostics) {
        Some(true) => None,
        Some(false) | None => Some(node.span),
    }
}

/// One scope, or a list of them (RFC 6749 section 3.3).
pub(super) fn scopes(node: Option<&Node>, diagnostics: &mut Diagnostics) -> Vec<String> {
    let Some(node) = node else { return Vec::new() };
    let written = match &node.value {
        Value::List(items) => items.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut scopes: Vec<String> = Vec::new();
    for item in written {
        let scope = scalars::line(item, SCOPE_BYTES, diagnostics);
        if let Some(scope) = scope.filter(|scope| !scopes.contains(&scope.value)) {
            scopes.push(scope.value);
        }
    }
    scopes
}

/// The protocol that a request changes to. Of the methods only GET can (RFC 6455 section 4.1).
fn upgrade(
    node: &Node,
    http: Option<&Http>,
    diagnostics: &mut Diagnostics,
) -> Option<&'static str> {
    let what = "a protocol to change to";
    let protocol = scalars::word(node, what, UPGRADES, &[], diagnostics)?;
    match http {
        Some(http) if http.method != "GET" => {
            diagnostics.push(
                Spanned::new((), node.span)
                    .diagnostic(
                        Code::BadValue,
                        format!("a {} cannot change to `{protocol}`", http.method),
                    )
                    .also(http.span, "the method stands here")
                    .help("only a GET asks for another protocol"),
            );
            None
        }
        _ => Some(protocol),
    }
}

/// Labels: each with a value, or a list of values.
pub(super) fn labels(node: Option<&Node>, diagnostics: &mut Diagnostics) -> Vec<Label> {
    let mut labels = Vec::new();
    for entry in entries(node, diagnostics) {
        let values = match &entry.value.value {
            Value::Text(_) => std::slice::from_ref(&entry.value),
            Value::List(items) => items.as_slice(),
            Value::Nothing | Value::Refused | Value::Mapping(_) => {
                wrong_kind(&entry.value, "a label's value", diagnostics);
                continue;
            }
        };
        labels.extend(values.iter().filter_map(|value| {
            Some(Label {
                name: entry.key.clone(),
                value: text(value, diagnostics)?,
            })
        }));
    }
    labels
}

/// Reads one public operation.
pub(super) fn read_public(node: &Node, diagnostics: &mut Diagnostics) -> Option<PublicOperation> {
    let fields = Fields::open(
        node,
        "a public operation",
        node.span,
        PUBLIC,
        &[],
        diagnostics,
    )?;
    let http = fields
        .require("http", diagnostics)
        .and_then(|node| template::read(node, diagnostics));
    let host = fields
        .get("host")
        .map(|node| scalars::host_name(node, diagnostics));
    let name = fields
        .get("name")
        .and_then(|node| scalars::name(node, diagnostics));
    let query = claims::read_query(fields.get("query"), diagnostics);
    // A host that cannot be read must not become "any host".
    let host = match host {
        Some(None) => return None,
        Some(host) => host,
        None => None,
    };
    Some(PublicOperation {
        name,
        host,
        http: http?,
        query,
    })
}
