//! Of a resource, what is called by messages.

use serde_json::{Value, json};

use super::parts::{described, list, named, object, text, to, word};
use super::resources::{limit, log, operation, resource, reviewed};
use crate::document::{a2a, calls, endpoint, scalars};

/// A key of an MCP server.
pub(super) fn of_mcp(key: &str) -> Value {
    match key {
        "mcp" => described(
            object(endpoint::MCP, &["host", "path"], endpoint_key),
            "Where it takes messages.",
        ),
        "tools" => described(named(&object(calls::TOOL, &["class"], call)), "Its tools."),
        "prompts" => described(
            named(&object(calls::PROMPT, &["class"], call)),
            "Its prompts.",
        ),
        "resources" => described(
            named(&object(calls::RESOURCE, &["uri", "class"], call)),
            "Its resources, by the templates of their URIs.",
        ),
        "methods" => described(
            json!({
                "type": "object",
                "propertyNames": to("method"),
                "additionalProperties": object(calls::METHOD, &["class"], call),
            }),
            "Methods beyond those of the session.",
        ),
        other => resource(other),
    }
}

/// A key of an A2A agent.
pub(super) fn of_a2a(key: &str) -> Value {
    match key {
        "a2a" => described(
            object(endpoint::A2A, &["host", "path"], endpoint_key),
            "Where it takes messages.",
        ),
        "methods" => {
            let names: Vec<&str> = a2a::names().collect();
            described(
                json!({
                    "type": "object",
                    "propertyNames": {"enum": names},
                    "additionalProperties": object(calls::METHOD, &["class"], call),
                }),
                "Its methods, as A2A 1.0 names them.",
            )
        }
        "skills" => described(
            named(&object(calls::SKILL, &["class"], call)),
            "Its skills.",
        ),
        other => resource(other),
    }
}

fn endpoint_key(key: &str) -> Value {
    match key {
        "host" => to("host"),
        "path" => described(path(), "The path that takes messages."),
        "rest" => described(path(), "The base of its REST binding, if it has one."),
        "card" => described(
            word(endpoint::CARDS),
            "Who may read its card: `public` without it, or `task`, by the operation `agent-card`.",
        ),
        "body_limit" => limit(),
        "conditional" => described(
            word(endpoint::CONDITIONAL),
            "What lists do with what is allowed for some arguments only: `list` without it.",
        ),
        "errors" => described(
            json!({"anyOf": [word(endpoint::ERRORS), {"type": "integer", "not": {"minimum": -32768, "maximum": -32000}}]}),
            "The code of refusals: `own` without it, `coaz`, or a number.",
        ),
        "origins" => described(list(&text()), "Origins from which browsers may call."),
        _ => Value::Bool(true),
    }
}

fn path() -> Value {
    json!({"type": "string", "pattern": r"^/[^\s?#{}*]*$"})
}

fn call(key: &str) -> Value {
    match key {
        "name" | "skill" => described(
            json!({"type": "string", "minLength": 1, "maxLength": remit_engine::limits::CALLED_BYTES}),
            "What messages call it, where that differs from the key.",
        ),
        "uri" => described(
            json!({"type": "string", "pattern": "^[a-z][a-z0-9+.-]*:"}),
            "Its URI, or a template: `{name}` for a part that varies, `{+name}` for the rest.",
        ),
        "arguments" => described(
            to("members"),
            "What it is called with, or `any`, which it is without the key.",
        ),
        "log" => log(),
        "pin" => described(
            json!({"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}),
            "The hash of the definition that was reviewed.",
        ),
        "headers" => described(
            json!({"type": "object", "additionalProperties": text()}),
            "Arguments that `Mcp-Param-<key>` repeats.",
        ),
        "reviewed" => reviewed(),
        other => operation(other),
    }
}

/// Names of methods: those of the session and those that have sections are none of them.
pub(super) fn method() -> Value {
    json!({
        "type": "string",
        "pattern": format!("^[A-Za-z][A-Za-z0-9_/-]{{0,{}}}$", scalars::NAME_BYTES - 1),
        "not": {"anyOf": [
            {"enum": calls::reserved_methods()},
            {"pattern": "^notifications/"},
        ]},
    })
}
