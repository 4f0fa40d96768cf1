//! Rules that the engine does not look at because it looked up, for all rules that ask for some
//! value, which of them fit.
//!
//! Such a rule's condition is false for any other value: the invariant of the index. For coverage
//! that is what it came to; an explanation says so.

use std::collections::BTreeMap;

use remit_engine::decision::Reason;
use remit_engine::plan::{Datum, Effect, Function, IndexKey, Node, NodeId, Plan, RuleId, RuleSet};
use serde_json::Value as Json;

use super::trace::{LeftOut, Looked};

/// The rules that a task has for an operation, both as a record names them.
pub(super) fn rule_set<'p>(plan: &'p Plan, record: &Json) -> Option<&'p RuleSet> {
    let recorded = |name: &str| record.get(name).and_then(Json::as_str);
    let mut tasks = plan.tasks.iter();
    let task = tasks.find(|task| Some(task.name.as_str()) == recorded("task"))?;
    let found = task.rules.iter().find(|(id, _)| {
        let operation = plan.operations.get(id.index());
        let resource = operation.and_then(|operation| operation.resource);
        let resource = resource.and_then(|id| plan.resources.get(id.index()));
        operation.map(|operation| operation.name.as_str()) == recorded("operation")
            && resource.map(|resource| resource.name.as_str()) == recorded("resource")
    });
    found.map(|(_, set)| set)
}

/// The rules that were left out before the decision fell, of those that an index excluded.
pub(super) fn find(
    plan: &Plan,
    reason: Reason,
    looked: &[Looked],
    excluded: &BTreeMap<RuleId, Vec<IndexKey>>,
) -> Vec<LeftOut> {
    let Some(end) = End::new(plan, reason, looked) else {
        return Vec::new();
    };
    excluded
        .iter()
        .filter(|(rule, _)| end.is_behind(plan, **rule))
        .map(|(rule, keys)| LeftOut {
            rule: *rule,
            asking: asking(plan, *rule, keys),
        })
        .collect()
}

/// How far the engine came: denies, requires, allows, each in the order of the policy.
struct End {
    effect: Effect,
    /// The rule that ended it; else all with that effect were looked at.
    rule: Option<RuleId>,
}

impl End {
    fn new(plan: &Plan, reason: Reason, looked: &[Looked]) -> Option<Self> {
        let last = looked.last().map(|looked| looked.rule);
        let effect_of = |rule: RuleId| plan.rules.get(rule.index()).map(|rule| rule.effect);
        let (effect, rule) = match reason {
            Reason::Allowed => (Effect::Allow, last),
            Reason::NotAllowed => (Effect::Allow, None),
            Reason::DeniedByRule => (Effect::Deny, last),
            Reason::RequirementNotMet => (Effect::Require, last),
            Reason::RuleError => match last.and_then(effect_of)? {
                Effect::Allow => (Effect::Allow, None),
                effect => (effect, last),
            },
            _ => return None,
        };
        Some(Self { effect, rule })
    }

    fn is_behind(&self, plan: &Plan, rule: RuleId) -> bool {
        let order = |effect| match effect {
            Effect::Deny => 0,
            Effect::Require => 1,
            Effect::Allow => 2,
        };
        let effect = plan.rules.get(rule.index()).map(|rule| rule.effect);
        effect.is_some_and(|effect| {
            order(effect) < order(self.effect)
                || effect == self.effect && self.rule.is_none_or(|end| rule < end)
        })
    }
}

/// The nodes of a rule's condition that compare with a value under which it is found.
fn asking(plan: &Plan, rule: RuleId, under: &[IndexKey]) -> Vec<NodeId> {
    let condition = plan.rules.get(rule.index()).and_then(|rule| rule.condition);
    let program = condition.and_then(|id| plan.programs.get(id.index()));
    let Some(program) = program else {
        return Vec::new();
    };
    let is_value = |datum: &Datum| {
        under.iter().any(|key| match (key, datum) {
            (IndexKey::Int(a), Datum::Int(b)) => a == b,
            (IndexKey::String(a), Datum::String(b)) => a == b,
            _ => false,
        })
    };
    let asks = |id: &NodeId| match program.nodes.get(id.index()) {
        Some(Node::Constant(Datum::List(values))) => values.iter().any(is_value),
        Some(Node::Constant(datum)) => is_value(datum),
        _ => false,
    };
    let ids = (0..).map(NodeId);
    ids.zip(&program.nodes)
        .filter(|(_, node)| match node {
            Node::Equal(a, b) => asks(a) || asks(b),
            Node::Binary(Function::In, _, list) => asks(list),
            _ => false,
        })
        .map(|(id, _)| id)
        .collect()
}
