//! An exception for everybody, or without an end in sight.

use remit_engine::plan::Segment;

use super::Subject;
use crate::diagnostic::{Code, Diagnostics};
use crate::document::WrittenPattern;

/// Longest time, in seconds, that an incident takes.
const LONGEST: i64 = 7 * 24 * 3600;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    for exception in &subject.document.break_glass {
        for agents in exception.agents.iter().filter(|one| is_everybody(one)) {
            let written = &agents.written;
            diagnostics.push(
                written
                    .diagnostic(
                        Code::BreakGlassForAll,
                        format!("`{}` holds for every agent there", exception.id.value),
                    )
                    .help("name those who work on the incident: `spiffe://corp.example/sre/*`"),
            );
        }
        // Without a time nothing is far.
        let far = |now: i64| exception.until.value > now.saturating_add(LONGEST);
        if subject.sources.now().is_some_and(far) {
            diagnostics.push(
                exception
                    .until
                    .diagnostic(
                        Code::BreakGlassFarEnd,
                        format!(
                            "`{}` ends more than seven days from now",
                            exception.id.value
                        ),
                    )
                    .help("what is needed for longer is part of a task"),
            );
        }
    }
}

/// Whether a pattern has nothing but its trust domain or host. One without any fixed part is
/// spoken of elsewhere.
fn is_everybody(pattern: &WrittenPattern) -> bool {
    matches!(
        pattern.pattern.segments.as_slice(),
        [Segment::Literal(_), Segment::Rest]
    )
}
