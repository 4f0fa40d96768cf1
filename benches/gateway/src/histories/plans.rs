//! Policies of the rows with histories: the one rule of the other rows, and what is asked of what was
//! done before.

use crate::policy::{HOST, compiled_with, issuer, task};
use crate::tokens::{AUDIENCE, SCOPE, TASK, jwks_with_many};

/// What a policy asks of what was done before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Nothing.
    Nothing,
    /// Whether there were too many calls.
    Calls,
    /// The same, in the last minutes.
    Window,
    /// The same, with room for more task ids than there are.
    Many,
    /// Whether there were calls for too many orders.
    Distinct,
    /// Whether another operation was called.
    After,
    /// Nothing for this operation, which another guard asks for.
    Remember,
    /// Whether there were too many calls, and for another operation's sake to be remembered.
    Both,
}

impl Asked {
    /// The machine that it runs in: shared data has the room that its first plan says.
    pub(super) fn machine(self) -> &'static str {
        match self {
            Self::Many => "remit-many",
            _ => "remit-histories",
        }
    }

    fn room(self) -> u32 {
        match self {
            Self::Many => 262_144,
            _ => 16_384,
        }
    }

    fn limit(self) -> Option<&'static str> {
        match self {
            Self::Nothing | Self::After | Self::Remember => None,
            Self::Calls | Self::Many | Self::Both => Some("at_most: 1000000000"),
            Self::Window => Some("at_most: 1000000000, window: 10m"),
            Self::Distinct => Some("distinct: [resource, path.order_id], at_most: 20, window: 15m"),
        }
    }

    fn guard(self) -> Option<&'static str> {
        match self {
            Self::After => Some("deny: [api.read], after: [api.send]"),
            Self::Remember | Self::Both => Some("deny: [api.send], after: [api.read]"),
            _ => None,
        }
    }
}

/// The plan.
#[must_use]
pub(super) fn plan(asked: Asked) -> Vec<u8> {
    let limit = asked.limit().map_or_else(String::new, |limit| {
        format!("    limits:\n      - {{id: held, {limit}}}\n")
    });
    let guard = asked.guard().map_or_else(String::new, |guard| {
        format!("guards:\n  - {{id: apart, {guard}}}\n")
    });
    let room = match asked {
        Asked::Nothing => String::new(),
        _ => format!("history: {{room: {}}}\n", asked.room()),
    };
    let policy = format!(
        r#"{issuer}  api:
    host: {HOST}
    audience: {AUDIENCE}
    operations:
      read: {{http: "GET /v1/orders/{{order_id}}", class: read}}
      send: {{http: "POST /v1/orders/{{order_id}}", class: write}}
{task}      - id: own
        operations: [api.read]
        when: task == '{TASK}' && request.method == 'GET' && request.path.startsWith('/v1/orders/') && '{SCOPE}' in token.scopes
{limit}{guard}{room}"#,
        issuer = issuer(),
        task = task(),
    );
    compiled_with(policy, &jwks_with_many())
}
