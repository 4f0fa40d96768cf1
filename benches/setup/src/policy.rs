//! The rules as a policy of ours, and its plan.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use remit_bench_cases::rules::{Clause, Difference, Fact, METHOD, Rules, SCOPE, TASK, operation};
use remit_policy_compiler::compile;
use remit_policy_compiler::source::Sources;
use remit_tests::workloads::token;

use crate::keys::Keys;

/// The path of the MCP endpoint.
pub const MCP: &str = "/mcp";

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

/// How every policy begins: with its issuer, up to its resources.
fn issuer(keys: Keys) -> String {
    format!(
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
"#,
        issuer = token::ISSUER,
        algorithms = keys.algorithms(),
    )
}

/// How every policy goes on behind its resources: with its task, up to what is allowed.
fn task() -> String {
    format!(
        r#"tasks:
  {TASK}:
    issuers: [workloads]
    agents: ["https://workloads.example/*"]
    allow:
"#,
    )
}

/// The plan of an MCP endpoint with so many tools, of which every other one may be called with the
/// token's ticket: a list shows those.
#[must_use]
pub fn tools(count: usize) -> Vec<u8> {
    let mut policy = issuer(Keys::Ed25519);
    let _ = write!(
        policy,
        "  api:\n    mcp: {{host: {}, path: {MCP}}}\n    audience: {}\n    tools:\n",
        token::HOST,
        token::AUDIENCE,
    );
    for number in 0..count {
        let _ = writeln!(
            policy,
            "      tool{number}: {{class: read, arguments: {{ticket: string, \"*\": any}}}}"
        );
    }
    policy.push_str(&task());
    for number in (0..count).step_by(2) {
        let _ = writeln!(
            policy,
            "      - id: rule{number}\n        operations: [api.tool{number}]\n        when: task == \
             '{TASK}' && params.arguments.ticket == token.ticket.id && '{SCOPE}' in token.scopes"
        );
    }
    compile_policy(policy, Keys::Ed25519)
}

/// The plan of two rules with what is asked of what was done before. The last rule's operation, which
/// requests are for, is `op1`.
#[must_use]
pub fn plan_with_history(asked: &str) -> Vec<u8> {
    let two = Rules {
        count: 2,
        ..Rules::ONE
    };
    let policy = policy(two, Keys::Ed25519);
    compile_policy([&policy, asked].concat(), Keys::Ed25519)
}

/// The rules as a policy.
#[must_use]
pub fn policy(rules: Rules, keys: Keys) -> String {
    let mut policy = issuer(keys);
    let _ = write!(
        policy,
        r#"  api:
    host: {host}
    audience: {audience}
    operations:
"#,
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
    policy.push_str(&task());
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
