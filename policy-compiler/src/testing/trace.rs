//! What the engine says of a decision while it makes it, kept.
//!
//! This file alone knows the engine's interface for watching.

use remit_engine::plan::{Effect, NodeId, Plan, ProgramId, RuleId};
use remit_engine::trace::{EvalError, Trace, Value};

/// What was looked at on the way to a decision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recording {
    /// The rules, in the order in which they were looked at.
    pub rules: Vec<Looked>,
}

/// A rule that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// Which.
    pub rule: RuleId,
    /// Whether it holds, or why that cannot be told.
    pub verdict: Result<bool, String>,
    /// What the parts of its condition came to, in the order in which they were evaluated. One
    /// that was evaluated several times stands there as often.
    pub values: Vec<(NodeId, Shown)>,
}

/// What a part of a condition came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// A bool.
    Bool(bool),
    /// Another value, as a CEL literal.
    Literal(String),
    /// None, and why.
    Error(String),
}

/// Keeps what it hears.
pub(super) struct Recorder<'p> {
    plan: &'p Plan,
    recording: Recording,
    /// What was heard since the last rule.
    heard: Vec<(ProgramId, NodeId, Shown)>,
}

impl<'p> Recorder<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        Self {
            plan,
            recording: Recording::default(),
            heard: Vec::new(),
        }
    }

    pub(super) fn finish(self) -> Recording {
        self.recording
    }
}

impl Trace for Recorder<'_> {
    fn rule(&mut self, rule: RuleId, _: Effect, verdict: &Result<bool, EvalError>) {
        let condition = self.plan.rules.get(rule.index());
        let condition = condition.and_then(|rule| rule.condition);
        let heard = std::mem::take(&mut self.heard).into_iter();
        let values = heard
            .filter(|(program, ..)| Some(*program) == condition)
            .map(|(_, node, shown)| (node, shown));
        self.recording.rules.push(Looked {
            rule,
            verdict: verdict.as_ref().copied().map_err(ToString::to_string),
            values: values.collect(),
        });
    }

    fn value(&mut self, program: ProgramId, node: NodeId, value: Result<&Value<'_>, &EvalError>) {
        let shown = match value.map(ToString::to_string) {
            Ok(literal) if literal == "true" => Shown::Bool(true),
            Ok(literal) if literal == "false" => Shown::Bool(false),
            Ok(literal) => Shown::Literal(literal),
            Err(error) => Shown::Error(error.to_string()),
        };
        self.heard.push((program, node, shown));
    }
}
