//! Why a decision fell: the rules that were looked at, and what each part of their conditions
//! came to, as the engine said when it decided.

use std::collections::HashMap;

use remit_engine::plan::{Effect, Mode, NodeId, OperationId, ProgramId};
use serde_json::Value;

use super::coverage::rule_name;
use super::secret::{masked, masked_target};
use super::trace::{Looked, Recording, Shown};
use super::trial::Decided;
use super::{Request, nodes};
use crate::Compiled;
use crate::source::{Sources, Span};

/// A decision, taken apart.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// What was sent, secrets masked.
    pub request: String,
    /// The rules that were looked at, in that order.
    pub rules: Vec<Explained>,
    /// Rules of the same task and operation that were not.
    pub passed_over: Vec<PassedOver>,
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
        let looked = &decided.recording.rules;
        let rules = looked
            .iter()
            .filter_map(|looked| explained(compiled, sources, request, decided, looked));
        let shown = Request {
            target: masked_target(&request.target),
            ..request.clone()
        };
        Self {
            request: shown.line(),
            rules: rules.collect(),
            passed_over: passed_over(compiled, decided),
        }
    }
}

fn explained(
    compiled: &Compiled,
    sources: &Sources,
    request: &Request,
    decided: &Decided,
    looked: &Looked,
) -> Option<Explained> {
    let rule = compiled.plan.rules.get(looked.rule.index())?;
    let part = if decided.rule.as_ref() == Some(&rule.id) {
        Part::Decided
    } else if rule.mode == Mode::Observe && decided.observed.contains(&rule.id) {
        Part::Reported
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
        name: rule_name(&compiled.plan, looked.rule),
        effect: rule.effect,
        mode: rule.mode,
        span: compiled.map.rule(looked.rule),
        verdict: looked.verdict.clone(),
        part,
        steps: steps.unwrap_or_default(),
    })
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
fn passed_over(compiled: &Compiled, decided: &Decided) -> Vec<PassedOver> {
    let plan = &compiled.plan;
    let looked = &decided.recording.rules;
    if looked.is_empty() && decided.recording.left_out.is_empty() {
        // It was decided before rules were looked at, and none of them would have changed it.
        return Vec::new();
    }
    let recorded = |name: &str| decided.record.get(name).and_then(Value::as_str);
    let is_operation = |id: &OperationId| {
        let operation = plan.operations.get(id.index());
        let resource = operation.and_then(|operation| operation.resource);
        let resource = resource.and_then(|id| plan.resources.get(id.index()));
        operation.map(|operation| operation.name.as_str()) == recorded("operation")
            && resource.map(|resource| resource.name.as_str()) == recorded("resource")
    };
    let mut tasks = plan.tasks.iter();
    let task = tasks.find(|task| Some(task.name.as_str()) == recorded("task"));
    let lists = task.into_iter().flat_map(|task| &task.rules);
    lists
        .filter(|(operation, _)| is_operation(operation))
        .flat_map(|(_, set)| nodes::rules_of(set))
        .filter(|id| !looked.iter().any(|looked| looked.rule == *id))
        .filter_map(|id| {
            Some(PassedOver {
                name: rule_name(plan, id),
                effect: plan.rules.get(id.index())?.effect,
                why: if decided.recording.left_out.iter().any(|one| one.rule == id) {
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
