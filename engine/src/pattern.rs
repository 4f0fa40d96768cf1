//! Matching identities against patterns.

use crate::plan::{Pattern, Segment};

impl Pattern {
    /// Whether it covers an identity. `*` is one segment, never an empty one; a final `**` is one
    /// or more. Scheme and segments are compared byte by byte: nothing is decoded or folded.
    #[must_use]
    pub fn matches(&self, identity: &str) -> bool {
        let Some(rest) = identity.strip_prefix(self.scheme.as_str()) else {
            return false;
        };
        if self.scheme.is_empty() && rest.contains("://") {
            return false;
        }
        let mut parts = rest.split('/');
        for segment in &self.segments {
            let fits = match segment {
                Segment::Literal(literal) => parts.next() == Some(literal),
                Segment::Any => parts.next().is_some_and(is_plain),
                Segment::Rest => return parts.next().is_some_and(is_plain) && parts.all(is_plain),
            };
            if !fits {
                return false;
            }
        }
        parts.next().is_none()
    }
}

/// A segment that a wildcard may stand for: dot segments could climb out of the pattern in a
/// reader that resolves them.
fn is_plain(segment: &str) -> bool {
    !matches!(segment, "" | "." | "..")
}

#[cfg(test)]
mod tests;
