//! Reading `resources` and `public`.

use super::fields::{Fields, entries, text, wrong_kind};
use super::{Label, Operation, PublicOperation, Resource, claims, scalars, template};
use crate::diagnostic::Diagnostics;
use crate::yaml::{Entry, Node, Value};

pub(super) const RESOURCE: &[&str] = &["host", "audience", "cluster", "labels", "operations"];
const RESOURCE_LATER: &[&str] = &["mcp", "a2a", "tools", "prompts"];
pub(super) const OPERATION: &[&str] = &["http", "class", "labels", "query"];
const OPERATION_LATER: &[&str] = &["body", "arguments"];
pub(super) const PUBLIC: &[&str] = &["http", "host", "name", "query"];

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
    Some(Operation {
        name: entry.key.clone(),
        http,
        class,
        labels,
        query,
    })
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
