//! What Envoy has of its own: `jwt_authn`, and RBAC over what it leaves in the metadata.
//!
//! The checks are those of the filter's policy as far as these filters can: signature, issuer,
//! audience, expiry; method, path, the claims `task` and `scopes`.

use serde_json::{Value, json};

use crate::expression::{Expression, called, named, text};
use crate::tokens::{AUDIENCE, ISSUER, SCOPE, TASK, jwks};

/// `jwt_authn`, with a cache for so many tokens, or without.
#[must_use]
pub fn jwt_authn(cache: Option<u32>) -> Value {
    let mut provider = json!({
        "issuer": ISSUER,
        "audiences": [AUDIENCE],
        "local_jwks": {"inline_string": jwks().to_string()},
        "forward": true,
        "payload_in_metadata": PAYLOAD,
    });
    if let Some(tokens) = cache {
        provider["jwt_cache_config"] = json!({"jwt_cache_size": tokens});
    }
    json!({
        "name": JWT_AUTHN,
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.jwt_authn.v3.JwtAuthentication",
            "providers": {"corp": provider},
            "rules": [{"match": {"prefix": "/"}, "requires": {"provider_name": "corp"}}],
        },
    })
}

/// RBAC with so many policies, one of which applies, written as matchers.
#[must_use]
pub fn rbac_matchers(policies: usize) -> Value {
    rbac(policies, |task| {
        let claim = |key: &str, value: Value| {
            let path = [PAYLOAD, key].map(|key| json!({"key": key}));
            json!({"metadata": {"filter": JWT_AUTHN, "path": path, "value": value}})
        };
        let task = claim("task", json!({"string_match": {"exact": task}}));
        let scope = json!({"list_match": {"one_of": {"string_match": {"exact": SCOPE}}}});
        let method = json!({"header": {"name": ":method", "string_match": {"exact": "GET"}}});
        let path = json!({"url_path": {"path": {"prefix": "/v1/orders/"}}});
        json!({
            "permissions": [{"and_rules": {"rules": [method, path]}}],
            "principals": [{"and_ids": {"ids": [task, claim("scopes", scope)]}}],
        })
    })
}

/// RBAC with so many policies, one of which applies, each with a condition in CEL.
#[must_use]
pub fn rbac_cel(policies: usize) -> Value {
    rbac(policies, |task| condition(task, "GET", "/v1/orders/", None))
}

/// RBAC with one policy in CEL, which also holds a member of the body against the claim
/// `ticket.id`.
#[must_use]
pub fn rbac_cel_of_body(path: &str) -> Value {
    let member = named("metadata")
        .field("filter_metadata")
        .at(BODY)
        .at("ticket");
    rbac(1, |task| {
        condition(task, "POST", path, Some(member.clone()))
    })
}

/// What leaves the member at a path of a JSON body for RBAC to read.
#[must_use]
pub fn json_to_metadata(path: &[&str]) -> Value {
    let selectors: Vec<Value> = path.iter().map(|key| json!({"key": key})).collect();
    let left = json!({"metadata_namespace": BODY, "key": "ticket"});
    json!({
        "name": "envoy.filters.http.json_to_metadata",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.json_to_metadata.v3.JsonToMetadata",
            "request_rules": {"rules": [{"selectors": selectors, "on_present": left}]},
        },
    })
}

/// What holds a request until its body is there, up to so many bytes, and looks at nothing.
#[must_use]
pub fn buffer(most: usize) -> Value {
    json!({
        "name": "envoy.filters.http.buffer",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.buffer.v3.Buffer",
            "max_request_bytes": most,
        },
    })
}

const JWT_AUTHN: &str = "envoy.filters.http.jwt_authn";
/// Where `jwt_authn` leaves the claims, below its own name.
const PAYLOAD: &str = "claims";
/// Where members of the body are left.
const BODY: &str = "body";

/// A policy in CEL, with a member of the body that has to be the claim `ticket.id`.
fn condition(task: &str, method: &str, path: &str, member: Option<Expression>) -> Value {
    let claims = named("metadata")
        .field("filter_metadata")
        .at(JWT_AUTHN)
        .at(PAYLOAD);
    let request = named("request");
    let ticket = claims.clone().at("ticket").at("id");
    let of_body = member.map(|member| called("_==_", [member, ticket]));
    let of_head = [
        called("_==_", [claims.clone().at("task"), text(task)]),
        called("_==_", [request.clone().field("method"), text(method)]),
        request.field("path").call("startsWith", text(path)),
        called("@in", [text(SCOPE), claims.at("scopes")]),
    ];
    json!({
        "permissions": [{"any": true}],
        "principals": [{"any": true}],
        "condition": Expression::all(of_head.into_iter().chain(of_body)).numbered(),
    })
}

/// Envoy goes through policies in the order of their names: the one that applies is the last.
fn rbac(policies: usize, policy: impl Fn(&str) -> Value) -> Value {
    let policies: serde_json::Map<String, Value> = (1..=policies)
        .map(|number| {
            let task = match policies - number {
                0 => TASK.to_owned(),
                other => format!("task-{other}"),
            };
            (format!("policy-{number:06}"), policy(&task))
        })
        .collect();
    json!({
        "name": "envoy.filters.http.rbac",
        "typed_config": {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
            "rules": {"action": "ALLOW", "policies": policies},
        },
    })
}
