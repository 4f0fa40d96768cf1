//! The plans that are loaded: the example's, and rules of four clauses, as many as wanted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use remit_policy_compiler::compile;
use remit_policy_compiler::source::Sources;
use remit_tests::places;
use remit_tests::policy::Compiled;
use remit_tests::workloads::token;
use serde::Serialize;
use serde_json::{Value, json};

/// What the gateway decides by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Policy {
    /// The example: `examples/support-desk`.
    #[serde(rename = "support-desk")]
    SupportDesk,
    /// One rule of four clauses.
    #[serde(rename = "1 rule")]
    OneRule,
    /// As many as a large organisation has, each for an operation of its own.
    #[serde(rename = "10,000 rules")]
    ManyRules,
}

impl Policy {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::SupportDesk, Self::OneRule, Self::ManyRules];

    /// As it is called in tables.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SupportDesk => "support-desk",
            Self::OneRule => "1 rule",
            Self::ManyRules => "10,000 rules",
        }
    }
}

/// Compiled plans.
pub(crate) struct Plans {
    support_desk: Vec<u8>,
    one: Vec<u8>,
    many: Vec<u8>,
}

impl Plans {
    pub(crate) fn compile() -> Self {
        let example = places::workspace().join("examples/support-desk/policy.yaml");
        Self {
            support_desk: Compiled::at(&example).plan,
            one: rules(1),
            many: rules(10_000),
        }
    }

    pub(crate) fn of(&self, policy: Policy) -> &[u8] {
        match policy {
            Policy::SupportDesk => &self.support_desk,
            Policy::OneRule => &self.one,
            Policy::ManyRules => &self.many,
        }
    }
}

/// A path that the first rule of every such policy allows.
pub(crate) const PATH: &str = "/v1/orders0/4711";

/// What a token says that the rules allow, beside what every token says.
pub(crate) fn claims() -> Value {
    json!({
        "task": "triage",
        "ticket": {"id": "T-0", "severity": 2},
        "scopes": ["tickets:read", "tickets:write", "orders:read"],
    })
}

fn rules(count: usize) -> Vec<u8> {
    let file = ("rules.yaml".into(), policy(count));
    let keys = ("workloads.jwks.json".into(), token::jwks().into_bytes());
    compile(&Sources::in_memory([file], BTreeMap::from([keys])))
        .expect("the policy compiles")
        .bytes
}

fn policy(count: usize) -> String {
    let mut policy = format!(
        r#"remit: v1
policy: rules
issuers:
  workloads:
    issuer: {issuer}
    profile: plain
    algorithms: [EdDSA]
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
        host = token::HOST,
        audience = token::AUDIENCE,
    );
    for number in 0..count {
        let _ = writeln!(
            policy,
            r#"      op{number}: {{http: "GET /v1/orders{number}/{{id}}", class: read}}"#
        );
    }
    policy.push_str(
        r#"tasks:
  triage:
    issuers: [workloads]
    agents: ["https://workloads.example/*"]
    allow:
"#,
    );
    for number in 0..count {
        let _ = writeln!(
            policy,
            "      - id: rule{number}
        operations: [api.op{number}]
        when: task == 'triage' && request.method == 'GET' && \
             request.path.startsWith('/v1/orders{number}/') && 'orders:read' in token.scopes"
        );
    }
    policy
}
