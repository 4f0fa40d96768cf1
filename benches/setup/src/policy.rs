//! The rules as a policy of ours, and its plan.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use remit_bench_cases::rules::{Clause, Difference, Fact, METHOD, Rules, TASK, operation};
use remit_policy_compiler::compile;
use remit_policy_compiler::source::Sources;
use remit_tests::workloads::token;

use crate::keys::Keys;

/// The bytes of the plan for the rules.
#[must_use]
pub fn plan_bytes(rules: Rules) -> Vec<u8> {
    compile_policy(policy(rules, Keys::Ed25519), Keys::Ed25519)
}

/// The bytes of the plan of a policy.
#[must_use]
pub fn compile_policy(policy: String, keys: Keys) -> Vec<u8> {
    let file = ("bench.yaml".into(), policy);
    let keys = ("workloads.jwks.json".into(), keys.jwks().into_bytes());
    compile(&Sources::in_memory([file], BTreeMap::from([keys])))
        .expect("the policy compiles")
        .bytes
}

/// The rules as a policy.
#[must_use]
pub fn policy(rules: Rules, keys: Keys) -> String {
    let mut policy = format!(
        r#"remit: v1
policy: bench
issuers:
  workloads:
    issuer: {issuer}
    profile: plain
    algorithms: [{algorithms}]
    jwks: {{file: workloads.jwks.json}}
    may_assert: ["https://workloads.example/*"]
    claims: {{scopes: list(string), ticket: {{id: string, severity: int}}}}
resources:
  api:
    host: {host}
    audience: {audience}
    operations:
"#,
        issuer = token::ISSUER,
        algorithms = keys.algorithms(),
        host = token::HOST,
        audience = token::AUDIENCE,
    );
    for number in 0..rules.operations() {
        let _ = writeln!(
            policy,
            "      {}: {{http: \"{METHOD} /v1/orders{number}/{{id}}\", class: read}}",
            operation(number),
        );
    }
    let _ = write!(
        policy,
        r#"tasks:
  {TASK}:
    issuers: [workloads]
    agents: ["https://workloads.example/*"]
    allow:
"#,
    );
    for (number, clauses) in rules.clauses().enumerate() {
        let operation = match rules.difference {
            Difference::Operation => operation(number),
            Difference::Constant | Difference::Prefix => operation(0),
        };
        let _ = writeln!(
            policy,
            "      - id: rule{number}\n        operations: [api.{operation}]\n        when: {}",
            condition(&clauses),
        );
    }
    policy
}

/// The clauses in our words. The operation stands beside the condition.
fn condition(clauses: &[Clause]) -> String {
    let clauses = clauses.iter().filter_map(|clause| {
        Some(match clause {
            Clause::Equal(fact, value) => format!("{} == '{value}'", name(*fact)?),
            Clause::StartsWith(fact, value) => format!("{}.startsWith('{value}')", name(*fact)?),
            Clause::HasScope(scope) => format!("'{scope}' in token.scopes"),
        })
    });
    clauses.collect::<Vec<_>>().join(" && ")
}

fn name(fact: Fact) -> Option<&'static str> {
    Some(match fact {
        Fact::Operation => return None,
        Fact::Task => "task",
        Fact::Ticket => "token.ticket.id",
        Fact::Method => "request.method",
        Fact::Path => "request.path",
    })
}
