//! Reading `resources` and `public`.

use super::fields::{Fields, entries, text, wrong_kind};
use super::{
    Http, Label, Operation, PublicOperation, Resource, claims, metadata, scalars, template, url,
};
use crate::diagnostic::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::{Entry, Node, Value};

pub(super) const RESOURCE: &[&str] = &[
    "host",
    "audience",
    "cluster",
    "origin",
    "metadata",
    "labels",
    "operations",
];
const RESOURCE_LATER: &[&str] = &["mcp", "a2a", "tools", "prompts"];
pub(super) const OPERATION: &[&str] = &["http", "class", "labels", "query", "scope", "upgrade"];
const OPERATION_LATER: &[&str] = &["body", "arguments"];
pub(super) const PUBLIC: &[&str] = &["http", "host", "name", "query"];

/// Protocols that a request can ask to change to (RFC 9110 section 7.8), as Envoy knows them.
pub(super) const UPGRADES: &[(&str, &str)] = &[("websocket", "websocket")];

pub(super) const SCOPE_BYTES: usize = 256;
pub(super) const AUDIENCE_BYTES: usize = 512;
pub(super) const CLUSTER_BYTES: usize = 256;

/// Reads one resource.
pub(super) fn read(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Resource> {
    scalars::check_name(&entry.key, diagnostics);
    let at = entry.key.span;
    let fields = Fields::open(
        &entry.value,
        "a resource",
        at,
        RESOURCE,
        RESOURCE_LATER,
        diagnostics,
    )?;
    // Of a resource of a kind to come, only that is said.
    let later = RESOURCE_LATER.iter().any(|key| fields.get(key).is_some());
    let host = match later {
        true => fields.get("host"),
        false => fields.require("host", diagnostics),
    };
    let operations = match later {
        true => fields.get("operations"),
        false => fields.require("operations", diagnostics),
    };
    let host = host.and_then(|node| scalars::host_name(node, diagnostics));
    let audience = fields
        .require("audience", diagnostics)
        .and_then(|node| scalars::line(node, AUDIENCE_BYTES, diagnostics));
    let cluster = fields
        .get("cluster")
        .and_then(|node| scalars::line(node, CLUSTER_BYTES, diagnostics));
    let origin = fields
        .get("origin")
        .and_then(|node| url::origin(node, diagnostics));
    let metadata = fields
        .place("metadata")
        .zip(fields.get("metadata"))
        .and_then(|(at, node)| metadata::read(at, node, diagnostics));
    let labels = labels(fields.get("labels"), diagnostics);
    let written = entries(operations, diagnostics);
    let operations: Vec<Operation> = written
        .iter()
        .filter_map(|entry| operation(entry, diagnostics))
        .collect();
    let incomplete = later || operations.len() != written.len();
    let name = entry.key.clone();
    Some(Resource {
        name,
        host,
        audience,
        cluster,
        origin,
        metadata,
        labels,
        operations,
        incomplete,
    })
}

fn operation(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Operation> {
    scalars::check_name(&entry.key, diagnostics);
    let at = entry.key.span;
    let fields = Fields::open(
        &entry.value,
        "an operation",
        at,
        OPERATION,
        OPERATION_LATER,
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
    Some(Operation {
        name: entry.key.clone(),
        http,
        class,
        labels,
        query,
        scopes,
        upgrade,
    })
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
