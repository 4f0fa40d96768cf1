//! What the benchmarks decide on: a policy of a given size, a token for it, a request.
//!
//! Everything is made from fixed seeds, so that two runs measure the same.
#![expect(
    clippy::expect_used,
    reason = "a benchmark that cannot be set up has to fail loudly"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use remit_engine::Engine;
use remit_engine::plan;
use remit_engine::time::UnixTime;
use remit_policy_compiler::compile;
use remit_policy_compiler::source::Sources;

/// When the benchmarks' tokens are good.
pub const NOW: i64 = 1_800_000_000;

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// A policy with one issuer and as many operations, each with one allow rule of four clauses.
#[must_use]
pub fn policy(operations: usize) -> String {
    let x = URL_SAFE_NO_PAD.encode(key().verifying_key().as_bytes());
    let mut policy = format!(
        r#"remit: v1
policy: bench
issuers:
  corp:
    issuer: https://sts.corp.example
    profile: access-token
    algorithms: [EdDSA]
    jwks: {{inline: {{keys: [{{kty: OKP, crv: Ed25519, kid: k1, x: {x}}}]}}}}
    may_assert: ["spiffe://corp.example/**"]
    claims: {{scopes: list(string), ticket: {{id: string, severity: int}}}}
resources:
  api:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
"#
    );
    for number in 0..operations {
        let _ = writeln!(
            policy,
            "      op{number}: {{http: \"GET /v1/things{number}/{{id}}\", class: read}}"
        );
    }
    policy.push_str("tasks:\n  triage:\n    issuers: [corp]\n    agents: [\"spiffe://corp.example/*\"]\n    allow:\n");
    for number in 0..operations {
        let _ = writeln!(
            policy,
            "      - id: rule{number}\n        operations: [api.op{number}]\n        when: task == 'triage' && request.method == 'GET' && path.id.startsWith('4') && 'orders:read' in token.scopes",
        );
    }
    policy
}

/// The bytes of the plan of [`policy`].
#[must_use]
pub fn plan_bytes(operations: usize) -> Vec<u8> {
    let file = ("bench.yaml".into(), policy(operations));
    compile(&Sources::in_memory([file], BTreeMap::new()))
        .expect("the policy compiles")
        .bytes
}

/// The engine for a plan.
#[must_use]
pub fn engine(bytes: &[u8]) -> Engine {
    Engine::new(plan::decode(bytes).expect("the plan is one")).expect("the plan is usable")
}

/// The value of `Authorization` with a token that is good at [`NOW`]; each number gives another.
#[must_use]
pub fn authorization(number: u64) -> String {
    let payload = format!(
        r#"{{"iss":"https://sts.corp.example","sub":"user-{number}","client_id":"spiffe://corp.example/triage","aud":"https://api.corp.example","iat":{},"exp":{},"jti":"{number}","task":"triage","mission":{{"id":"m-{number}"}},"scopes":["tickets:read","orders:read"],"ticket":{{"id":"T-1","severity":2}}}}"#,
        NOW - 10,
        NOW + 290,
    );
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"EdDSA","kid":"k1","typ":"at+jwt"}"#);
    let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload));
    let signature = key().sign(signed.as_bytes());
    format!(
        "Bearer {signed}.{}",
        URL_SAFE_NO_PAD.encode(signature.to_bytes())
    )
}

/// The time at which the benchmarks decide.
#[must_use]
pub fn now() -> UnixTime {
    UnixTime::from_seconds(NOW)
}
