//! From (resource, kind, name) to operation: the index of what messages call.

use std::collections::BTreeMap;

use crate::plan::{CallKind, NameId, OperationId, Plan, ResourceId, Target, UriPart};

/// The calls of a plan, by resource.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    /// By resource.
    resources: Vec<Resource>,
}

#[derive(Debug, Default)]
struct Resource {
    /// All of them, in the order of the policy.
    all: Vec<OperationId>,
    named: BTreeMap<(CallKind, String), OperationId>,
    /// MCP resources by the templates of their URIs.
    uris: Vec<(Vec<UriPart>, OperationId)>,
}

/// What stands in a URI where its template has captures.
pub(crate) type Captures<'u> = Vec<(NameId, &'u str)>;

impl Calls {
    pub(crate) fn new(plan: &Plan) -> Self {
        let mut calls = Self::default();
        calls
            .resources
            .resize_with(plan.resources.len(), Resource::default);
        for (position, operation) in (0u32..).zip(&plan.operations) {
            let id = OperationId(position);
            let (Some(call), Some(resource)) = (&operation.call, operation.resource) else {
                continue;
            };
            let Some(resource) = calls.resources.get_mut(resource.index()) else {
                continue;
            };
            resource.all.push(id);
            match &call.target {
                Target::Name(name) => {
                    resource.named.insert((call.kind, name.clone()), id);
                }
                Target::Uri(parts) => resource.uris.push((parts.clone(), id)),
            }
        }
        calls
    }

    /// Everything that can be called at a resource.
    pub(crate) fn of(&self, resource: ResourceId) -> &[OperationId] {
        self.resources
            .get(resource.index())
            .map_or(&[], |resource| &resource.all)
    }

    /// What is called by a name.
    pub(crate) fn named(
        &self,
        resource: ResourceId,
        kind: CallKind,
        name: &str,
    ) -> Option<OperationId> {
        let resource = self.resources.get(resource.index())?;
        resource.named.get(&(kind, name.to_owned())).copied()
    }

    /// The MCP resource of a URI: of several templates that match, the narrowest. That has most
    /// literal text, and of two with the same a capture is narrower than the rest.
    pub(crate) fn uri<'u>(
        &self,
        resource: ResourceId,
        uri: &'u str,
    ) -> Option<(OperationId, Captures<'u>)> {
        let resource = self.resources.get(resource.index())?;
        let matching = resource.uris.iter().filter_map(|(parts, id)| {
            let captures = matched(parts, uri)?;
            let takes_the_rest = matches!(parts.last(), Some(UriPart::Rest(_)));
            Some(((literal_bytes(parts), !takes_the_rest), *id, captures))
        });
        let best = matching.max_by_key(|(narrowness, ..)| *narrowness);
        best.map(|(_, id, captures)| (id, captures))
    }

    /// The MCP resources of a template as a server writes it: names of captures do not count.
    pub(crate) fn template(&self, resource: ResourceId, template: &str) -> Option<OperationId> {
        let resource = self.resources.get(resource.index())?;
        let wanted = without_names(template);
        resource
            .uris
            .iter()
            .find_map(|(parts, id)| (shape(parts) == wanted).then_some(*id))
    }
}

fn literal_bytes(parts: &[UriPart]) -> usize {
    let literal = |part: &UriPart| match part {
        UriPart::Literal(text) => text.len(),
        UriPart::Capture(_) | UriPart::Rest(_) => 0,
    };
    parts.iter().map(literal).sum()
}

/// What a URI has where its template has captures; `None` where it does not match. A capture ends
/// at the first character that it cannot hold, so that there is one way to match at most.
fn matched<'u>(parts: &[UriPart], uri: &'u str) -> Option<Captures<'u>> {
    let mut captures = Vec::new();
    let mut rest = uri;
    for part in parts {
        match part {
            UriPart::Literal(text) => rest = rest.strip_prefix(text.as_str())?,
            UriPart::Capture(name) => {
                let end = rest.bytes().position(|byte| !is_unreserved(byte));
                let (text, after) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
                if !is_segment(text) {
                    return None;
                }
                captures.push((*name, text));
                rest = after;
            }
            UriPart::Rest(name) => {
                if !rest.split('/').all(is_segment) {
                    return None;
                }
                captures.push((*name, rest));
                rest = "";
            }
        }
    }
    rest.is_empty().then_some(captures)
}

/// RFC 3986 section 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// What every reader takes for one segment, and for the same: no escape, no dot segment.
fn is_segment(text: &str) -> bool {
    !text.is_empty() && text != "." && text != ".." && text.bytes().all(is_unreserved)
}

/// A template without the names of its captures.
fn shape(parts: &[UriPart]) -> String {
    let part = |part: &UriPart| match part {
        UriPart::Literal(text) => text.clone(),
        UriPart::Capture(_) => String::from("{}"),
        UriPart::Rest(_) => String::from("{+}"),
    };
    parts.iter().map(part).collect()
}

fn without_names(template: &str) -> String {
    let mut shape = String::new();
    let mut rest = template;
    while let Some((before, behind)) = rest.split_once('{') {
        let (name, after) = behind.split_once('}').unwrap_or((behind, ""));
        let operator = if name.starts_with('+') { "{+}" } else { "{}" };
        shape.push_str(before);
        shape.push_str(operator);
        rest = after;
    }
    shape.push_str(rest);
    shape
}

#[cfg(test)]
mod tests;
