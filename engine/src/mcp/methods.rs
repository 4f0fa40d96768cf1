//! The methods of MCP, revisions 2024-11-05 to 2026-07-28.

use crate::answers::ListKind;
use crate::plan::CallKind;

/// What a method is to a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It calls, gets or reads one thing, which this member of `params` names.
    Call(CallKind, &'static str),
    /// It lists what there is.
    List(ListKind),
    /// It belongs to the session as such.
    Session,
    /// It is about a task that a call has started: `params.taskId`.
    Task,
    /// Whatever else the protocol has: allowed only where a policy names it.
    Other,
}

/// Every method that a revision has, but notifications. Those that servers send to clients are here
/// as well, so that one that a client sends is no unknown one.
pub const METHODS: [(&str, Kind); 23] = [
    ("completion/complete", Kind::Other),
    ("elicitation/create", Kind::Other),
    ("initialize", Kind::Session),
    ("logging/setLevel", Kind::Session),
    ("ping", Kind::Session),
    ("prompts/get", Kind::Call(CallKind::Prompt, "name")),
    ("prompts/list", Kind::List(ListKind::Prompts)),
    ("resources/list", Kind::List(ListKind::Resources)),
    ("resources/read", Kind::Call(CallKind::Resource, "uri")),
    ("resources/subscribe", Kind::Call(CallKind::Resource, "uri")),
    (
        "resources/templates/list",
        Kind::List(ListKind::ResourceTemplates),
    ),
    (
        "resources/unsubscribe",
        Kind::Call(CallKind::Resource, "uri"),
    ),
    ("roots/list", Kind::Other),
    ("sampling/createMessage", Kind::Other),
    ("server/discover", Kind::Session),
    ("subscriptions/listen", Kind::Other),
    ("tasks/cancel", Kind::Task),
    ("tasks/get", Kind::Task),
    ("tasks/list", Kind::Other),
    ("tasks/result", Kind::Task),
    ("tasks/update", Kind::Task),
    ("tools/call", Kind::Call(CallKind::Tool, "name")),
    ("tools/list", Kind::List(ListKind::Tools)),
];

/// Notifications, of which extensions have more.
const NOTIFICATION: &str = "notifications/";

/// What a method is; `None` for one that the protocol does not have.
#[must_use]
pub fn kind(method: &str) -> Option<Kind> {
    if is_notification(method) {
        return Some(Kind::Session);
    }
    let mut methods = METHODS.iter();
    methods.find_map(|(name, kind)| (*name == method).then_some(*kind))
}

/// Whether it is the name of a notification, known or not.
#[must_use]
pub fn is_notification(method: &str) -> bool {
    method
        .strip_prefix(NOTIFICATION)
        .is_some_and(|rest| !rest.is_empty())
}

/// The member of `params` that says what a method is about: what `Mcp-Name` repeats.
#[must_use]
pub fn named_by(method: &str) -> Option<&'static str> {
    match kind(method)? {
        Kind::Call(_, member) => Some(member),
        Kind::Task => Some("taskId"),
        Kind::List(_) | Kind::Session | Kind::Other => None,
    }
}

#[cfg(test)]
mod tests;
