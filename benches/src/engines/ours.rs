//! Our engine: the whole decision on a request with a token that has been seen before. It takes the
//! request apart, finds the operation and the token, checks the token's standing, runs the rules
//! and fills in the decision record. What rests on the token alone is evaluated once for each
//! token, so that in the authorization workloads little more than that is left.

mod conditions;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use remit_engine::Engine;
use remit_engine::crypto::NoHostCrypto;
use remit_engine::decision::{Decision, Reason};
use remit_engine::plan;
use remit_engine::request::{Field, RequestHead};
use remit_engine::time::UnixTime;
use remit_policy_compiler::compile;
use remit_policy_compiler::source::Sources;
use remit_tests::workloads::{self, NOW, Verdict, Workload, token};

pub use conditions::Conditions;

use crate::rules::{Clause, Difference, Fact, METHOD, Request, Rules, TASK, operation};
use crate::{Asked, Contender};

/// An engine, asked as the filter asks it.
#[derive(Debug)]
pub struct WholeDecision(Engine);

/// What the filter hands over of a request.
#[derive(Debug)]
pub struct Head {
    path: String,
    authorization: String,
}

impl WholeDecision {
    /// The rules.
    #[must_use]
    pub fn rules(rules: Rules) -> Self {
        Self(engine(&plan_bytes(rules)))
    }

    /// An application's policy.
    #[must_use]
    pub fn application(workload: &Workload) -> Self {
        Self(workloads::engine(workload.application))
    }

    /// Why the decision on a request falls as it does.
    #[must_use]
    pub fn reason(&self, head: &Head) -> Reason {
        let fields: [Field<'_>; 6] = [
            (b":authority", token::HOST.as_bytes()),
            (b":method", METHOD.as_bytes()),
            (b":path", head.path.as_bytes()),
            (b":scheme", b"https"),
            (b"accept", b"application/json"),
            (b"authorization", head.authorization.as_bytes()),
        ];
        let request = RequestHead::new(&fields);
        match self
            .0
            .decide(&request, UnixTime::from_seconds(NOW), &NoHostCrypto)
        {
            Decision::Allow(allow) => match allow.confirm(None) {
                Ok(permit) => permit.record().reason(),
                Err(refusal) => refusal.record().reason(),
            },
            Decision::Refuse(refusal) => refusal.record().reason(),
        }
    }

    fn verdict(&self, head: &Head) -> Verdict {
        match self.reason(head) {
            Reason::Allowed => Verdict::Allow,
            Reason::NotAllowed => Verdict::Deny,
            other => panic!("refused for another reason: {other}"),
        }
    }
}

impl Head {
    /// A request with a token of its own for each name.
    #[must_use]
    pub fn new(request: &Request, token_name: &str) -> Self {
        Self {
            path: request.path.clone(),
            authorization: format!("Bearer {}", token::sign(token_name, request.claims())),
        }
    }

    /// The same with a token that is none.
    #[must_use]
    pub fn forged(mut self) -> Self {
        self.authorization = self.authorization.replace(".ey", ".eY");
        self
    }
}

impl Contender<Request> for WholeDecision {
    type Input = Head;

    fn prepare(&self, request: &Request) -> Head {
        Head::new(request, "one")
    }

    fn decide(&mut self, head: &Head) -> Verdict {
        self.verdict(head)
    }
}

impl Contender<Asked<'_>> for WholeDecision {
    type Input = Head;

    fn prepare(&self, asked: &Asked<'_>) -> Head {
        Head {
            path: format!("/{}", asked.case.action),
            authorization: asked.workload.authorization(asked.case),
        }
    }

    fn decide(&mut self, head: &Head) -> Verdict {
        self.verdict(head)
    }
}

/// The engine for a plan.
#[must_use]
pub fn engine(bytes: &[u8]) -> Engine {
    Engine::new(plan::decode(bytes).expect("the plan is one")).expect("the plan is usable")
}

/// The bytes of the plan for the rules.
#[must_use]
pub fn plan_bytes(rules: Rules) -> Vec<u8> {
    compile_policy(policy(rules))
}

/// The bytes of the plan of a policy.
#[must_use]
pub fn compile_policy(policy: String) -> Vec<u8> {
    let file = ("bench.yaml".into(), policy);
    let keys = ("workloads.jwks.json".into(), token::jwks().into_bytes());
    compile(&Sources::in_memory([file], BTreeMap::from([keys])))
        .expect("the policy compiles")
        .bytes
}

/// The rules as a policy.
#[must_use]
pub fn policy(rules: Rules) -> String {
    let mut policy = format!(
        r#"remit: v1
policy: bench
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
