//! `tasks` and `break_glass`.

use serde_json::{Value, json};

use super::limits;
use super::parts::{described, duration, line, list, object, some, text, to, word};
use super::resources::operation;
use crate::document::{approvals, break_glass, demand, guards, sequence, tasks};

pub(super) fn section() -> Value {
    described(
        json!({
            "type": "object",
            "additionalProperties": object(tasks::TASK, &["issuers", "agents"], task),
        }),
        "Kinds of job, by the value of the token's task claim: whose agents, and what they may do.",
    )
}

pub(super) fn exceptions() -> Value {
    let required = &["id", "agents", "allow", "until", "reason"];
    described(
        list(&object(break_glass::KEYS, required, exception)),
        "What is allowed in an emergency, until a set time.",
    )
}

pub(super) fn guards() -> Value {
    let deny = asking(object(guards::DENY, &["id", "deny"], guard));
    let require = require(object(guards::REQUIRE, &["id", "require"], guard));
    described(
        list(&json!({"anyOf": [deny, require, limits::of_guard(guard)]})),
        "What holds over all tasks.",
    )
}

fn guard(key: &str) -> Value {
    let about = || json!({"anyOf": [{"const": guards::ALL}, selection()]});
    match key {
        "deny" => described(about(), "Operations that it refuses; `\"*\"`: all."),
        "require" => described(
            about(),
            "Operations of which it requires something; `\"*\"`: all.",
        ),
        "limit" => described(about(), "Operations whose calls count; `\"*\"`: all."),
        "per" => described(
            word(guards::PER),
            "Whose calls it looks at, whatever their task; `agent_and_principal` without it.",
        ),
        key => rule(key),
    }
}

fn task(key: &str) -> Value {
    match key {
        "issuers" => described(some(&to("name")), "Whose tokens can have this task."),
        "agents" => described(some(&to("pattern")), "Which agents can have this task."),
        "allow" => described(
            list(
                &json!({"anyOf": [to("operation"), asking(object(tasks::RULE, &["operations"], rule))]}),
            ),
            "What is let through; what nothing allows is denied.",
        ),
        "deny" => described(
            list(&asking(object(tasks::RULE, &["id", "operations"], rule))),
            "What is refused, whatever else allows it.",
        ),
        "require" => {
            let require = require(object(tasks::REQUIRE, &["id", "operations"], rule));
            described(list(&require), "What must hold.")
        }
        "delegation" => described(
            object(tasks::DELEGATION, &["to"], delegation),
            "To whom an agent may hand the task on; without it to nobody.",
        ),
        "ends_with" => described(
            some(&to("operation")),
            "Operations that complete a run of the task: its tokens are refused from then on.",
        ),
        "limits" => limits::of_task(),
        _ => Value::Bool(true),
    }
}

/// Operations by name, or whatever has a class and labels.
pub(super) fn operations() -> Value {
    json!({"anyOf": [to("operation"), list(&to("operation")), selector()]})
}

/// Exactly one of the ways to ask; what is asked of calls before is part of the condition.
fn require(require: Value) -> Value {
    let mut require = asking(require);
    if let Value::Object(members) = &mut require {
        let ways = demand::WAYS.iter().map(|way| match *way {
            "when" => json!({"anyOf": any_of(&[&["when"], sequence::ASKING].concat())}),
            way => json!({"required": [way]}),
        });
        members.insert("oneOf".into(), ways.collect());
    }
    require
}

/// `within` and `same` say something of calls before, and not both.
fn asking(mut rule: Value) -> Value {
    if let Value::Object(members) = &mut rule {
        let asks = json!({"anyOf": any_of(sequence::ASKING)});
        members.insert(
            "dependentSchemas".into(),
            json!({"within": asks, "same": asks}),
        );
        members.insert("not".into(), json!({"required": ["within", "same"]}));
    }
    rule
}

fn any_of(keys: &[&str]) -> Value {
    keys.iter().map(|key| json!({"required": [key]})).collect()
}

/// What a guard is about, and what is asked for of calls before: never nothing.
fn selection() -> Value {
    json!({"anyOf": [to("operation"), some(&to("operation")), selector()]})
}

fn rule(key: &str) -> Value {
    match key {
        "id" => described(to("name"), "How records name the rule."),
        "operations" => described(
            operations(),
            "Operations by name, or whatever has a class and labels.",
        ),
        "when" => described(text(), "A condition in CEL."),
        "after" => described(selection(), "Calls of which one must have been before."),
        "not_after" => described(selection(), "Calls of which none may have been before."),
        "within" => described(
            duration(),
            "How long ago they count at most; without it, as long as anything is kept.",
        ),
        "same" => {
            let mut same = some(&text());
            if let Value::Object(members) = &mut same {
                members.insert("maxItems".into(), json!(sequence::TOGETHER));
            }
            described(
                same,
                "Expressions in CEL: only calls count for which they came to the same as now.",
            )
        }
        "possession" => described(
            word(demand::POSSESSIONS),
            "That the token is bound to its sender.",
        ),
        "first_use" => described(
            object(demand::FIRST_USE, &["token_age"], asked),
            "That a run of the task uses these operations for the first time with a fresh token.",
        ),
        "authentication" => {
            let mut how = object(demand::AUTHENTICATION, &[], asked);
            if let Value::Object(members) = &mut how {
                members.insert("minProperties".into(), json!(1));
            }
            described(how, "When and how the principal was authenticated.")
        }
        "approval" => described(
            word(approvals::SINGLE_USE),
            "That somebody has approved exactly this call.",
        ),
        _ => Value::Bool(true),
    }
}

fn asked(key: &str) -> Value {
    match key {
        "token_age" => described(duration(), "Longest time since the token was issued."),
        "max_age" => described(
            duration(),
            "Longest time since the principal was authenticated (`auth_time`).",
        ),
        "acr" => described(
            some(&line(demand::ACR_BYTES)),
            "Values of `acr` of which the token must have one, best first.",
        ),
        _ => Value::Bool(true),
    }
}

fn delegation(key: &str) -> Value {
    match key {
        "depth" => described(
            json!({"type": "integer", "minimum": 1, "maximum": tasks::DEEPEST}),
            "How often it is handed on at most; `1` without it.",
        ),
        "to" => described(
            some(&to("pattern")),
            "Agents that may have it from another.",
        ),
        _ => Value::Bool(true),
    }
}

fn selector() -> Value {
    let mut selector = object(tasks::SELECTOR, &[], operation);
    if let Value::Object(members) = &mut selector {
        members.insert("minProperties".into(), json!(1));
    }
    selector
}

fn exception(key: &str) -> Value {
    match key {
        "id" => described(to("name"), "How records of its use name it."),
        "issuers" => described(
            some(&to("name")),
            "Whose tokens; without it those of every issuer whose tokens authenticate.",
        ),
        "agents" => described(some(&to("pattern")), "Which agents."),
        "allow" => described(
            some(&to("operation")),
            "What they may do beside their task.",
        ),
        "overrides" => described(
            some(&to("name")),
            "Ids of `deny` and `require` rules, guards and limits that do not hold for it.",
        ),
        "until" => described(
            json!({"type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+(Z|z|[+-][0-9:]+)$"}),
            "Its end: `2026-12-01T00:00:00Z`.",
        ),
        "reason" => described(
            json!({"type": "string", "minLength": 1, "maxLength": break_glass::REASON_BYTES}),
            "Why, for whoever reads the record.",
        ),
        _ => Value::Bool(true),
    }
}
