//! A rule that asks for calls before which no task allows, nor any exception: they will never have
//! been.

use std::collections::HashSet;

use remit_engine::plan::{Effect, OperationId};

use super::Subject;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::resolve::sequence::Wanted;

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let rules = &subject.resolved.rules;
    let allows = rules.iter().filter(|rule| rule.effect == Effect::Allow);
    let exceptions = &subject.resolved.plan.break_glass;
    let exceptions = exceptions.iter().flat_map(|one| &one.operations);
    let allowed = allows.flat_map(|rule| &rule.operations).chain(exceptions);
    let allowed: HashSet<OperationId> = allowed.copied().collect();
    for asked in rules.iter().flat_map(|rule| &rule.sequence.asked) {
        // Where nothing is selected, that was said.
        if asked.operations.is_empty() || asked.operations.iter().any(|one| allowed.contains(one)) {
            continue;
        }
        let means = match asked.wanted {
            Wanted::Before => "so this never holds",
            Wanted::NotBefore => "so this always holds",
        };
        diagnostics.push(
            Diagnostic::new(
                Code::NeverBefore,
                asked.span,
                "no task allows what this rule asks for",
            )
            .label(means)
            .help("name calls that are allowed, or take it out"),
        );
    }
}
