//! The shape of a policy file as a JSON Schema (2020-12), for editors.
//!
//! Made from the tables that the readers beside it read by: their keys, their words, their bounds.
//! A schema cannot relate names to each other or look into conditions; what it refuses, the
//! compiler refuses too.

mod definitions;
mod parts;

use serde_json::{Value, json};

use parts::{described, duration, line, list, named, object, some, text, to, word};

use super::scalars::{ALGORITHMS, CLASSES};
use super::{SECTIONS, claims, issuers, resources, tasks};

/// The schema.
#[must_use]
pub fn schema() -> Value {
    let mut schema = object(SECTIONS, &["remit"], section);
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Remit policy",
        "description": "What agents may do behind a gateway: docs/policy.md describes it.",
        "$defs": definitions::definitions(),
    });
    if let (Value::Object(schema), Value::Object(head)) = (&mut schema, head) {
        schema.extend(head);
    }
    schema
}

fn section(key: &str) -> Value {
    match key {
        "remit" => described(json!({"const": "v1"}), "The version of the language."),
        "policy" => described(to("name"), "The policy's name in records."),
        "owner" => described(
            to("name"),
            "Whose this file is, where a policy is a folder of files.",
        ),
        "owners" => described(
            named(&some(&to("owned"))),
            "What the files of each owner may define; named in one file.",
        ),
        "labels" => described(
            named(&some(&to("name"))),
            "A closed vocabulary: each label with the values that it can have.",
        ),
        "issuers" => described(
            named(&object(
                issuers::KEYS,
                &["issuer", "algorithms", "jwks", "may_assert"],
                issuer,
            )),
            "Who issues tokens, and what they must look like.",
        ),
        "public" => described(
            list(&object(resources::PUBLIC, &["http"], public)),
            "The only operations that need no token.",
        ),
        "resources" => described(
            named(&object(
                resources::RESOURCE,
                &["host", "audience", "operations"],
                resource,
            )),
            "What stands behind the gateway.",
        ),
        "tasks" => described(
            json!({
                "type": "object",
                "additionalProperties": object(tasks::TASK, &["issuers", "agents"], task),
            }),
            "Kinds of job, by the value of the token's task claim: whose agents, and what they may do.",
        ),
        "observe" => described(
            list(&text()),
            "Ids of `deny` and `require` rules that only report.",
        ),
        _ => Value::Bool(true),
    }
}

fn issuer(key: &str) -> Value {
    match key {
        "issuer" => described(
            line(issuers::ISSUER_BYTES),
            "The `iss` claim, byte by byte.",
        ),
        "profile" => described(
            word(issuers::PROFILES),
            "How tokens are built: `access-token` (RFC 9068) or `plain`.",
        ),
        "algorithms" => described(some(&word(ALGORITHMS)), "What tokens may be signed with."),
        "jwks" => described(
            jwks(),
            "The public keys: a file beside the policy, or inline.",
        ),
        "may_assert" => described(
            some(&to("pattern")),
            "Agents that the issuer can speak for; nothing else.",
        ),
        "max_lifetime" => described(
            duration(),
            "Longest `exp - iat`, at most `24h`; `15m` without it.",
        ),
        "leeway" => described(
            duration(),
            "For clocks that differ, at most `60s`; `5s` without it.",
        ),
        "binding" => described(
            word(issuers::BINDINGS),
            "Who may use a token: whoever has it.",
        ),
        "names" => described(
            object(issuers::IDENTITIES, &[], identity),
            "The claims that carry the identities; `task: task` without it.",
        ),
        "claims" => described(
            json!({
                "type": "object",
                "propertyNames": {"not": {"enum": claims::ALWAYS_THERE}},
                "additionalProperties": to("claims"),
            }),
            "What rules may read; a claim that is not `optional` is demanded of every token.",
        ),
        _ => Value::Bool(true),
    }
}

fn jwks() -> Value {
    let file = described(text(), "A JWK Set; the path is relative to this file.");
    let key = json!({
        "type": "object",
        "required": ["kty"],
        "not": {"anyOf": [{"required": ["d"]}, {"required": ["k"]}]},
    });
    let inline = json!({
        "description": "A JWK Set of public keys.",
        "type": "object",
        "properties": {"keys": list(&key)},
        "required": ["keys"],
    });
    json!({
        "type": "object",
        "properties": {"file": file, "inline": inline},
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
    })
}

fn identity(key: &str) -> Value {
    let path = json!({"anyOf": [text(), some(&text())]});
    let meaning = match key {
        "agent" => "The workload that acts.",
        "task" => "The kind of job.",
        "task_id" => "This run of the job.",
        "session" => "The conversation.",
        "instance" => "The running copy of the agent.",
        "tenant" => "The tenant.",
        _ => return Value::Bool(true),
    };
    described(
        path,
        &format!("{meaning} A claim: `mission.id`, or a list for names with dots."),
    )
}

fn resource(key: &str) -> Value {
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
        "labels" => described(to("labels"), "Labels of all its operations."),
        "operations" => described(
            named(&object(resources::OPERATION, &["http", "class"], operation)),
            "What can be called.",
        ),
        _ => Value::Bool(true),
    }
}

fn operation(key: &str) -> Value {
    match key {
        "http" => to("http"),
        "class" => described(word(CLASSES), "What it does to the world."),
        "labels" => described(
            to("labels"),
            "An operation's value of a label stands for its resource's.",
        ),
        "query" => to("query"),
        _ => Value::Bool(true),
    }
}

fn public(key: &str) -> Value {
    match key {
        "http" => to("http"),
        "host" => to("host"),
        "name" => described(to("name"), "Its name in records."),
        "query" => to("query"),
        _ => Value::Bool(true),
    }
}

fn task(key: &str) -> Value {
    match key {
        "issuers" => described(some(&to("name")), "Whose tokens can have this task."),
        "agents" => described(some(&to("pattern")), "Which agents can have this task."),
        "allow" => described(
            list(&json!({"anyOf": [to("operation"), object(tasks::RULE, &["operations"], rule)]})),
            "What is let through; what nothing allows is denied.",
        ),
        "deny" => described(
            list(&object(tasks::RULE, &["id", "operations"], rule)),
            "What is refused, whatever else allows it.",
        ),
        "require" => described(
            list(&object(tasks::RULE, &["id", "operations", "when"], rule)),
            "Conditions that must hold.",
        ),
        _ => Value::Bool(true),
    }
}

fn rule(key: &str) -> Value {
    match key {
        "id" => described(to("name"), "How records name the rule."),
        "operations" => described(
            json!({"anyOf": [to("operation"), list(&to("operation")), selector()]}),
            "Operations by name, or whatever has a class and labels.",
        ),
        "when" => described(text(), "A condition in CEL."),
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

#[cfg(test)]
mod tests;
