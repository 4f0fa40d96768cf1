//! What changed, for a reader.

use remit_policy_compiler::import::harmless;
use remit_policy_compiler::import::mcp::against::{
    ArgumentChange, Comparison, Difference, Subject,
};

const GREEN: &str = "\u{1b}[32m";
const RED: &str = "\u{1b}[31m";
const YELLOW: &str = "\u{1b}[33m";
const RESET: &str = "\u{1b}[0m";

/// A line for each change. Colours are the stream's affair to keep.
pub(super) fn human(comparison: &Comparison, resource: &str) -> String {
    let mut out = format!(
        "{}: {} unchanged\n",
        harmless(resource),
        comparison.unchanged
    );
    for change in &comparison.changes {
        let subject = subject(&change.subject);
        match &change.difference {
            Difference::Added { .. } => {
                out.push_str(&format!("{GREEN}+ {subject} is new{RESET}\n"))
            }
            Difference::Removed => {
                out.push_str(&format!("{RED}- {subject} is not listed any more{RESET}\n"));
            }
            Difference::Changed {
                old,
                new,
                arguments,
                ..
            } => {
                out.push_str(&format!(
                    "{YELLOW}~ {subject} has another definition{RESET}\n"
                ));
                let new = new.as_deref().unwrap_or("none");
                out.push_str(&format!("    pin {} -> {new}\n", harmless(old)));
                for change in arguments {
                    out.push_str(&argument(change));
                }
            }
        }
    }
    for each in &comparison.unpinned {
        out.push_str(&format!("? {} has no pin in the policy\n", subject(each)));
    }
    out
}

fn subject(subject: &Subject) -> String {
    let operation = harmless(&subject.operation);
    let called = if subject.operation == subject.called {
        String::new()
    } else {
        format!(" ({})", harmless(&subject.called))
    };
    format!("{} {operation}{called}", subject.kind)
}

fn argument(change: &ArgumentChange) -> String {
    let name = harmless(&change.name);
    match (&change.old, &change.new) {
        (None, Some(new)) => format!("    {GREEN}+ {name}: {}{RESET}\n", harmless(new)),
        (Some(old), None) => format!("    {RED}- {name}: {}{RESET}\n", harmless(old)),
        (old, new) => {
            let text = |ty: &Option<String>| harmless(ty.as_deref().unwrap_or("none"));
            format!(
                "    {YELLOW}~ {name}: {} -> {}{RESET}\n",
                text(old),
                text(new)
            )
        }
    }
}
