//! Our engine: the whole decision on a request with a token that has been seen before. It takes the
//! request apart, finds the operation and the token, checks the token's standing, runs the rules
//! and fills in the decision record. What rests on the token alone is evaluated once for each
//! token, so that in the authorization workloads little more than that is left.

mod conditions;

use remit_bench_cases::decision::{self, Head};
use remit_bench_cases::keeping::Keeping;
use remit_bench_cases::rules::{Request, Rules};
use remit_bench_setup::{head, policy};
use remit_engine::Engine;
use remit_engine::decision::Reason;
use remit_tests::workloads::{self, Verdict, Workload, token};

pub use conditions::application;

use crate::{Asked, Contender};

/// An engine, asked as the filter asks it.
#[derive(Debug)]
pub struct WholeDecision(Engine);

impl WholeDecision {
    /// The rules.
    #[must_use]
    pub fn rules(rules: Rules) -> Self {
        Self(engine(&policy::plan_bytes(rules)))
    }

    /// An application's policy.
    #[must_use]
    pub fn application(workload: &Workload) -> Self {
        Self(workloads::engine(workload.application))
    }

    /// Why the decision on a request falls as it does.
    #[must_use]
    pub fn reason(&self, head: &Head) -> Reason {
        decision::reason(&self.0, head, &Keeping::default())
    }

    fn verdict(&self, head: &Head) -> Verdict {
        match self.reason(head) {
            Reason::Allowed => Verdict::Allow,
            Reason::NotAllowed => Verdict::Deny,
            other => panic!("refused for another reason: {other}"),
        }
    }
}

impl Contender<Request> for WholeDecision {
    type Input = Head;

    fn prepare(&self, request: &Request) -> Head {
        head::with_token(request, "one")
    }

    fn decide(&mut self, head: &Head) -> Verdict {
        self.verdict(head)
    }
}

impl Contender<Asked<'_>> for WholeDecision {
    type Input = Head;

    fn prepare(&self, asked: &Asked<'_>) -> Head {
        Head {
            host: token::HOST.to_owned(),
            path: format!("/{}", asked.case.action),
            authorization: Some(asked.workload.authorization(asked.case)),
        }
    }

    fn decide(&mut self, head: &Head) -> Verdict {
        self.verdict(head)
    }
}

/// The engine for a plan.
#[must_use]
pub fn engine(bytes: &[u8]) -> Engine {
    decision::engine(bytes).expect("the plan is usable")
}
