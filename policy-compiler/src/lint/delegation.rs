//! A task that may be handed to agents that its issuers cannot speak for.

use super::Subject;
use crate::diagnostic::{Code, Diagnostics};
use crate::resolve::issuers::{assertable, covers};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let plan = &subject.resolved.plan;
    for (written, task) in subject.document.tasks.iter().zip(&plan.tasks) {
        let Some(delegation) = &written.delegation else {
            continue;
        };
        let assertable = assertable(plan, &task.issuers);
        for to in &delegation.to {
            let within = assertable
                .iter()
                .any(|pattern| covers(pattern, &to.pattern));
            // An issuer that could not be read has said so itself; of what fits all, that is said.
            if within || assertable.is_empty() || to.matches_all() {
                continue;
            }
            let text = &to.written.value;
            diagnostics.push(
                to.written
                    .diagnostic(
                        Code::DelegationOutside,
                        format!("no issuer of this task may speak for all of `{text}`"),
                    )
                    .help("write only agents that fit `may_assert` of an issuer of the task"),
            );
        }
    }
}
