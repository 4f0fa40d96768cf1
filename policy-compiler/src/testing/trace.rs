//! What the engine says of a decision while it makes it, kept.
//!
//! This file alone knows the engine's interface for watching.

use remit_engine::cel::{EvalError, Trace, Value};
use remit_engine::plan::{Effect, NodeId, Plan, ProgramId, RuleId, RuleSet};

use super::nodes;

/// What was looked at on the way to a decision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recording {
    /// The rules, in the order in which they were looked at.
    pub rules: Vec<Looked>,
    /// What was evaluated after the last of them.
    pub rest: Vec<Evaluated>,
    /// Rules that were found by a value not to apply, without being looked at.
    pub left_out: Vec<LeftOut>,
}

/// A rule that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// Which.
    pub rule: RuleId,
    /// Whether it holds, or why that cannot be told.
    pub verdict: Result<bool, String>,
    /// What was evaluated for it, in that order. What was evaluated several times stands there as
    /// often; what earlier rules share with it may stand there.
    pub parts: Vec<Evaluated>,
}

/// A part of a condition, evaluated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluated {
    /// The program.
    pub program: ProgramId,
    /// The node of it.
    pub node: NodeId,
    /// What it came to.
    pub shown: Shown,
}

/// A rule that asks for another value than a request has, so that its condition is false.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Which.
    pub rule: RuleId,
    /// The nodes of its condition that ask for the value.
    pub asking: Vec<NodeId>,
}

impl Recording {
    /// What a node came to for a rule: while that rule was looked at, else, for what rules share,
    /// whenever it was evaluated.
    pub(super) fn came_to<'r>(
        &'r self,
        looked: &'r Looked,
        program: ProgramId,
        node: NodeId,
    ) -> Vec<&'r Shown> {
        let is_it = move |part: &&Evaluated| part.program == program && part.node == node;
        let own: Vec<&Shown> = looked
            .parts
            .iter()
            .filter(is_it)
            .map(|part| &part.shown)
            .collect();
        if !own.is_empty() {
            return own;
        }
        let parts = self.rules.iter().flat_map(|other| &other.parts);
        parts.filter(is_it).map(|part| &part.shown).collect()
    }
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
#[derive(Default)]
pub(super) struct Recorder {
    rules: Vec<Looked>,
    /// What was heard since the last rule.
    heard: Vec<Evaluated>,
    left_out: Vec<RuleId>,
}

impl Recorder {
    /// All of it.
    pub(super) fn finish(self, plan: &Plan) -> Recording {
        let left_out = self.left_out.into_iter().map(|rule| LeftOut {
            rule,
            asking: nodes::asking(plan, rule).into_iter().collect(),
        });
        Recording {
            rules: self.rules,
            rest: self.heard,
            left_out: left_out.collect(),
        }
    }
}

impl Trace for Recorder {
    fn candidates(&mut self, set: &RuleSet, found: &[RuleId]) {
        let looked_at = |rule: &RuleId| set.always.contains(rule) || found.contains(rule);
        let rules = nodes::rules_of(set).into_iter();
        self.left_out.extend(rules.filter(|rule| !looked_at(rule)));
    }

    fn rule(&mut self, rule: RuleId, _: Effect, verdict: &Result<bool, EvalError>) {
        self.rules.push(Looked {
            rule,
            verdict: verdict.as_ref().copied().map_err(ToString::to_string),
            parts: std::mem::take(&mut self.heard),
        });
    }

    fn value(&mut self, program: ProgramId, node: NodeId, value: Result<&Value<'_>, &EvalError>) {
        let shown = match value {
            Ok(Value::Bool(value)) => Shown::Bool(*value),
            Ok(value) => Shown::Literal(value.to_string()),
            Err(error) => Shown::Error(error.to_string()),
        };
        self.heard.push(Evaluated {
            program,
            node,
            shown,
        });
    }
}
