//! What rules are called where rules of several tasks are spoken of.

use std::collections::{HashMap, HashSet};

use remit_engine::plan::{Plan, RuleId};

use super::nodes;

/// The rules of a plan with their tasks: an id that follows from the operation need only differ
/// within its task.
#[derive(Debug)]
pub(super) struct RuleNames<'p> {
    plan: &'p Plan,
    tasks: HashMap<RuleId, &'p str>,
}

impl<'p> RuleNames<'p> {
    pub(super) fn new(plan: &'p Plan) -> Self {
        let mut tasks = HashMap::new();
        let mut guards = HashSet::new();
        for task in &plan.tasks {
            for rule in task.rules.iter().flat_map(|(_, set)| nodes::rules_of(set)) {
                let known = *tasks.entry(rule).or_insert(task.name.as_str());
                if known != task.name {
                    guards.insert(rule);
                }
            }
        }
        tasks.retain(|rule, _| !guards.contains(rule));
        Self { plan, tasks }
    }

    /// `task/rule`; of what stands in several tasks, a guard, its id alone.
    pub(super) fn of(&self, rule: RuleId) -> String {
        let id = self
            .plan
            .rules
            .get(rule.index())
            .map_or("?", |rule| &rule.id);
        match self.tasks.get(&rule) {
            Some(task) => format!("{task}/{id}"),
            None => id.to_owned(),
        }
    }
}
