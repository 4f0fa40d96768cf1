//! Reading `resources`: what is asked of by method and path, and what takes messages.

use super::fields::{Fields, entries};
use super::{Operation, Resource, calls, endpoint, metadata, operations, scalars, url};
use crate::diagnostic::Diagnostics;
use crate::yaml::{Entry, Value};

/// Keys of a resource whose operations are methods and paths.
pub(super) const HTTP: &[&str] = &[
    "host",
    "audience",
    "cluster",
    "origin",
    "metadata",
    "labels",
    "operations",
];
/// Keys of an MCP server.
pub(super) const MCP: &[&str] = &[
    "mcp",
    "audience",
    "cluster",
    "origin",
    "metadata",
    "labels",
    "tools",
    "prompts",
    "resources",
    "methods",
];
/// Keys of an A2A agent.
pub(super) const A2A: &[&str] = &[
    "a2a", "audience", "cluster", "origin", "metadata", "labels", "methods", "skills",
];

pub(super) const AUDIENCE_BYTES: usize = 512;
pub(super) const CLUSTER_BYTES: usize = 256;

/// How a resource is called.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Http,
    Mcp,
    A2a,
}

impl Kind {
    fn of(entry: &Entry) -> Self {
        let Value::Mapping(entries) = &entry.value.value else {
            return Self::Http;
        };
        let has = |key: &str| entries.iter().any(|one| one.key.value == key);
        match (has("mcp"), has("a2a")) {
            (true, _) => Self::Mcp,
            (false, true) => Self::A2a,
            (false, false) => Self::Http,
        }
    }

    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Http => HTTP,
            Self::Mcp => MCP,
            Self::A2a => A2A,
        }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Http => "a resource",
            Self::Mcp => "a resource with `mcp`",
            Self::A2a => "a resource with `a2a`",
        }
    }

    /// What to say of a key that belongs to another kind.
    fn elsewhere(self, key: &str) -> Option<String> {
        let needs = |form: &str| Some(format!("`{key}` belongs to a resource with {form}"));
        match (self, key) {
            (Self::Mcp, "a2a") => Some("a resource has one endpoint: make two of it".to_owned()),
            (Self::Mcp, "host") => Some("the host stands in `mcp`".to_owned()),
            (Self::A2a, "host") => Some("the host stands in `a2a`".to_owned()),
            (Self::Mcp, "operations") => Some(
                "what can be called there stands in `tools`, `prompts`, `resources` and `methods`"
                    .to_owned(),
            ),
            (Self::A2a, "operations") => {
                Some("what can be called there stands in `methods` and `skills`".to_owned())
            }
            (Self::Http, "methods") => needs("`mcp` or `a2a`"),
            (_, "skills") => needs("`a2a: {host: …, path: …}`"),
            (_, "tools" | "prompts" | "resources") => needs("`mcp: {host: …, path: …}`"),
            _ => None,
        }
    }
}

/// Reads one resource.
pub(super) fn read(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Resource> {
    scalars::check_name(&entry.key, diagnostics);
    let at = entry.key.span;
    let kind = Kind::of(entry);
    let fields = Fields::open_with(
        &entry.value,
        kind.what(),
        at,
        kind.keys(),
        |key| kind.elsewhere(key),
        diagnostics,
    )?;
    let (host, endpoint) = match kind {
        Kind::Http => {
            let host = fields.require("host", diagnostics);
            let host = host.and_then(|node| scalars::host_name(node, diagnostics));
            (host, None)
        }
        Kind::Mcp => endpoint::mcp(&fields, diagnostics),
        Kind::A2a => endpoint::a2a(&fields, diagnostics),
    };
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
    let labels = operations::labels(fields.get("labels"), diagnostics);
    let Read { operations, lost } = match kind {
        Kind::Http => http(&fields, diagnostics),
        Kind::Mcp => calls::read(&fields, calls::MCP, diagnostics),
        Kind::A2a => calls::read(&fields, calls::A2A, diagnostics),
    };
    let incomplete = lost || (kind != Kind::Http && endpoint.is_none());
    Some(Resource {
        name: entry.key.clone(),
        host,
        audience,
        cluster,
        origin,
        metadata,
        labels,
        endpoint,
        operations,
        incomplete,
    })
}

/// The operations of a resource, as far as they could be read.
#[derive(Default)]
pub(super) struct Read {
    pub(super) operations: Vec<Operation>,
    /// Whether some could not be.
    pub(super) lost: bool,
}

fn http(fields: &Fields<'_>, diagnostics: &mut Diagnostics) -> Read {
    let node = fields.require("operations", diagnostics);
    let written = entries(node, diagnostics);
    let operations: Vec<Operation> = written
        .iter()
        .filter_map(|entry| operations::read(entry, diagnostics))
        .collect();
    let lost = node.is_none() || operations.len() != written.len();
    Read { operations, lost }
}
