//! From (host, method, path) to operation.
//!
//! One tree of segments per host and method. A literal beats a capture at every level; the
//! compiler refuses templates of which neither is more specific, so the first match that a walk
//! finds is the most specific one. A walk visits a node of the tree at most once.
//!
//! A segment that is not a literal but would be one to a server that folds case, or drops white
//! space or dots at the end, does not pass for a capture: `/orders/EXPORT` must not reach
//! `/orders/export` under the rules of `/orders/{id}`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::plan::{Access, NameId, Operation, OperationId, Plan, ResourceId, TemplateSegment};

/// The operation index of a plan.
#[derive(Debug)]
pub(crate) struct Routes {
    hosts: BTreeMap<String, Host>,
    /// Public operations that stand on any host.
    anywhere: Methods,
}

#[derive(Debug, Default)]
struct Host {
    methods: Methods,
    /// The first resource on this host: whose metadata a caller without a token is pointed to.
    resource: Option<ResourceId>,
}

type Methods = BTreeMap<String, Node>;

#[derive(Debug, Default)]
struct Node {
    literals: BTreeMap<String, Node>,
    /// The literals as [`fold`] leaves them.
    folded: BTreeSet<String>,
    capture: Option<Box<Node>>,
    operation: Option<OperationId>,
}

/// What a request's host, method and path lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) operation: Option<OperationId>,
    pub(crate) resource: Option<ResourceId>,
    pub(crate) host_is_known: bool,
}

impl Routes {
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut routes = Self {
            hosts: BTreeMap::new(),
            anywhere: Methods::new(),
        };
        for (position, operation) in (0u32..).zip(&plan.operations) {
            let resource = operation
                .resource
                .and_then(|id| plan.resources.get(id.index()));
            let methods = match resource {
                Some(resource) => {
                    let host = routes.hosts.entry(resource.host.clone()).or_default();
                    if operation.access == Access::Task {
                        host.resource = host.resource.or(operation.resource);
                    }
                    &mut host.methods
                }
                None => &mut routes.anywhere,
            };
            let root = methods.entry(operation.method.clone()).or_default();
            root.insert(operation, OperationId(position));
        }
        routes
    }

    pub(crate) fn find(&self, host: &str, method: &str, segments: &[Cow<'_, str>]) -> Found {
        let host = self.hosts.get(host);
        let walk = |methods: &Methods| methods.get(method).and_then(|root| root.find(segments));
        let here = host.and_then(|host| walk(&host.methods));
        Found {
            operation: here.or_else(|| walk(&self.anywhere)),
            resource: host.and_then(|host| host.resource),
            host_is_known: host.is_some(),
        }
    }
}

impl Node {
    fn insert(&mut self, operation: &Operation, id: OperationId) {
        let mut node = self;
        for segment in &operation.template {
            node = match segment {
                TemplateSegment::Literal(literal) => {
                    node.folded.insert(fold(literal));
                    node.literals.entry(literal.clone()).or_default()
                }
                TemplateSegment::Capture(_) => node.capture.get_or_insert_default(),
            };
        }
        node.operation.get_or_insert(id);
    }

    fn find(&self, segments: &[Cow<'_, str>]) -> Option<OperationId> {
        let Some((first, rest)) = segments.split_first() else {
            return self.operation;
        };
        match self.literals.get(first.as_ref()) {
            Some(literal) => literal
                .find(rest)
                .or_else(|| self.capture.as_ref()?.find(rest)),
            None if self.folded.is_empty() || !self.folded.contains(&fold(first)) => {
                self.capture.as_ref()?.find(rest)
            }
            None => None,
        }
    }
}

/// What lenient servers make of a segment before they compare it.
fn fold(segment: &str) -> String {
    segment.trim().trim_end_matches('.').to_lowercase()
}

/// The value of a capture in a path that an operation matched.
pub(crate) fn capture<'s>(
    operation: &Operation,
    segments: &'s [Cow<'_, str>],
    name: NameId,
) -> Option<&'s str> {
    operation
        .template
        .iter()
        .zip(segments)
        .find_map(|(template, segment)| {
            (*template == TemplateSegment::Capture(name)).then_some(segment)
        })
        .map(AsRef::as_ref)
}

#[cfg(test)]
mod tests;
