//! The names of methods: those that a policy can name, and those that it need not or cannot.

use remit_engine::mcp::methods::{self, Kind};
use remit_engine::plan::CallKind;

use crate::diagnostic::{Code, Diagnostics, did_you_mean, listing};
use crate::document::a2a;
use crate::document::scalars::NAME_BYTES;
use crate::source::Spanned;

/// Methods that no policy names.
pub(in crate::document) fn reserved() -> Vec<&'static str> {
    let is_reserved = |kind: &Kind| match kind {
        Kind::Call(..) | Kind::List(_) | Kind::Session => true,
        Kind::Task | Kind::Other => false,
    };
    let methods = methods::METHODS.iter();
    methods
        .filter(|(_, kind)| is_reserved(kind))
        .map(|(name, _)| *name)
        .collect()
}

/// The section in which stands what a method calls.
fn section(kind: CallKind) -> Option<&'static str> {
    match kind {
        CallKind::Tool => Some("tools"),
        CallKind::Prompt => Some("prompts"),
        CallKind::Resource => Some("resources"),
        CallKind::Method | CallKind::Skill => None,
    }
}

/// Whether a policy can name this method of MCP.
pub(super) fn check_mcp(name: &Spanned<String>, diagnostics: &mut Diagnostics) -> bool {
    let written = name.value.as_str();
    let problem = if !is_method(written) {
        let help = format!(
            "a method begins with a letter and has letters, digits, `-`, `_` and `/`, \
             at most {NAME_BYTES} of them"
        );
        (
            Code::BadName,
            format!("`{written}` cannot be a method"),
            help,
        )
    } else if let Some(Kind::Call(kind, _)) = methods::kind(written)
        && let Some(section) = section(kind)
    {
        let message = format!("what `{written}` asks for has a place of its own");
        (
            Code::BadValue,
            message,
            format!("name it under `{section}`"),
        )
    } else if let Some(Kind::List(_) | Kind::Session) = methods::kind(written) {
        let message = format!("`{written}` belongs to the session");
        let help = "take it out: whoever can call something there can send it";
        (Code::BadValue, message, help.to_owned())
    } else {
        return true;
    };
    let (code, message, help) = problem;
    diagnostics.push(name.diagnostic(code, message).help(help));
    false
}

/// Whether a policy can name this method of A2A.
pub(super) fn check_a2a(name: &Spanned<String>, diagnostics: &mut Diagnostics) -> bool {
    if a2a::names().any(|one| one == name.value) {
        return true;
    }
    let names = a2a::names;
    let near = match a2a::named_before(&name.value) {
        Some(method) => Some(format!("A2A 1.0 calls it `{method}`")),
        None => did_you_mean(&name.value, names()),
    };
    diagnostics.push(
        name.diagnostic(
            Code::UnknownValue,
            format!("`{}` is not a method of A2A", name.value),
        )
        .help(format!("it can be {}", listing(names())))
        .help_if(near),
    );
    false
}

fn is_method(text: &str) -> bool {
    text.len() <= NAME_BYTES
        && text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|each| each.is_ascii_alphanumeric() || matches!(each, '-' | '_' | '/'))
}
