//! `resources` and `public`.

use serde_json::{Value, json};

use super::limits::number;
use super::parts::{described, line, list, named, object, some, text, to, word};
use super::{calls, sources};
use crate::document::scalars::CLASSES;
use crate::document::{bounded, limits, metadata, operations, resources};

pub(super) fn section() -> Value {
    let http = object(
        resources::HTTP,
        &["host", "audience", "operations"],
        resource,
    );
    let mcp = object(resources::MCP, &["mcp", "audience"], calls::of_mcp);
    let a2a = object(resources::A2A, &["a2a", "audience"], calls::of_a2a);
    let kinds = json!({
        "if": {"required": ["mcp"]},
        "then": mcp,
        "else": {"if": {"required": ["a2a"]}, "then": a2a, "else": http},
    });
    described(named(&kinds), "What stands behind the gateway.")
}

pub(super) fn public() -> Value {
    described(
        list(&object(operations::PUBLIC, &["http"], public_key)),
        "The only operations that need no token.",
    )
}

pub(super) fn resource(key: &str) -> Value {
    match key {
        "host" => to("host"),
        "audience" => described(
            line(resources::AUDIENCE_BYTES),
            "What a token's `aud` must contain.",
        ),
        "cluster" => described(
            line(resources::CLUSTER_BYTES),
            "The Envoy cluster that a request must be going to.",
        ),
        "origin" => described(
            json!({"type": "string", "pattern": r"^https?://[^A-Z/?#@\s]+$"}),
            "Scheme and host of the URLs that clients use, as proofs of possession name them; `https://<host>` without it.",
        ),
        "metadata" => described(
            object(metadata::KEYS, &[], about),
            "Serves the resource's metadata (RFC 9728) to whoever asks.",
        ),
        "labels" => described(to("labels"), "Labels of all its operations."),
        "operations" => described(
            named(&object(
                operations::OPERATION,
                &["http", "class"],
                operation,
            )),
            "What can be called.",
        ),
        _ => Value::Bool(true),
    }
}

fn about(key: &str) -> Value {
    match key {
        "name" => described(
            json!({"type": "string", "minLength": 1, "maxLength": metadata::NAME_BYTES}),
            "Its name for people.",
        ),
        "authorization_servers" => described(some(&sources::url()), "Who issues tokens for it."),
        "scopes" => described(
            scopes(),
            "Scopes to ask for, beside those of its operations.",
        ),
        "documentation" => described(sources::url(), "A page for developers."),
        "policy" => described(sources::url(), "A page about how its data may be used."),
        "terms" => described(sources::url(), "A page with its terms of service."),
        _ => Value::Bool(true),
    }
}

fn scopes() -> Value {
    let scope = line(operations::SCOPE_BYTES);
    json!({"anyOf": [scope, list(&scope)]})
}

pub(super) fn operation(key: &str) -> Value {
    match key {
        "http" => to("http"),
        "class" => described(word(CLASSES), "What it does to the world."),
        "labels" => described(
            to("labels"),
            "An operation's value of a label stands for its resource's.",
        ),
        "query" => to("query"),
        "scope" => described(
            scopes(),
            "Scopes that a token needs, all of them, beside what its task allows.",
        ),
        "cost" => described(
            number(limits::COST),
            "Cost units of one call; `1` without it.",
        ),
        "upgrade" => described(
            word(operations::UPGRADES),
            "The protocol that a request for it changes to.",
        ),
        "body" => described(
            to("members"),
            "What its JSON body holds, or `any`; without it the body is not read.",
        ),
        "body_limit" => limit(),
        "log" => log(),
        "amount" => amount(),
        "recipient" => described(
            object(bounded::RECIPIENT, &["value"], part),
            "Where it says who gets something, which tokens can bound (`recipient_domain`).",
        ),
        "reviewed" => reviewed(),
        _ => Value::Bool(true),
    }
}

pub(super) fn limit() -> Value {
    described(
        json!({"type": "string", "pattern": "^[0-9]+(KiB|MiB)$"}),
        "Longest body: `64KiB` without it, at most `1MiB`.",
    )
}

pub(super) fn log() -> Value {
    described(list(&text()), "Members whose values records may carry.")
}

fn amount() -> Value {
    let mut amount = object(bounded::AMOUNT, &["value"], part);
    if let Value::Object(members) = &mut amount {
        let one = json!([{"required": ["currency"]}, {"required": ["in"]}]);
        members.insert("oneOf".into(), one);
    }
    let what = "Where it says how much money is moved, which tokens can bound (`max_amount`).";
    described(amount, what)
}

fn part(key: &str) -> Value {
    match key {
        "value" => described(text(), "The member that says it."),
        "currency" => described(text(), "The member that says in which currency."),
        "in" => described(
            line(bounded::CURRENCY_BYTES),
            "The currency, where it is always the same.",
        ),
        _ => Value::Bool(true),
    }
}

pub(super) fn reviewed() -> Value {
    described(
        json!({"type": "boolean"}),
        "Whether somebody has looked at it; no allow can cover what nobody has.",
    )
}

fn public_key(key: &str) -> Value {
    match key {
        "http" => to("http"),
        "host" => to("host"),
        "name" => described(to("name"), "Its name in records."),
        "query" => to("query"),
        _ => Value::Bool(true),
    }
}
