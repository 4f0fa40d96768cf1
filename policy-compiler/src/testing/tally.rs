//! The limits that a request was held against: how much counted when it came.

use std::fmt;

use remit_engine::plan::{Counts, Limit, Mode, Per, WindowKind};

use super::trace::Counted;
use super::trial::Decided;
use crate::Compiled;
use crate::source::Span;

/// A limit that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// Where it stands.
    pub span: Option<Span>,
    /// Its id.
    pub id: String,
    /// What is counted, and for whom.
    pub what: String,
    /// How much counted.
    pub counted: u64,
    /// How much there may be.
    pub at_most: u32,
    /// Whether that leaves room for the request.
    pub has_room: bool,
    /// Whether it counts, or only reports.
    pub mode: Mode,
    /// Whether the decision is its doing.
    pub decided: bool,
}

impl Tally {
    /// Those of a decision, in the order in which they were looked at.
    pub(super) fn all(compiled: &Compiled, decided: &Decided) -> Vec<Self> {
        let counted = decided.recording.limits.iter();
        counted
            .filter_map(|one| {
                let limit = compiled.plan.history.limits.get(one.limit.index())?;
                let span = compiled.map.limit(one.limit);
                Some(Self::new(limit, span, one, decided))
            })
            .collect()
    }

    fn new(limit: &Limit, span: Option<Span>, counted: &Counted, decided: &Decided) -> Self {
        Self {
            span,
            id: limit.id.clone(),
            what: What(limit).to_string(),
            counted: counted.counted,
            at_most: limit.at_most,
            has_room: counted.has_room,
            mode: limit.mode,
            decided: decided.rule.as_ref() == Some(&limit.id) && !counted.has_room,
        }
    }
}

/// What a limit counts, in words.
struct What<'l>(&'l Limit);

impl fmt::Display for What<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(limit) = self;
        f.write_str(match &limit.counts {
            Counts::Calls if limit.operations.iter().any(|(_, weight)| *weight != 1) => "cost",
            Counts::Calls => "calls",
            Counts::Distinct(_) => "targets",
            Counts::Denials => "refusals",
            Counts::Idle => "seconds without a call",
        })?;
        f.write_str(match limit.per {
            Per::TaskId => " of the task id",
            Per::Session => " of the session",
            Per::Agent => " of the agent",
            Per::Tenant => " of the tenant",
            Per::AgentAndPrincipal => " of the agent for its principal",
            Per::Principal => " of the principal",
        })?;
        match limit.window {
            Some(window) if window.kind == WindowKind::Fixed => {
                write!(f, " in a window of {} s", window.seconds)
            }
            Some(window) => write!(f, " in the last {} s", window.seconds),
            None => Ok(()),
        }
    }
}
