//! A task without any limit beside others that have some: whoever wrote those has thought of what many
//! calls come to, and this one was left out.

use remit_engine::plan::Effect;

use super::Subject;
use crate::diagnostic::{Code, Diagnostics};

pub(super) fn check(subject: &Subject<'_>, diagnostics: &mut Diagnostics) {
    let tasks = &subject.document.tasks;
    // A limit that could not be read is none here.
    if diagnostics.has_errors() || tasks.iter().all(|task| task.limits.is_empty()) {
        return;
    }
    for task in tasks.iter().filter(|task| task.limits.is_empty()) {
        if task.rules.iter().all(|rule| rule.effect != Effect::Allow) {
            continue;
        }
        diagnostics.push(
            task.name
                .diagnostic(
                    Code::TaskWithoutLimits,
                    format!("the task `{}` has no limit", task.name.value),
                )
                .label("other tasks of the policy have some")
                .help("say how much it may do: `limits: [{id: calls, at_most: 200, window: 1h}]`"),
        );
    }
}
