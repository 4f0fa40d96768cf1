//! What Envoy has to be told where a plan reads bodies: that it waits for them, how much of them it
//! holds, and which streams may stay open.

use std::fmt::Write as _;

use remit_engine::limits::MOST_BODY_BYTES;
use remit_engine::plan::{
    BodyShape, Capability, Operation, Plan, Protocol, Resource, TemplateSegment,
};

/// What a connection may hold where no body is read.
const SMALL_BUFFER: u32 = 32 * 1024;
/// What an HTTP/2 stream may have on the way there.
const SMALL_WINDOW: u32 = 64 * 1024;
/// What all streams of an HTTP/2 connection may have on the way.
const CONNECTION_WINDOW: u32 = 1024 * 1024;
/// Beyond the longest body: what is on the way when it has been read.
const SLACK: u32 = 64 * 1024;

/// Whether the plan needs a module that reads bodies.
pub(super) fn are_read(plan: &Plan) -> bool {
    plan.requires.contains(&Capability::Bodies)
}

/// For the filter's configuration: the head waits for the body.
pub(super) fn waiting(plan: &Plan) -> String {
    if !are_read(plan) {
        return String::new();
    }
    "# Some operations are decided on their body: their head waits for it.\n\
     allow_on_headers_stop_iteration: true\n"
        .to_owned()
}

/// Bytes that a connection may hold, and those that an HTTP/2 stream and all of a connection may have
/// on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) buffer: u32,
    pub(super) window: u32,
    pub(super) connection_window: u32,
}

impl Room {
    /// A body that is held counts against both: beyond them Envoy answers with 413. So do the
    /// answers of an endpoint, which are held to be looked at.
    pub(super) fn of(plan: &Plan) -> Self {
        let bodies = plan.operations.iter().filter_map(|one| match &one.body {
            BodyShape::Json(members) => Some(members.body_bytes),
            BodyShape::Unread => None,
        });
        let answers = plan
            .resources
            .iter()
            .filter_map(|one| one.endpoint.as_ref());
        let longest = bodies.chain(answers.map(|_| MOST_BODY_BYTES)).max();
        let held = longest.map_or(0, |longest| longest + SLACK);
        Self {
            buffer: held.max(SMALL_BUFFER),
            window: held.max(SMALL_WINDOW),
            connection_window: held.max(CONNECTION_WINDOW),
        }
    }
}

/// Paths at which a resource takes messages: what it answers with may be a stream that stays open.
pub(super) fn streaming<'p>(plan: &'p Plan, resource: &'p Resource) -> Vec<String> {
    let Some(endpoint) = &resource.endpoint else {
        return Vec::new();
    };
    let mut paths = vec![path(endpoint.path.iter().map(String::as_str))];
    // The REST binding of A2A streams at paths of its own, which have no captures.
    let of_rest = |operation: &&Operation| {
        let of = operation
            .resource
            .and_then(|id| plan.resources.get(id.index()));
        of.is_some_and(|of| of.name == resource.name)
            && operation.call.is_none()
            && operation.method == "POST"
    };
    if endpoint.protocol == Protocol::A2a {
        for operation in plan.operations.iter().filter(of_rest) {
            paths.extend(literals(&operation.template).map(|segments| path(segments.into_iter())));
        }
    }
    paths
}

fn literals(template: &[TemplateSegment]) -> Option<Vec<&str>> {
    let segments = template.iter().map(|segment| match segment {
        TemplateSegment::Literal(literal) => Some(literal.as_str()),
        TemplateSegment::Capture(_) => None,
    });
    segments.collect()
}

/// A path as requests carry it: in normal form, escaped only where it must be (RFC 3986 section
/// 3.3).
fn path<'s>(segments: impl Iterator<Item = &'s str>) -> String {
    let mut path = String::new();
    for segment in segments {
        path.push('/');
        for byte in segment.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte) {
                path.push(char::from(byte));
            } else {
                // Writing to a text does not fail.
                let _ = write!(path, "%{byte:02X}");
            }
        }
    }
    if path.is_empty() {
        path.push('/');
    }
    path
}

#[cfg(test)]
mod tests;
