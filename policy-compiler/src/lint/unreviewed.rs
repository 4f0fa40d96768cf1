//! Operations that an import proposed and nobody has looked at: said of each, and no allow can cover
//! one, however it names it.

use std::collections::HashMap;

use remit_engine::plan::{Effect, OperationId};

use super::Subject;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{BreakGlass, Selection};
use crate::resolve::OpenRule;
use crate::source::Span;

/// Where each says so, by the names of its resource and of itself.
type Unreviewed<'a> = HashMap<(&'a str, &'a str), Span>;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let mut unreviewed = Unreviewed::new();
    for resource in &subject.document.resources {
        for operation in &resource.operations {
            let Some(span) = operation.unreviewed else {
                continue;
            };
            let name = (resource.name.value.as_str(), operation.name.value.as_str());
            unreviewed.insert(name, span);
            diagnostics.push(
                Diagnostic::new(
                    Code::Unreviewed,
                    span,
                    format!("nobody has looked at `{}.{}` yet", name.0, name.1),
                )
                .help("see to its class, labels and arguments, then take `reviewed` out; until then no allow can cover it"),
            );
        }
    }
    if unreviewed.is_empty() {
        return;
    }
    let rules = subject.resolved.rules.iter();
    for rule in rules.filter(|rule| rule.effect == Effect::Allow) {
        let span = place_of_rule(rule);
        report(subject, &unreviewed, &rule.operations, span, diagnostics);
    }
    let exceptions = subject.document.break_glass.iter();
    for exception in exceptions {
        let planned = &subject.resolved.plan.break_glass;
        let planned = planned.iter().find(|one| one.id == exception.id.value);
        let operations = planned.map_or(&[] as &[_], |one| &one.operations);
        let span = place(exception);
        report(subject, &unreviewed, operations, span, diagnostics);
    }
}

fn report(
    subject: &Subject<'_>,
    unreviewed: &Unreviewed<'_>,
    operations: &[OperationId],
    span: Span,
    diagnostics: &mut Diagnostics,
) {
    let plan = &subject.resolved.plan;
    let found = operations.iter().find_map(|id| {
        let operation = plan.operations.get(id.index())?;
        let resource = plan.resources.get(operation.resource?.index())?;
        let name = (resource.name.as_str(), operation.name.as_str());
        Some((name, *unreviewed.get(&name)?))
    });
    let Some(((resource, operation), said)) = found else {
        return;
    };
    diagnostics.push(
        Diagnostic::new(
            Code::UnreviewedAllowed,
            span,
            format!("this allow covers `{resource}.{operation}`, which nobody has looked at yet"),
        )
        .also(said, "it says so here")
        .help("see to its class, labels and arguments, then take `reviewed` out; or leave it out of the allow"),
    );
}

fn place_of_rule(rule: &OpenRule<'_>) -> Span {
    match rule.selection {
        Selection::Selector { span, .. } => *span,
        Selection::Named(names) => names.first().map_or(rule.span, |name| name.span),
    }
}

fn place(exception: &BreakGlass) -> Span {
    match &exception.allow {
        Selection::Selector { span, .. } => *span,
        Selection::Named(names) => names.first().map_or(exception.id.span, |name| name.span),
    }
}
