//! What no test has decided: rules that none came to, conditions and branches that always went
//! the same way.

mod lcov;

use std::cmp::Reverse;
use std::collections::HashMap;

use remit_engine::plan::{NodeId, Plan, ProgramId, RuleId};

use super::names::RuleNames;
use super::nodes::{self, Fork};
use super::trace::{LeftOut, Recording, Shown};
use crate::source::Span;
use crate::{Compiled, PlanMap};

/// Counts what tests have looked at.
#[derive(Debug)]
pub struct Coverage<'c> {
    plan: &'c Plan,
    map: &'c PlanMap,
    names: RuleNames<'c>,
    rules: HashMap<RuleId, Tally>,
    /// By the rule, for its own condition; what rules share is counted for all of them.
    nodes: HashMap<(Option<RuleId>, ProgramId, NodeId), Tally>,
}

/// How often something was looked at, and what came of it.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    all: u64,
    held: u64,
    failed: u64,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A rule.
    Rule,
    /// The condition of a rule, as a whole: one for `true`, one for `false`.
    Condition,
    /// A part that it turns on: the same, and the two sides of `?:`.
    Branch,
}

/// One thing that should have happened in some test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// What it is.
    pub kind: Kind,
    /// The rule that it belongs to.
    pub rule: RuleId,
    /// Where it stands.
    pub span: Option<Span>,
    /// What should have happened.
    pub wanted: Wanted,
    /// How often it did; `None` if nothing came near it.
    pub count: Option<u64>,
}

/// What should have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wanted {
    /// It was evaluated.
    Reached,
    /// It was true.
    True,
    /// It was false.
    False,
}

impl Wanted {
    /// The same in words, for what did not happen.
    #[must_use]
    pub fn missed(self) -> &'static str {
        match self {
            Self::Reached => "never reached",
            Self::True => "never true",
            Self::False => "never false",
        }
    }
}

/// How many of how many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// Those that happened.
    pub seen: usize,
    /// All.
    pub all: usize,
}

impl Tally {
    fn add(&mut self, came_to: Option<bool>) {
        self.all += 1;
        match came_to {
            Some(true) => self.held += 1,
            Some(false) => self.failed += 1,
            None => {}
        }
    }

    fn sides(self) -> [(Wanted, u64); 2] {
        [(Wanted::True, self.held), (Wanted::False, self.failed)]
    }
}

impl<'c> Coverage<'c> {
    /// Nothing yet.
    #[must_use]
    pub fn new(compiled: &'c Compiled) -> Self {
        Self {
            plan: &compiled.plan,
            map: &compiled.map,
            names: RuleNames::new(&compiled.plan),
            rules: HashMap::new(),
            nodes: HashMap::new(),
        }
    }

    /// Adds what was looked at on the way to one decision.
    pub fn add(&mut self, recording: &Recording) {
        for looked in &recording.rules {
            let verdict = looked.verdict.as_ref().ok().copied();
            self.rules.entry(looked.rule).or_default().add(verdict);
            for part in &looked.parts {
                let value = match part.shown {
                    Shown::Bool(value) => Some(value),
                    Shown::Literal(_) | Shown::Error(_) => None,
                };
                self.tally(looked.rule, part.program, part.node).add(value);
            }
        }
        for LeftOut { rule, asking } in &recording.left_out {
            self.rules.entry(*rule).or_default().add(Some(false));
            let Some(program) = self.condition(*rule) else {
                continue;
            };
            for node in asking.iter().copied().chain(self.root(program)) {
                self.tally(*rule, program, node).add(Some(false));
            }
        }
    }

    fn condition(&self, rule: RuleId) -> Option<ProgramId> {
        self.plan.rules.get(rule.index())?.condition
    }

    fn root(&self, program: ProgramId) -> Option<NodeId> {
        nodes::root(self.plan.programs.get(program.index())?)
    }

    fn tally(&mut self, rule: RuleId, program: ProgramId, node: NodeId) -> &mut Tally {
        let own = (self.condition(rule) == Some(program)).then_some(rule);
        self.nodes.entry((own, program, node)).or_default()
    }

    fn seen(&self, rule: RuleId, program: ProgramId, node: NodeId) -> Tally {
        let own = (self.condition(rule) == Some(program)).then_some(rule);
        let tally = self.nodes.get(&(own, program, node));
        tally.copied().unwrap_or_default()
    }

    /// Everything that should have happened, in the order of the plan.
    #[must_use]
    pub fn points(&self) -> Vec<Point> {
        let ids = (0..self.plan.rules.len()).filter_map(|at| u32::try_from(at).ok());
        ids.flat_map(|id| self.points_of(RuleId(id))).collect()
    }

    fn points_of(&self, rule: RuleId) -> Vec<Point> {
        let tally = self.rules.get(&rule).copied().unwrap_or_default();
        let point = |kind, span, wanted, count, near: u64| Point {
            kind,
            rule,
            span,
            wanted,
            count: (near > 0).then_some(count),
        };
        let mut points = vec![point(
            Kind::Rule,
            self.map.rule(rule),
            Wanted::Reached,
            tally.all,
            tally.all,
        )];
        let Some(id) = self.condition(rule) else {
            return points;
        };
        if let Some(root) = self
            .root(id)
            .filter(|root| !nodes::is_constant(self.plan, id, *root))
        {
            let span = self.map.node(id, root);
            for (wanted, count) in tally.sides() {
                points.push(point(Kind::Condition, span, wanted, count, tally.all));
            }
        }
        for (id, fork) in nodes::forks(self.plan, id) {
            match fork {
                Fork::Bool(node) => {
                    let tally = self.seen(rule, id, node);
                    for (wanted, count) in tally.sides() {
                        let span = self.map.node(id, node);
                        points.push(point(Kind::Branch, span, wanted, count, tally.all));
                    }
                }
                Fork::Choice(a, b) => {
                    let counts = [a, b].map(|node| (node, self.seen(rule, id, node).all));
                    let near = counts.iter().map(|(_, count)| count).sum();
                    for (node, count) in counts {
                        let span = self.map.node(id, node);
                        points.push(point(Kind::Branch, span, Wanted::Reached, count, near));
                    }
                }
            }
        }
        points
    }

    /// What did not happen, in the order of the text. Of a rule that no test came to, only that.
    #[must_use]
    pub fn gaps(&self) -> Vec<Point> {
        let mut gaps: Vec<Point> = self
            .points()
            .into_iter()
            .filter(|point| point.count.unwrap_or(0) == 0)
            .filter(|point| point.kind == Kind::Rule || self.rules.contains_key(&point.rule))
            .collect();
        gaps.sort_by_key(|gap| {
            gap.span
                .map(|span| (span.file, span.start, Reverse(span.end)))
        });
        gaps
    }

    /// How many of each kind happened.
    #[must_use]
    pub fn share(&self, kind: Kind) -> Share {
        let mut share = Share::default();
        for point in self.points().iter().filter(|point| point.kind == kind) {
            share.all += 1;
            share.seen += usize::from(point.count.unwrap_or(0) > 0);
        }
        share
    }

    /// What a rule is called: its task and its id, which only need differ within the task.
    #[must_use]
    pub fn name(&self, rule: RuleId) -> String {
        self.names.of(rule)
    }
}

#[cfg(test)]
mod tests;
