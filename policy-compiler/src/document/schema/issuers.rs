//! `issuers`.

use serde_json::{Map, Value, json};

use super::parts::{described, duration, line, list, named, object, some, text, to, word};
use super::sources;
use crate::document::issuers::{self, SHAPES};
use crate::document::{claims, scalars};

pub(super) fn section() -> Value {
    let mut issuer = object(issuers::KEYS, &["algorithms"], key);
    if let Value::Object(members) = &mut issuer {
        let profiles = SHAPES.iter().enumerate().map(profile);
        members.insert("allOf".into(), profiles.collect());
    }
    described(
        named(&issuer),
        "Who issues tokens, and what they must look like.",
    )
}

/// What an issuer of a profile must have and cannot have. The first profile holds where none is
/// named.
fn profile((position, shape): (usize, &issuers::Shape)) -> Value {
    let mut is = Map::new();
    is.insert(
        "properties".into(),
        json!({"profile": {"const": shape.name}}),
    );
    if position > 0 {
        is.insert("required".into(), json!(["profile"]));
    }
    let foreign = shape
        .foreign
        .iter()
        .map(|(key, _)| json!({"required": [key]}));
    json!({
        "if": is,
        "then": {
            "required": shape.required,
            "not": {"anyOf": foreign.collect::<Value>()},
        },
    })
}

fn key(key: &str) -> Value {
    match key {
        "issuer" => described(
            line(issuers::ISSUER_BYTES),
            "The `iss` claim, byte by byte.",
        ),
        "trust_domain" => described(
            line(issuers::TRUST_DOMAIN_BYTES),
            "Of JWT-SVIDs the trust domain of `sub`; of transaction tokens what `aud` must be.",
        ),
        "profile" => {
            let names: Vec<&str> = SHAPES.iter().map(|shape| shape.name).collect();
            described(
                json!({"enum": names}),
                "How tokens are built: `access-token` (RFC 9068), `jwt-svid` (SPIFFE), `txn-token`, or `plain`.",
            )
        }
        "algorithms" => described(
            some(&word(scalars::ALGORITHMS)),
            "What tokens may be signed with.",
        ),
        "jwks" => described(
            keys(),
            "The public keys: a file beside the policy, inline, or behind a URL.",
        ),
        "bundle" => described(
            keys(),
            "The bundle of the trust domain: a file beside the policy, inline, or behind a URL.",
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
            "What must bind a token to its sender. What the token itself asks for holds in any case.",
        ),
        "status_lists" => described(
            list(&sources::standing()),
            "Token Status Lists that tokens may refer to.",
        ),
        "details" => described(
            list(&line(issuers::DETAIL_TYPE_BYTES)),
            "Types of `authorization_details` with the common fields of RFC 9396 that tokens may carry.",
        ),
        "forward" => described(
            json!({"type": "boolean"}),
            "Whether the token goes on to the upstream.",
        ),
        "single_use" => described(
            json!({"type": "boolean"}),
            "Whether each token lets one request through, and no more.",
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

/// One of the places where keys can be.
fn keys() -> Value {
    let [file, inline] = given_keys();
    json!({"oneOf": [file, inline, sources::fetched()]})
}

/// Those that are part of the policy.
pub(super) fn given_keys() -> [Value; 2] {
    let key = json!({
        "type": "object",
        "required": ["kty"],
        "not": {"anyOf": [{"required": ["d"]}, {"required": ["k"]}]},
    });
    let inline = json!({
        "description": "A set of public keys.",
        "type": "object",
        "properties": {"keys": list(&key)},
        "required": ["keys"],
    });
    let file = described(text(), "A set of keys; the path is relative to this file.");
    let one = |name: &str, value: Value| {
        json!({
            "type": "object",
            "properties": {name: value},
            "required": [name],
            "additionalProperties": false,
        })
    };
    [one("file", file), one("inline", inline)]
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
        "approvals" => "Approvals of single calls that the token carries.",
        _ => return Value::Bool(true),
    };
    described(
        path,
        &format!("{meaning} A claim: `mission.id`, or a list for names with dots."),
    )
}
