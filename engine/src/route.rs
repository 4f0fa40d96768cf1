//! From (host, method, path) to operation.
//!
//! One tree of segments per host and method. A literal beats a capture at every level; the
//! compiler refuses templates of which neither is more specific, so the first match that a walk
//! finds is the most specific one. A walk visits a node of the tree at most once.
//!
//! A segment that is not a literal but may be one to a lenient server does not pass for a capture:
//! one that folds case, drops white space or dots at the ends, or takes off what follows a dot or
//! colon as a format or verb. `/orders/EXPORT` and `/orders/export.json` must not reach
//! `/orders/export` under the rules of `/orders/{id}`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::decision::Reason;
use crate::plan::{
    Access, AudienceId, NameId, Operation, OperationId, Plan, Resource, ResourceId, TemplateSegment,
};
use crate::request::host;

/// The operation index of a plan.
#[derive(Debug)]
pub(crate) struct Routes {
    hosts: Named<Host>,
    /// Public operations that stand on any host.
    anywhere: Methods,
}

#[derive(Debug, Default)]
struct Host {
    methods: Methods,
    /// The first resource on this host: whose metadata a caller without a token is pointed to.
    resource: Option<ResourceId>,
    /// The audiences of all resources on this host.
    audiences: Vec<AudienceId>,
}

type Methods = Named<Node>;

/// Things by name. The module holds one such tree, from names to positions, rather than one for
/// each type.
#[derive(Debug)]
struct Named<T> {
    positions: BTreeMap<String, usize>,
    things: Vec<T>,
}

#[derive(Debug, Default)]
struct Node {
    literals: Named<Node>,
    /// What [`fold`] makes of literals, where that is something else.
    folded: Named<()>,
    capture: Option<Box<Node>>,
    operation: Option<OperationId>,
    /// The resource that takes messages here.
    endpoint: Option<ResourceId>,
}

/// The host that a request is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addressed<'s, 'r> {
    /// As it was sent, in normal form.
    pub(crate) name: &'r str,
    /// What the plan has there.
    host: Option<&'s Host>,
}

/// What a request's host, method and path lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found<'r> {
    pub(crate) operation: Option<OperationId>,
    /// The resource whose endpoint it is for.
    pub(crate) endpoint: Option<ResourceId>,
    pub(crate) resource: Option<ResourceId>,
    pub(crate) host_is_known: bool,
    pub(crate) audiences: &'r [AudienceId],
}

impl Routes {
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut routes = Self {
            hosts: Named::default(),
            anywhere: Methods::default(),
        };
        for (position, operation) in (0u32..).zip(&plan.operations) {
            routes.insert(plan, operation, OperationId(position));
        }
        for (position, resource) in (0u32..).zip(&plan.resources) {
            routes.insert_endpoint(resource, ResourceId(position));
        }
        routes
    }

    fn insert(&mut self, plan: &Plan, operation: &Operation, id: OperationId) -> Option<()> {
        let resource = operation
            .resource
            .and_then(|id| plan.resources.get(id.index()));
        let methods = match resource {
            Some(resource) => {
                let host = self.hosts.entry(&resource.host)?;
                if operation.access == Access::Task {
                    host.resource = host.resource.or(operation.resource);
                }
                host.audiences.extend(
                    resource
                        .audience
                        .filter(|audience| !host.audiences.contains(audience)),
                );
                &mut host.methods
            }
            None => &mut self.anywhere,
        };
        if operation.call.is_some() {
            // It is found by what the endpoint's messages say.
            return Some(());
        }
        let root = methods.entry(&operation.method)?;
        let mut node = root;
        for segment in &operation.template {
            node = match segment {
                TemplateSegment::Literal(literal) => node.below(literal)?,
                TemplateSegment::Capture(_) => node.capture.get_or_insert_default(),
            };
        }
        node.operation.get_or_insert(id);
        Some(())
    }

    /// A resource's endpoint, where it has one.
    fn insert_endpoint(&mut self, resource: &Resource, id: ResourceId) -> Option<()> {
        let endpoint = resource.endpoint.as_ref()?;
        let host = self.hosts.entry(&resource.host)?;
        endpoint.for_each_way(&mut |method, path| {
            let root = host.methods.entry(method);
            let node = path.iter().fold(root, |node, segment| match segment {
                Some(segment) => node?.below(segment),
                None => node.map(|node| &mut **node.capture.get_or_insert_default()),
            });
            if let Some(node) = node {
                node.endpoint.get_or_insert(id);
            }
        });
        Some(())
    }

    /// Reads an authority. One of the plan's hosts is in normal form, so that only others need a
    /// look at each letter. A port is part of a host's name or does not belong there.
    pub(crate) fn host<'s, 'r>(&'s self, authority: &'r [u8]) -> Result<Addressed<'s, 'r>, Reason> {
        let known = std::str::from_utf8(authority)
            .ok()
            .and_then(|name| Some((name, self.hosts.get(name)?)));
        if let Some((name, host)) = known {
            return Ok(Addressed {
                name,
                host: Some(host),
            });
        }
        let unknown = host::check(authority).map_err(|_| Reason::HostAmbiguous)?;
        if unknown.has_port {
            return Err(Reason::HostAmbiguous);
        }
        Ok(Addressed {
            name: unknown.authority,
            host: None,
        })
    }

    pub(crate) fn find<'s>(
        &'s self,
        addressed: &Addressed<'s, '_>,
        method: &str,
        segments: &[Cow<'_, str>],
    ) -> Found<'s> {
        let host = addressed.host;
        let walk = |methods: &'s Methods| match methods.get(method) {
            Some(root) => root.find(segments),
            None => Ok(None),
        };
        let here = host.map_or(Ok(None), |host| walk(&host.methods));
        let node = match here {
            Ok(None) => walk(&self.anywhere),
            decided => decided,
        };
        let node = node.unwrap_or(None);
        Found {
            operation: node.and_then(|node| node.operation),
            endpoint: node.and_then(|node| node.endpoint),
            resource: host.and_then(|host| host.resource),
            host_is_known: host.is_some(),
            audiences: host.map_or(&[], |host| &host.audiences),
        }
    }
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self {
            positions: BTreeMap::new(),
            things: Vec::new(),
        }
    }
}

impl<T: Default> Named<T> {
    fn get(&self, name: &str) -> Option<&T> {
        self.things.get(*self.positions.get(name)?)
    }

    /// The one of this name; an empty one, if it is not there yet. There is always one.
    fn entry(&mut self, name: &str) -> Option<&mut T> {
        let position = position(&mut self.positions, name, self.things.len());
        if position == self.things.len() {
            self.things.push(T::default());
        }
        self.things.get_mut(position)
    }
}

/// The position of a name, which becomes `new` if it has none.
#[inline(never)]
fn position(positions: &mut BTreeMap<String, usize>, name: &str, new: usize) -> usize {
    *positions.entry(name.to_owned()).or_insert(new)
}

impl Node {
    /// What stands below a literal.
    fn below(&mut self, literal: &str) -> Option<&mut Self> {
        let folded = fold(literal);
        if folded != literal {
            self.folded.entry(&folded);
        }
        self.literals.entry(literal)
    }

    /// Walks down, literals first. A segment that is too much like a literal ends the whole walk:
    /// no other template may take the request for its own.
    fn find(&self, segments: &[Cow<'_, str>]) -> Result<Option<&Self>, TooAlike> {
        let Some((first, rest)) = segments.split_first() else {
            let leads_somewhere = self.operation.is_some() || self.endpoint.is_some();
            return Ok(leads_somewhere.then_some(self));
        };
        let below = match self.literals.get(first.as_ref()) {
            Some(literal) => literal.find(rest)?,
            None if self.is_too_alike(first) => return Err(TooAlike),
            None => None,
        };
        match (below, &self.capture) {
            (None, Some(capture)) => capture.find(rest),
            (below, _) => Ok(below),
        }
    }

    fn is_too_alike(&self, segment: &str) -> bool {
        if self.literals.things.is_empty() {
            return false;
        }
        let stem = segment.split(['.', ':']).next().unwrap_or_default();
        [segment, stem]
            .map(fold)
            .iter()
            .any(|folded| self.folded.get(folded).is_some() || self.literals.get(folded).is_some())
    }
}

/// A segment is no literal, and may be one to a lenient server.
#[derive(Debug)]
struct TooAlike;

/// What lenient servers make of a segment before they compare it.
///
/// Beyond ASCII, letters fall together rather than by Unicode's table of cases, which would be 17 KB
/// of the module: more is too alike than need be, and none is less.
fn fold(segment: &str) -> String {
    const LETTER: char = char::REPLACEMENT_CHARACTER;
    let segment = segment.trim_matches(|c: char| c.is_whitespace() || c == '.');
    if segment.is_ascii() {
        return segment.to_ascii_lowercase();
    }
    let mut folded = String::new();
    for letter in segment.chars() {
        match letter {
            // The sign for kelvin and the capital i with a dot: in lower case they are ASCII's.
            '\u{212a}' => folded.push('k'),
            '\u{130}' => folded.extend(['i', LETTER]),
            _ if letter.is_ascii() => folded.push(letter.to_ascii_lowercase()),
            _ => folded.push(LETTER),
        }
    }
    folded
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
