//! An allow that takes in operations which change something by a wildcard or selector: what is
//! added to the resource later is allowed on the day it is added, and no line of the task changes.

use remit_engine::plan::{Class, Effect, OperationId};

use super::Subject;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, listing};
use crate::document::Selection;
use crate::resolve::OpenRule;
use crate::source::Span;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let rules = subject.resolved.rules.iter();
    for rule in rules.filter(|rule| rule.effect == Effect::Allow) {
        match rule.selection {
            Selection::Selector { span, .. } => report(subject, rule, *span, None, diagnostics),
            Selection::Named(names) => {
                for name in names {
                    if let Some(resource) = name.value.strip_suffix(".*") {
                        report(subject, rule, name.span, Some(resource), diagnostics);
                    }
                }
            }
        }
    }
}

/// `resource`: only what is covered by all of this resource.
fn report(
    subject: &Subject<'_>,
    rule: &OpenRule<'_>,
    span: Span,
    resource: Option<&str>,
    diagnostics: &mut Diagnostics,
) {
    let operations = rule.operations.iter();
    let mut writes: Vec<String> = operations
        .filter_map(|id| changing(subject, *id))
        .filter(|(of, _)| resource.is_none_or(|wanted| wanted == *of))
        .map(|(of, operation)| format!("{of}.{operation}"))
        .collect();
    // The forms of one operation stand side by side.
    writes.dedup();
    let Some(first) = writes.first() else { return };
    let named = listing(writes.iter().map(String::as_str));
    diagnostics.push(
        Diagnostic::new(
            Code::WildcardWrites,
            span,
            "this allow covers operations that change something without naming them",
        )
        .label(format!("among them `{first}`, and what is added later"))
        .help(format!("name them: {named}")),
    );
}

/// The names of an operation that does more than read, and of its resource.
fn changing<'a>(subject: &Subject<'a>, id: OperationId) -> Option<(&'a str, &'a str)> {
    let plan = &subject.resolved.plan;
    let operation = plan.operations.get(id.index())?;
    if operation.class == Class::Read {
        return None;
    }
    let resource = plan.resources.get(operation.resource?.index())?;
    Some((&resource.name, &operation.name))
}
