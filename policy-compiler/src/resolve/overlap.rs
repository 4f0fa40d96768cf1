//! Every path must have one most specific operation, and no public one may open a resource's.
//!
//! Templates of one host and method are put into a tree. Two that share a path are fine if one is
//! more specific everywhere, or if a third stands exactly where they meet.

use std::collections::{BTreeMap, HashMap};

use remit_engine::plan::{Access, Operation, OperationId, Plan, TemplateSegment};

use super::OperationFacts;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};

/// Beyond so many pairs another message helps nobody.
const REPORTED: usize = 50;

/// Checks all templates of a plan.
pub(super) fn check(plan: &Plan, facts: &[OperationFacts<'_>], diagnostics: &mut Diagnostics) {
    let mut trees: HashMap<(Option<&str>, &str), Tree> = HashMap::new();
    let mut pairs: Vec<(OperationId, OperationId)> = Vec::new();
    for fact in facts.iter().filter(|fact| fact.span.is_some()) {
        let Some(operation) = plan.operations.get(fact.id.index()) else {
            continue;
        };
        let host = host(plan, operation);
        let tree = trees.entry((host, &operation.method)).or_default();
        tree.overlapping(&operation.template, fact.id, &mut pairs);
        tree.insert(&operation.template, fact.id);
    }
    // A public operation on any host stands in the way of those of every host.
    for fact in facts.iter().filter(|fact| fact.span.is_some()) {
        let Some(operation) = plan.operations.get(fact.id.index()) else {
            continue;
        };
        if host(plan, operation).is_some()
            && let Some(anywhere) = trees.get(&(None, operation.method.as_str()))
        {
            anywhere.overlapping(&operation.template, fact.id, &mut pairs);
        }
    }
    let problems = pairs.iter().filter_map(|(first, second)| {
        let (first, second) = (facts.get(first.index())?, facts.get(second.index())?);
        problem(plan, &trees, first, second)
    });
    for problem in problems.take(REPORTED) {
        diagnostics.push(problem);
    }
}

fn host<'p>(plan: &'p Plan, operation: &Operation) -> Option<&'p str> {
    let resource = plan.resources.get(operation.resource?.index())?;
    Some(&resource.host)
}

fn problem(
    plan: &Plan,
    trees: &HashMap<(Option<&str>, &str), Tree>,
    first: &OperationFacts<'_>,
    second: &OperationFacts<'_>,
) -> Option<Diagnostic> {
    let (a, b) = (
        plan.operations.get(first.id.index())?,
        plan.operations.get(second.id.index())?,
    );
    // The pair is reported where the later of the two stands.
    let (place, other) = (second.span?, first.span?);
    let (a_public, b_public) = (a.access == Access::Public, b.access == Access::Public);
    if a_public != b_public {
        let (public, protected) = if a_public {
            (first, second)
        } else {
            (second, first)
        };
        return Some(
            Diagnostic::new(
                Code::PublicOverlap,
                public.span?,
                format!(
                    "this public operation would open paths of `{}`",
                    protected.full_name
                ),
            )
            .label(format!(
                "`{}` could be asked for without a token",
                example(a, b)
            ))
            .also(protected.span?, "they fit this operation too")
            .help("make the public template narrower, or give it another host"),
        );
    }
    let meet: Vec<TemplateSegment> = a
        .template
        .iter()
        .zip(&b.template)
        .map(|(a, b)| narrower(a, b).clone())
        .collect();
    if same(&meet, &a.template) && same(&meet, &b.template) {
        if host(plan, a) != host(plan, b) {
            return None;
        }
        return Some(
            Diagnostic::new(
                Code::TemplateTwice,
                place,
                format!(
                    "`{}` and `{}` are the same operation",
                    first.full_name, second.full_name
                ),
            )
            .label("again here")
            .also(other, "first here"),
        );
    }
    let nested = same(&meet, &a.template) || same(&meet, &b.template);
    let tree = trees.get(&(host(plan, a), a.method.as_str()))?;
    if nested || host(plan, a) != host(plan, b) || tree.holds(&meet) {
        return None;
    }
    Some(
        Diagnostic::new(
            Code::TemplateAmbiguous,
            place,
            format!(
                "`{}` and `{}` fit the same paths and neither is more specific",
                first.full_name, second.full_name
            ),
        )
        .label(format!("for example `{}`", example(a, b)))
        .also(other, "fits it too")
        .help("add an operation for exactly these paths, or change one template"),
    )
}

fn narrower<'s>(a: &'s TemplateSegment, b: &'s TemplateSegment) -> &'s TemplateSegment {
    match a {
        TemplateSegment::Literal(_) => a,
        TemplateSegment::Capture(_) => b,
    }
}

/// Whether two templates fit the same paths, whatever their captures are called.
fn same(a: &[TemplateSegment], b: &[TemplateSegment]) -> bool {
    a.len() == b.len()
        && a.iter().zip(b).all(|pair| match pair {
            (TemplateSegment::Literal(a), TemplateSegment::Literal(b)) => a == b,
            (TemplateSegment::Capture(_), TemplateSegment::Capture(_)) => true,
            (TemplateSegment::Literal(_), TemplateSegment::Capture(_))
            | (TemplateSegment::Capture(_), TemplateSegment::Literal(_)) => false,
        })
}

/// A path that fits both.
fn example(a: &Operation, b: &Operation) -> String {
    let mut path = format!("{} ", a.method);
    for (a, b) in a.template.iter().zip(&b.template) {
        path.push('/');
        match narrower(a, b) {
            TemplateSegment::Literal(literal) => path.push_str(literal),
            TemplateSegment::Capture(_) => path.push('x'),
        }
    }
    if a.template.is_empty() {
        path.push('/');
    }
    path
}

/// Templates of one host and method, by segment.
#[derive(Debug, Default)]
struct Tree {
    literals: BTreeMap<String, Tree>,
    capture: Option<Box<Tree>>,
    operations: Vec<OperationId>,
}

impl Tree {
    fn insert(&mut self, template: &[TemplateSegment], id: OperationId) {
        let mut node = self;
        for segment in template {
            node = match segment {
                TemplateSegment::Literal(literal) => {
                    node.literals.entry(literal.clone()).or_default()
                }
                TemplateSegment::Capture(_) => node.capture.get_or_insert_default(),
            };
        }
        node.operations.push(id);
    }

    /// Whether a template of exactly this shape is in the tree.
    fn holds(&self, template: &[TemplateSegment]) -> bool {
        let Some((first, rest)) = template.split_first() else {
            return !self.operations.is_empty();
        };
        match first {
            TemplateSegment::Literal(literal) => self
                .literals
                .get(literal)
                .is_some_and(|node| node.holds(rest)),
            TemplateSegment::Capture(_) => {
                self.capture.as_ref().is_some_and(|node| node.holds(rest))
            }
        }
    }

    /// Pairs the template with all in the tree that some path fits as well.
    fn overlapping(
        &self,
        template: &[TemplateSegment],
        id: OperationId,
        pairs: &mut Vec<(OperationId, OperationId)>,
    ) {
        let Some((first, rest)) = template.split_first() else {
            pairs.extend(self.operations.iter().map(|other| (*other, id)));
            return;
        };
        match first {
            TemplateSegment::Literal(literal) => {
                if let Some(node) = self.literals.get(literal) {
                    node.overlapping(rest, id, pairs);
                }
            }
            TemplateSegment::Capture(_) => {
                for node in self.literals.values() {
                    node.overlapping(rest, id, pairs);
                }
            }
        }
        if let Some(node) = &self.capture {
            node.overlapping(rest, id, pairs);
        }
    }
}
