//! Policies for the filter: the one rule of four clauses, and many like it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use remit_policy_compiler::compile;
use remit_policy_compiler::source::Sources;
use serde_json::Value;

use crate::tokens::{AUDIENCE, ISSUER, LIFETIME_SECONDS, SCOPE, TASK, jwks_with_pss};

/// The host of the one resource.
pub const HOST: &str = "api.corp.example";
/// The path that the one rule allows, and of many rules the last.
pub const PATH: &str = "/v1/orders/4711";

/// How the rules of a policy differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// The one rule.
    One,
    /// So many, each on an operation of its own; the last is on [`PATH`].
    OverOperations(usize),
    /// So many on one operation, each for another value of one claim; the last applies.
    ConstantApart(usize),
}

/// The plan for rules.
#[must_use]
pub fn plan(rules: Rules) -> Vec<u8> {
    compiled(policy(rules))
}

/// The plan of a policy.
pub(crate) fn compiled(policy: String) -> Vec<u8> {
    compiled_with(policy, &jwks_with_pss())
}

/// The plan of a policy whose issuer has these keys.
pub(crate) fn compiled_with(policy: String, jwks: &Value) -> Vec<u8> {
    let file = ("bench.yaml".into(), policy);
    let keys = ("corp.jwks.json".into(), jwks.to_string().into_bytes());
    let sources = Sources::in_memory([file], BTreeMap::from([keys]));
    match compile(&sources) {
        Ok(compiled) => compiled.bytes,
        Err(rejected) => panic!("the policy does not compile: {:?}", rejected.diagnostics),
    }
}

/// How every policy begins: with its issuer, up to its resources.
pub(crate) fn issuer() -> String {
    format!(
        r#"remit: v1
policy: bench
issuers:
  corp:
    issuer: {ISSUER}
    profile: access-token
    algorithms: [EdDSA, ES256, RS256, PS256]
    jwks: {{file: corp.jwks.json}}
    may_assert: ["spiffe://corp.example/**"]
    max_lifetime: {LIFETIME_SECONDS}s
    leeway: 60s
    binding: bearer-ok
    names: {{task: task, task_id: mission.id, session: sid, instance: instance, tenant: tenant}}
    claims: {{scopes: list(string), ticket: {{id: string, severity: int}}}}
resources:
"#
    )
}

/// How every policy goes on behind its resources: with its task, up to what is allowed.
pub(crate) fn task() -> String {
    format!(
        r#"tasks:
  {TASK}:
    issuers: [corp]
    agents: ["spiffe://corp.example/support/*"]
    allow:
"#
    )
}

fn policy(rules: Rules) -> String {
    let mut policy = issuer();
    let _ = write!(
        policy,
        r#"  api:
    host: {HOST}
    audience: {AUDIENCE}
    operations:
"#
    );
    let (operations, count) = match rules {
        Rules::One => (1, 1),
        Rules::OverOperations(count) => (count, count),
        Rules::ConstantApart(count) => (1, count),
    };
    for number in 0..operations {
        let path = prefix(operations - 1 - number);
        let _ = writeln!(
            policy,
            "      read{number}: {{http: \"GET {path}{{order_id}}\", class: read}}"
        );
    }
    policy.push_str(&task());
    for number in 0..count {
        let left = count - 1 - number;
        let (operation, path, first) = match rules {
            Rules::One | Rules::OverOperations(_) => {
                (number, prefix(left), format!("task == '{TASK}'"))
            }
            Rules::ConstantApart(_) => {
                (0, prefix(0), format!("token.ticket.id == 'T-{}'", left + 1))
            }
        };
        let _ = writeln!(
            policy,
            "      - id: rule{number}\n        operations: [api.read{operation}]\n        \
             when: {first} && request.method == 'GET' && request.path.startsWith('{path}') \
             && '{SCOPE}' in token.scopes"
        );
    }
    policy
}

/// Where the operation so far from the last lies; the last one holds [`PATH`].
fn prefix(from_last: usize) -> String {
    match from_last {
        0 => String::from("/v1/orders/"),
        other => format!("/v1/orders{other}/"),
    }
}
