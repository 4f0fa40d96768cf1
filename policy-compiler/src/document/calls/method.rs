//! The names of methods: those that a policy can name, and those that it need not or cannot.

use crate::diagnostic::{Code, Diagnostics, did_you_mean, listing};
use crate::document::a2a;
use crate::document::scalars::NAME_BYTES;
use crate::source::Spanned;

/// Methods by which what has a section of its own is called.
const CALLS: &[(&str, &str)] = &[
    ("tools/call", "tools"),
    ("prompts/get", "prompts"),
    ("resources/read", "resources"),
    ("resources/subscribe", "resources"),
    ("resources/unsubscribe", "resources"),
];
/// Methods of the session, for whoever can call something there.
const SESSION: &[&str] = &[
    "initialize",
    "ping",
    "server/discover",
    "logging/setLevel",
    "tools/list",
    "prompts/list",
    "resources/list",
    "resources/templates/list",
];
const NOTIFICATIONS: &str = "notifications/";

/// Methods that no policy names.
pub(in crate::document) fn reserved() -> Vec<&'static str> {
    let calls = CALLS.iter().map(|(name, _)| *name);
    calls.chain(SESSION.iter().copied()).collect()
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
    } else if let Some((_, section)) = CALLS.iter().find(|(method, _)| *method == written) {
        let message = format!("what `{written}` asks for has a place of its own");
        (
            Code::BadValue,
            message,
            format!("name it under `{section}`"),
        )
    } else if SESSION.contains(&written) || written.starts_with(NOTIFICATIONS) {
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
    if a2a::named(&name.value).is_some() {
        return true;
    }
    let names = || a2a::METHODS.iter().map(|one| one.name);
    let near = match a2a::named_before(&name.value) {
        Some(method) => Some(format!("A2A 1.0 calls it `{}`", method.name)),
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
