//! Why a decision fell: the rules that were looked at, and what each part of their conditions
//! came to, as the engine said when it decided.

use std::collections::{HashMap, HashSet};

use remit_engine::decision::Challenge;
use remit_engine::plan::{Demand, Effect, Mode, NodeId, ProgramId, RuleId};

use super::names::RuleNames;
use super::secret::{masked, masked_target};
use super::tally::Tally;
use super::trace::{Looked, Recording, Shown};
use super::trial::Decided;
use super::{Request, left_out, nodes};
use crate::Compiled;
use crate::source::{Sources, Span};

/// A decision, taken apart.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// What was sent, secrets masked.
    pub request: String,
    /// Where the token was refused: what it says, by claim, secrets masked.
    pub claims: Vec<(String, String)>,
    /// The rules that were looked at, in that order.
    pub rules: Vec<Explained>,
    /// Rules of the same task and operation that were not.
    pub passed_over: Vec<PassedOver>,
    /// The limits that it was held against.
    pub limits: Vec<Tally>,
}

/// A rule that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// Its task and id.
    pub name: String,
    /// What it does.
    pub effect: Effect,
    /// Whether it counts.
    pub mode: Mode,
    /// Where it stands.
    pub span: Option<Span>,
    /// Whether it holds, or why that cannot be told.
    pub verdict: Result<bool, String>,
    /// Whether the decision is its doing.
    pub part: Part,
    /// What it asks for in the place of a condition.
    pub demand: Option<Demand>,
    /// Its condition, part by part, what uses a part before it.
    pub steps: Vec<Step>,
}

/// What a rule has to do with the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It caused it.
    Decided,
    /// It would have stopped the request, and only reports.
    Reported,
    /// It would have stopped the request, but for the exception that let it through.
    Overridden,
    /// Nothing.
    None,
}

/// A part of a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// How deep it lies in the condition.
    pub depth: usize,
    /// Its text.
    pub text: String,
    /// Where it stands.
    pub span: Span,
    /// What it came to.
    pub value: Came,
}

/// What a part of a condition came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// To this, as a CEL literal, secrets masked; several if it was evaluated several times.
    To(Vec<String>),
    /// To an error.
    ToError(String),
    /// It was not evaluated: the rest had decided.
    ToNothing,
}

/// A rule that was not looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassedOver {
    /// Its task and id.
    pub name: String,
    /// What it does.
    pub effect: Effect,
    /// Why not.
    pub why: Why,
}

/// Why a rule was not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// Others had decided.
    Decided,
    /// It asks for a value that the request does not have, which is looked up for all such rules
    /// at once.
    OtherValue,
}

impl Explanation {
    /// Takes a decision on a request apart. `sources` are the policy's.
    #[must_use]
    pub fn new(
        compiled: &Compiled,
        sources: &Sources,
        request: &Request,
        decided: &Decided,
    ) -> Self {
        let names = RuleNames::new(&compiled.plan);
        let looked = &decided.recording.rules;
        let rules = looked
            .iter()
            .filter_map(|looked| explained(compiled, sources, request, decided, looked, &names));
        let shown = Request {
            target: masked_target(&request.target),
            ..request.clone()
        };
        Self {
            request: shown.line(),
            claims: if decided.reason.challenge() == Challenge::InvalidToken {
                decided.claims.clone()
            } else {
                Vec::new()
            },
            rules: rules.collect(),
            passed_over: passed_over(compiled, decided, &names),
            limits: Tally::all(compiled, decided),
        }
    }
}

fn explained(
    compiled: &Compiled,
    sources: &Sources,
    request: &Request,
    decided: &Decided,
    looked: &Looked,
    names: &RuleNames<'_>,
) -> Option<Explained> {
    let rule = compiled.plan.rules.get(looked.rule.index())?;
    let part = if decided.rule.as_ref() == Some(&rule.id) {
        Part::Decided
    } else if rule.mode == Mode::Observe && decided.observed.contains(&rule.id) {
        Part::Reported
    } else if is_overridden(compiled, decided, looked.rule) {
        Part::Overridden
    } else {
        Part::None
    };
    let steps = rule.condition.map(|condition| {
        let mut tree = Tree {
            compiled,
            sources,
            request,
            recording: &decided.recording,
            looked,
            secrets: HashMap::new(),
        };
        tree.steps(condition)
    });
    Some(Explained {
        name: names.of(looked.rule),
        effect: rule.effect,
        mode: rule.mode,
        span: compiled.map.rule(looked.rule),
        verdict: looked.verdict.clone(),
        part,
        demand: rule.demand.clone(),
        steps: steps.unwrap_or_default(),
    })
}

/// Whether the exception that the record names turns a rule off.
fn is_overridden(compiled: &Compiled, decided: &Decided, rule: RuleId) -> bool {
    let id = decided.record.get("break_glass");
    let mut exceptions = compiled.plan.break_glass.iter();
    let exception = exceptions.find(|one| id.is_some_and(|id| *id == *one.id));
    exception.is_some_and(|one| one.overrides.contains(&rule))
}

/// The condition of a rule, being walked.
struct Tree<'a> {
    compiled: &'a Compiled,
    sources: &'a Sources,
    request: &'a Request,
    recording: &'a Recording,
    looked: &'a Looked,
    /// Which nodes tell a secret, by program.
    secrets: HashMap<ProgramId, Vec<bool>>,
}

impl Tree<'_> {
    fn steps(&mut self, condition: ProgramId) -> Vec<Step> {
        let mut steps = Vec::new();
        let program = self.compiled.plan.programs.get(condition.index());
        if let Some(root) = program.and_then(nodes::root) {
            self.walk(condition, root, 0, None, &mut steps);
        }
        steps
    }

    /// Constants, and what the compiler has put in without a text of its own, say nothing.
    fn walk(
        &mut self,
        id: ProgramId,
        node: NodeId,
        depth: usize,
        above: Option<Span>,
        steps: &mut Vec<Step>,
    ) {
        let plan = &self.compiled.plan;
        let span = self.compiled.map.node(id, node);
        let says = |span: &Span| Some(*span) != above && !nodes::is_constant(plan, id, node);
        let mut below = depth;
        if let Some(span) = span.filter(says) {
            let value = self.came(id, node);
            let ends = value == Came::ToNothing;
            steps.push(Step {
                depth,
                text: one_line(self.sources.text(span)),
                span,
                value,
            });
            if ends {
                return;
            }
            below += 1;
        }
        for (id, operand) in nodes::operands(plan, id, node) {
            self.walk(id, operand, below, span.or(above), steps);
        }
    }

    fn came(&mut self, id: ProgramId, node: NodeId) -> Came {
        let secret = self.secrets.entry(id);
        let secret =
            secret.or_insert_with(|| nodes::secrets(&self.compiled.plan, id, self.request));
        let secret = secret.get(node.index()) == Some(&true);
        let mut values = Vec::new();
        for shown in self.recording.came_to(self.looked, id, node) {
            match shown {
                Shown::Bool(value) => values.push(value.to_string()),
                // Whether it is there is no secret, and what decides many a rule.
                Shown::Literal(literal) if secret && literal != "optional.none()" => {
                    values.push(masked(length(literal)));
                }
                Shown::Literal(literal) => values.push(literal.clone()),
                Shown::Error(error) => return Came::ToError(error.clone()),
            }
        }
        if values.is_empty() {
            Came::ToNothing
        } else {
            Came::To(values)
        }
    }
}

/// The rules of the task for the operation that were not looked at.
fn passed_over(compiled: &Compiled, decided: &Decided, names: &RuleNames<'_>) -> Vec<PassedOver> {
    let plan = &compiled.plan;
    let looked = &decided.recording.rules;
    if looked.is_empty() && decided.recording.left_out.is_empty() {
        // It was decided before rules were looked at, and none of them would have changed it.
        return Vec::new();
    }
    let set = left_out::rule_set(plan, &decided.record);
    let rules = set.map(nodes::rules_of).unwrap_or_default().into_iter();
    let seen: HashSet<RuleId> = looked.iter().map(|looked| looked.rule).collect();
    let left_out = decided.recording.left_out.iter();
    let left_out: HashSet<RuleId> = left_out.map(|one| one.rule).collect();
    rules
        .filter(|id| !seen.contains(id))
        .filter_map(|id| {
            Some(PassedOver {
                name: names.of(id),
                effect: plan.rules.get(id.index())?.effect,
                why: if left_out.contains(&id) {
                    Why::OtherValue
                } else {
                    Why::Decided
                },
            })
        })
        .collect()
}

/// How long the text is that a literal stands for; of what is no text, the literal itself.
fn length(literal: &str) -> usize {
    let inside = literal
        .strip_prefix("optional.of(")
        .and_then(|rest| rest.strip_suffix(')'));
    let inside = inside.unwrap_or(literal);
    inside.trim_matches(['"', '\'']).chars().count()
}

/// A text that YAML has folded, in one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
