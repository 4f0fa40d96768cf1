//! Every URI must have one most specific template.
//!
//! Two templates of a resource that fit one URI are fine where all that one fits the other fits too:
//! then the narrower counts.

mod automaton;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{Called, Document, Operation, UriTemplate, UriTemplatePart};
use crate::source::Span;

use automaton::Automaton;

/// Beyond so many another message helps nobody.
const REPORTED: usize = 50;

struct Written<'d> {
    name: &'d str,
    template: &'d UriTemplate,
    span: Span,
}

/// Checks the templates of all resources.
pub(super) fn check(document: &Document, diagnostics: &mut Diagnostics) {
    let mut reported = 0;
    for resource in &document.resources {
        let templates: Vec<Written<'_>> = resource.operations.iter().filter_map(written).collect();
        for (position, second) in templates.iter().enumerate() {
            for first in templates.iter().take(position) {
                if reported == REPORTED {
                    return;
                }
                if let Some(problem) = problem(first, second) {
                    reported += 1;
                    diagnostics.push(problem);
                }
            }
        }
    }
}

fn written(operation: &Operation) -> Option<Written<'_>> {
    let call = operation.call.as_ref()?;
    let Called::Uri(template) = &call.target else {
        return None;
    };
    Some(Written {
        name: &operation.name.value,
        template,
        span: call.span,
    })
}

fn problem(first: &Written<'_>, second: &Written<'_>) -> Option<Diagnostic> {
    if begin_differently(first.template, second.template) {
        return None;
    }
    let (a, b) = (
        Automaton::of(first.template),
        Automaton::of(second.template),
    );
    let example = a.meets(&b)?;
    let (code, message, help) = match (a.is_within(&b), b.is_within(&a)) {
        (true, true) => (
            Code::TemplateTwice,
            format!(
                "`{}` and `{}` are the same resource",
                first.name, second.name
            ),
            "say it once",
        ),
        (false, false) => (
            Code::TemplateAmbiguous,
            format!(
                "`{}` and `{}` fit the same URIs and neither is more specific",
                first.name, second.name
            ),
            "change one of the templates",
        ),
        (true, false) | (false, true) => return None,
    };
    Some(
        Diagnostic::new(code, second.span, message)
            .label(format!("for example `{example}`"))
            .also(first.span, "fits it too")
            .help(help),
    )
}

/// Whether their first words already tell them apart.
fn begin_differently(a: &UriTemplate, b: &UriTemplate) -> bool {
    let first = |template: &UriTemplate| match template.first() {
        Some(UriTemplatePart::Literal(text)) => text.clone(),
        _ => String::new(),
    };
    let (a, b) = (first(a), first(b));
    !a.starts_with(&b) && !b.starts_with(&a)
}

#[cfg(test)]
mod tests;
