//! The rules that a task has for an operation, cut by the index to those that may hold.

use std::borrow::Cow;

use crate::cel::{Budget, Code, Inputs, Trace, Value, evaluate};
use crate::order::sorted;
use crate::plan::{Effect, IndexKey, OperationId, Plan, Rule, RuleId, RuleIndex, RuleSet, Task};

/// What a task has for an operation; nothing where it has none.
pub(super) fn of(task: &Task, operation: OperationId) -> Option<&RuleSet> {
    let position = task
        .rules
        .binary_search_by_key(&operation, |(id, _)| *id)
        .ok()?;
    task.rules.get(position).map(|(_, set)| set)
}

/// Whether some rule lets the operation through at all.
pub(super) fn may_allow(plan: &Plan, set: &RuleSet) -> bool {
    let indexed = set.indexed.iter().flat_map(|index| &index.by);
    let indexed = indexed.flat_map(|(_, rules)| rules);
    let mut rules = set.always.iter().chain(indexed);
    rules.any(|id| {
        plan.rules
            .get(id.index())
            .is_some_and(|rule| rule.effect == Effect::Allow)
    })
}

/// The rules that are looked at, in the order of the policy.
#[derive(Debug)]
pub(super) struct Candidates<'e> {
    plan: &'e Plan,
    always: &'e [RuleId],
    found: Cow<'e, [RuleId]>,
}

impl<'e> Candidates<'e> {
    pub(super) fn new<'v>(
        plan: &'e Plan,
        code: Code<'v>,
        set: &'e RuleSet,
        inputs: &impl Inputs<'v>,
        budget: &Budget,
        trace: &mut impl Trace,
    ) -> Self {
        let found = set.indexed.as_ref().map(|index| {
            let key = evaluate(code, index.key, inputs, budget, trace);
            look_up(index, key.ok())
        });
        let found = found.unwrap_or_default();
        trace.candidates(set, &found);
        Self {
            plan,
            always: &set.always,
            found,
        }
    }

    /// Those with one effect.
    pub(super) fn with(&self, effect: Effect) -> impl Iterator<Item = (RuleId, &'e Rule)> + '_ {
        let merged = Merged {
            a: self.always,
            b: &self.found,
        };
        merged.filter_map(move |id| {
            let rule = self.plan.rules.get(id.index())?;
            (rule.effect == effect).then_some((id, rule))
        })
    }
}

/// The rules that may hold for a key's value. Where there is no value, or one of another type,
/// no rule can be left out.
fn look_up<'e>(index: &'e RuleIndex, key: Option<Value<'_>>) -> Cow<'e, [RuleId]> {
    let found = match &key {
        Some(Value::String(text)) => Some(index.by.binary_search_by(|(other, _)| match other {
            IndexKey::Int(_) => std::cmp::Ordering::Less,
            IndexKey::String(other) => other.as_str().cmp(text),
        })),
        Some(Value::Int(number)) => Some(index.by.binary_search_by(|(other, _)| match other {
            IndexKey::Int(other) => other.cmp(number),
            IndexKey::String(_) => std::cmp::Ordering::Greater,
        })),
        _ => None,
    };
    match found {
        Some(Ok(position)) => {
            let rules = index.by.get(position).map(|(_, rules)| rules.as_slice());
            Cow::Borrowed(rules.unwrap_or_default())
        }
        Some(Err(_)) => Cow::Borrowed(&[]),
        None => {
            let rules = index.by.iter().flat_map(|(_, rules)| rules).copied();
            let mut all = sorted(rules.collect(), Ord::cmp);
            all.dedup();
            Cow::Owned(all)
        }
    }
}

/// Two ascending lists as one.
struct Merged<'r> {
    a: &'r [RuleId],
    b: &'r [RuleId],
}

impl Iterator for Merged<'_> {
    type Item = RuleId;

    fn next(&mut self) -> Option<RuleId> {
        let from_a = match (self.a.first(), self.b.first()) {
            (Some(a), Some(b)) => a <= b,
            (Some(_), None) => true,
            (None, _) => false,
        };
        let list = if from_a { &mut self.a } else { &mut self.b };
        let (first, rest) = list.split_first()?;
        *list = rest;
        Some(*first)
    }
}

#[cfg(test)]
mod tests;
