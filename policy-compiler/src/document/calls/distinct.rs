//! One name for one operation, in the policy and on the wire.

use std::collections::HashMap;

use remit_engine::plan::CallKind;

use super::Called;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::Operation;
use crate::source::Span;

/// Complains about operations of a resource that have one name.
pub(super) fn check(operations: &[Operation], diagnostics: &mut Diagnostics) {
    let mut names: HashMap<&str, Span> = HashMap::new();
    let mut targets: HashMap<(CallKind, &str), &Operation> = HashMap::new();
    for operation in operations {
        let name = &operation.name;
        if let Some(first) = names.insert(&name.value, name.span) {
            diagnostics.push(
                name.diagnostic(
                    Code::DuplicateName,
                    format!("two operations are called `{}`", name.value),
                )
                .label("again here")
                .also(first, "first here")
                .help("call one of them something else, and say by `name` (or `skill`) what messages call it"),
            );
        }
        let Some(call) = &operation.call else {
            continue;
        };
        let Called::Name(target) = &call.target else {
            continue;
        };
        if let Some(first) = targets.insert((call.kind, target), operation)
            && let Some(other) = &first.call
        {
            diagnostics.push(
                Diagnostic::new(
                    Code::DuplicateName,
                    call.span,
                    format!(
                        "`{}` and `{}` are one to messages: both are called `{target}`",
                        first.name.value, name.value
                    ),
                )
                .label("again here")
                .also(other.span, "first here")
                .help("say it once"),
            );
        }
    }
}
