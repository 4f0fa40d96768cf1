//! What the engine says of a decision while it makes it, kept.
//!
//! This file alone knows the engine's interface for watching.

use std::collections::{BTreeMap, HashSet};

use remit_engine::approval::Action;
use remit_engine::cel::{EvalError, Trace, Value};
use remit_engine::decision::Reason;
use remit_engine::plan::{Effect, IndexKey, LimitId, NodeId, Plan, ProgramId, RuleId, RuleSet};

use super::left_out;
use super::secret::{looks_secret, masked};

/// What was looked at on the way to a decision.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recording {
    /// The rules, in the order in which they were looked at.
    pub rules: Vec<Looked>,
    /// What was evaluated after the last of them.
    pub rest: Vec<Evaluated>,
    /// Rules that were found by a value not to apply, without being looked at.
    pub left_out: Vec<LeftOut>,
    /// The limits, in the order in which they were looked at.
    pub limits: Vec<Counted>,
    /// The call, as approvals name it, if it came to be judged.
    pub action: Option<Action>,
}

/// A limit that was looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Which.
    pub limit: LimitId,
    /// How much counted.
    pub counted: u64,
    /// Whether that leaves room for the request.
    pub has_room: bool,
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
    /// Rules that an index says do not apply, with the values that they ask for.
    excluded: BTreeMap<RuleId, Vec<IndexKey>>,
    limits: Vec<Counted>,
    action: Option<Action>,
}

impl Recorder {
    /// All of it, with the reason of the decision.
    pub(super) fn finish(self, plan: &Plan, reason: Reason) -> Recording {
        Recording {
            left_out: left_out::find(plan, reason, &self.rules, &self.excluded),
            rules: self.rules,
            rest: self.heard,
            limits: self.limits,
            action: self.action,
        }
    }
}

impl Trace for Recorder {
    fn candidates(&mut self, set: &RuleSet, found: &[RuleId]) {
        let found: HashSet<&RuleId> = set.always.iter().chain(found).collect();
        for (key, rules) in set.indexed.iter().flat_map(|index| &index.by) {
            for rule in rules.iter().filter(|rule| !found.contains(rule)) {
                self.excluded.entry(*rule).or_default().push(key.clone());
            }
        }
    }

    fn rule(&mut self, rule: RuleId, _: Effect, verdict: &Result<bool, EvalError>) {
        self.rules.push(Looked {
            rule,
            verdict: verdict.as_ref().copied().map_err(ToString::to_string),
            parts: std::mem::take(&mut self.heard),
        });
    }

    fn call(&mut self, action: Action) {
        self.action = Some(action);
    }

    fn limit(&mut self, limit: LimitId, counted: u64, has_room: bool) {
        self.limits.push(Counted {
            limit,
            counted,
            has_room,
        });
    }

    fn value(&mut self, program: ProgramId, node: NodeId, value: Result<&Value<'_>, &EvalError>) {
        let shown = match value {
            Ok(Value::Bool(value)) => Shown::Bool(*value),
            Ok(value) => Shown::Literal(literal(value)),
            Err(error) => Shown::Error(error.to_string()),
        };
        self.heard.push(Evaluated {
            program,
            node,
            shown,
        });
    }
}

/// A value as a CEL literal, without what stands in a map under the name of a secret.
fn literal(value: &Value<'_>) -> String {
    let joined = |parts: Vec<String>| parts.join(", ");
    match value {
        Value::List(list) => {
            let elements = list.iter().map(|element| literal(&element));
            format!("[{}]", joined(elements.collect()))
        }
        Value::Map(map) => {
            let entries = map.iter().map(|(key, value)| match &key {
                Value::String(name) if looks_secret(name) => {
                    format!("{key}: {}", masked(length(&value)))
                }
                _ => format!("{key}: {}", literal(&value)),
            });
            format!("{{{}}}", joined(entries.collect()))
        }
        Value::Optional(Some(inside)) => format!("optional.of({})", literal(inside)),
        other => other.to_string(),
    }
}

fn length(value: &Value<'_>) -> usize {
    match value {
        Value::String(text) => text.chars().count(),
        other => other.to_string().chars().count(),
    }
}
