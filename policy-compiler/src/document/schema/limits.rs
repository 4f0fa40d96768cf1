//! `limits` of a task, `history`, `fleet` and `approvals`.

use remit_engine::limits::FLEET_CLUSTER_BYTES;
use serde_json::{Value, json};

use super::issuers;
use super::parts::{described, duration, line, list, object, some, text, to, word};
use super::tasks::operations;
use crate::document::{approvals, guards, history, limits};

pub(super) fn of_task() -> Value {
    let limit = counting(object(limits::KEYS, &["id"], key));
    described(list(&limit), "How much there may be of something.")
}

/// A limit over all tasks; `of_guards`: what it has in common with other guards.
pub(super) fn of_guard(of_guards: fn(&str) -> Value) -> Value {
    let mut limit = counting(object(guards::LIMIT, &["id", "limit", "at_most"], key));
    if let Some(Value::Object(properties)) = limit.get_mut("properties") {
        for own in ["limit", "per"] {
            properties.insert(own.into(), of_guards(own));
        }
    }
    limit
}

/// Which keys go together.
fn counting(mut limit: Value) -> Value {
    if let Value::Object(members) = &mut limit {
        let either = json!([{"required": ["at_most"]}, {"required": ["idle"]}]);
        members.insert("anyOf".into(), either);
        let apart = limits::APART.iter().flat_map(|(key, others, _)| {
            let pair = move |other: &&str| json!({"not": {"required": [key, other]}});
            others.iter().map(pair)
        });
        let mut rules: Vec<Value> = apart.collect();
        let beyond = |key: &str, what: Value| {
            json!({
                "if": {"required": ["distinct", key], "properties": {key: what}},
                "then": false,
            })
        };
        rules.push(beyond(
            "at_most",
            json!({"exclusiveMinimum": limits::TARGETS}),
        ));
        rules.push(beyond("window", json!({"type": "object"})));
        rules.push(json!({
            "if": {"required": ["window"]},
            "then": {"required": ["at_most"]},
        }));
        members.insert("allOf".into(), Value::Array(rules));
    }
    limit
}

fn key(key: &str) -> Value {
    match key {
        "id" => described(to("name"), "How records and answers name the limit."),
        "operations" => described(
            operations(),
            "Which calls count; without it those that some allow of the task selects.",
        ),
        "at_most" => described(number(limits::MOST), "How much there may be."),
        "distinct" => described(
            some(&text()),
            "Counts what calls are about instead of calls: expressions in CEL, whose values together are one target.",
        ),
        "denials" => described(said(), "Counts requests that were refused."),
        "cost" => described(said(), "Counts cost units instead of calls."),
        "window" => described(
            json!({"anyOf": [duration(), object(limits::WINDOW, &["fixed"], window)]}),
            "Within which time, which always ends now; without it, ever.",
        ),
        "per" => described(
            word(limits::PER),
            "Whose calls count together; `task_id` without it.",
        ),
        "since" => described(operations(), "Calls count only from the first of these on."),
        "idle" => described(duration(), "Longest time between two calls."),
        "beyond" => described(
            word(limits::BEYOND),
            "What comes of a call that would be too much; `refuse` without it.",
        ),
        "fleet" => described(
            json!({"anyOf": [{"const": limits::REFUSE}, number(limits::MOST)]}),
            "The limit is one of all gateways: what holds while the service that counts for them is away.",
        ),
        _ => Value::Bool(true),
    }
}

fn said() -> Value {
    json!({"const": true})
}

fn window(key: &str) -> Value {
    match key {
        "fixed" => described(
            duration(),
            "A window that begins with the first call after the one before it has ended.",
        ),
        _ => Value::Bool(true),
    }
}

pub(super) fn number(most: u32) -> Value {
    json!({"type": "integer", "minimum": 1, "maximum": most})
}

pub(super) fn history() -> Value {
    described(
        object(history::HISTORY, &[], |key| match key {
            "room" => described(
                json!({"type": "integer", "minimum": history::LEAST_ROOM, "maximum": history::MOST_ROOM}),
                "How many task ids, agents and so on have room at a time; `16384` without it.",
            ),
            "keep" => described(
                duration(),
                "How long something is kept after the last call, `1h` to `30d`; `24h` without it.",
            ),
            _ => Value::Bool(true),
        }),
        "How much is remembered of calls.",
    )
}

pub(super) fn fleet() -> Value {
    described(
        object(history::FLEET, &["cluster", "domain"], |key| match key {
            "cluster" => described(
                line(FLEET_CLUSTER_BYTES),
                "The Envoy cluster that leads there; it speaks HTTP/2.",
            ),
            "domain" => described(
                line(history::DOMAIN_BYTES),
                "`domain` of the requests to it.",
            ),
            "timeout" => described(
                json!({"type": "string", "pattern": "^[0-9]+(ms|s)$"}),
                "How long an answer may take, `1ms` to `5s`; `100ms` without it.",
            ),
            _ => Value::Bool(true),
        }),
        "The rate limit service that counts for all gateways.",
    )
}

pub(super) fn approvals() -> Value {
    described(
        object(approvals::KEYS, &["jwks"], |key| match key {
            "jwks" => described(
                json!({"oneOf": issuers::given_keys()}),
                "The public keys of those who approve, Ed25519 each: a file beside the policy, or inline.",
            ),
            "header" => described(
                header(),
                "The header that brings an approval; `x-remit-approval` without it.",
            ),
            "max_lifetime" => described(
                duration(),
                "Longest `exp - iat` of an approval, at most `24h`; `15m` without it.",
            ),
            _ => Value::Bool(true),
        }),
        "Who approves single calls.",
    )
}

fn header() -> Value {
    let taken: Vec<&str> = approvals::taken().collect();
    json!({
        "type": "string",
        "pattern": "^[a-z0-9.-]+$",
        "maxLength": approvals::HEADER_BYTES,
        "not": {"enum": taken},
    })
}
