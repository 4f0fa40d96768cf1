//! A small policy that tests of several modules try, and what is decided by it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::{Attempt, Credential, Decided, Recipe, Request, Trial, parse_time};
use crate::source::Sources;
use crate::{Compiled, compile};

const POLICY: &str = r#"remit: v1
policy: desk
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [ES256, RS256]
    jwks: {inline: {keys: [{kty: EC, crv: P-256, kid: k1, x: KEY_X, y: KEY_Y}]}}
    may_assert: ["spiffe://corp.example/**"]
    claims: {level: int, vip: bool, api_key: optional(string), names: optional(list(string)), extra: "optional(object(api_key: string, name: string))"}
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      read: {http: "GET /v1/orders/{order_id}", class: read, query: {session_token: optional(string)}}
tasks:
  triage:
    issuers: [corp]
    agents: ["spiffe://corp.example/*"]
"#;

/// The example key of RFC 7517, appendix A.1.
const X: &str = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
const Y: &str = "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM";

/// The policy with rules, which stand at the end of it.
pub(super) fn desk(rules: &str) -> (Sources, Compiled) {
    let policy = POLICY.replace("KEY_X", X).replace("KEY_Y", Y);
    let file = (PathBuf::from("desk.yaml"), format!("{policy}{rules}"));
    let sources = Sources::in_memory([file], BTreeMap::new());
    let compiled = compile(&sources).expect("the policy compiles");
    (sources, compiled)
}

/// A request for an order with headers, and a token with these claims beside those it needs.
pub(super) fn attempt(target: &str, headers: &[(&str, &str)], claims: Value) -> Attempt {
    let mut all = json!({
        "sub": "mara", "client_id": "spiffe://corp.example/a", "task": "triage",
        "level": 1, "vip": false,
    });
    let more: Map<String, Value> = claims.as_object().cloned().unwrap_or_default();
    let all = all.as_object_mut().expect("an object");
    all.extend(more);
    let headers = headers.iter();
    Attempt {
        now: parse_time("2026-01-01T12:00:00Z").expect("a time"),
        credential: Credential::Minted(Box::new(Recipe {
            claims: all.clone(),
            ..Recipe::default()
        })),
        transaction: None,
        approval: None,
        request: Request {
            method: "GET".into(),
            scheme: "https".into(),
            host: "api.corp.example".into(),
            target: target.into(),
            headers: headers
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: None,
        },
        cluster: None,
        answer: None,
        times: 1,
        before: Vec::new(),
    }
}

/// What comes of attempts.
pub(super) fn decide(compiled: &Compiled, sources: &Sources, attempts: &[Attempt]) -> Vec<Decided> {
    let trial = Trial::new(compiled).expect("the plan loads");
    let attempts = attempts.iter();
    attempts
        .map(|attempt| trial.decide(attempt, sources).expect("a decision"))
        .collect()
}
