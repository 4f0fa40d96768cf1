//! Watching an evaluation: what `explain` and coverage see is the decision's own evaluation.

use super::error::EvalError;
use super::value::Value;
use crate::approval::Action;
use crate::plan::{Effect, LimitId, NodeId, ProgramId, RuleId, RuleSet};

/// Is told what is evaluated, as it is evaluated.
pub trait Trace {
    /// Whether it listens at all: who does not is not told, and costs nothing.
    fn listens(&self) -> bool {
        true
    }

    /// Rules are about to be looked at: those of a set that always are, and those that its index
    /// found. The condition of every other is false.
    fn candidates(&mut self, set: &RuleSet, found: &[RuleId]) {
        let _ = (set, found);
    }

    /// A rule was looked at; one without a condition holds.
    fn rule(&mut self, rule: RuleId, effect: Effect, verdict: &Result<bool, EvalError>) {
        let _ = (rule, effect, verdict);
    }

    /// The call that is about to be judged, as approvals name it.
    fn call(&mut self, action: Action) {
        let _ = action;
    }

    /// A limit was looked at: how much counts towards it already, and whether that leaves room.
    fn limit(&mut self, limit: LimitId, counted: u64, has_room: bool) {
        let _ = (limit, counted, has_room);
    }

    /// A node of a program came to a value, inner nodes first; in a comprehension more than once.
    fn value(&mut self, program: ProgramId, node: NodeId, value: Result<&Value<'_>, &EvalError>) {
        let _ = (program, node, value);
    }
}

/// Sees nothing and costs nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Trace for Silent {
    #[inline]
    fn listens(&self) -> bool {
        false
    }

    #[inline]
    fn rule(&mut self, _: RuleId, _: Effect, _: &Result<bool, EvalError>) {}
    #[inline]
    fn value(&mut self, _: ProgramId, _: NodeId, _: Result<&Value<'_>, &EvalError>) {}
}

impl<T: Trace + ?Sized> Trace for &mut T {
    #[inline]
    fn listens(&self) -> bool {
        (**self).listens()
    }

    fn candidates(&mut self, set: &RuleSet, found: &[RuleId]) {
        (**self).candidates(set, found);
    }

    fn rule(&mut self, rule: RuleId, effect: Effect, verdict: &Result<bool, EvalError>) {
        (**self).rule(rule, effect, verdict);
    }

    fn call(&mut self, action: Action) {
        (**self).call(action);
    }

    fn limit(&mut self, limit: LimitId, counted: u64, has_room: bool) {
        (**self).limit(limit, counted, has_room);
    }

    fn value(&mut self, program: ProgramId, node: NodeId, value: Result<&Value<'_>, &EvalError>) {
        (**self).value(program, node, value);
    }
}
