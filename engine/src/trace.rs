//! Watching a decision: what was evaluated, as it is evaluated.

pub use crate::cel::{EvalError, Value};
use crate::plan::{Effect, NodeId, ProgramId, RuleId};

/// Somebody who watches.
pub trait Trace {
    /// A rule was evaluated.
    fn rule(&mut self, rule: RuleId, effect: Effect, verdict: &Result<bool, EvalError>) {
        let _ = (rule, effect, verdict);
    }

    /// A node of a condition was evaluated.
    fn value(&mut self, program: ProgramId, node: NodeId, value: Result<&Value<'_>, &EvalError>) {
        let _ = (program, node, value);
    }
}

/// Nobody.
pub(crate) struct Untraced;

impl Trace for Untraced {}
