//! One table of cases for the engine natively and for the gateway.
//!
//! A case is an [`Errand`] (what is asked for) and a [`Credential`] (what is shown). Each of both
//! has a [`Finding`]: what it leads to, and at which [`Stage`] of a decision that is seen. Of the
//! two the earlier stage is what the decision must be. So every fault of a credential meets every
//! kind of request.

mod answer;
mod credentials;
mod errands;
mod record;

use remit_engine::decision::Reason;

pub use answer::{Told, challenge, told};
pub use credentials::{Credential, Identity, Shown, credentials};
pub use errands::{Errand, Operation, Wire, errands};
pub use record::{expected_record, verify_record};

/// The order in which a request is looked at. What is wrong at an earlier stage hides what is
/// wrong at a later one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Method, host, path, query: before anything is known of the operation.
    Request,
    /// A public operation: nothing else is asked.
    Public,
    /// The token: its form, signature, claims and time.
    Credential,
    /// Whether the token is for this resource, or for any on this host.
    Audience,
    /// Whether there is such an operation.
    Operation,
    /// Whether the token is shown by whom it is bound to.
    Possession,
    /// Whether the token's task exists and is open to it.
    Task,
    /// Whether the operation takes this query, if the task may call it at all.
    Query,
    /// What the token itself leaves of it.
    Narrowing,
    /// The task's rules.
    Rules,
    /// Where the gateway sends it.
    Route,
    /// Nothing was wrong.
    Passed,
}

/// What is found, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finding {
    /// At which stage.
    pub stage: Stage,
    /// The reason of the decision.
    pub reason: Reason,
    /// The rule that the record names.
    pub rule: Option<&'static str>,
    /// The rules that only report.
    pub observed: &'static [&'static str],
}

impl Finding {
    /// A finding without rules.
    #[must_use]
    pub const fn new(stage: Stage, reason: Reason) -> Self {
        Self {
            stage,
            reason,
            rule: None,
            observed: &[],
        }
    }

    /// A finding of a rule.
    #[must_use]
    pub const fn by(stage: Stage, reason: Reason, rule: &'static str) -> Self {
        Self {
            stage,
            reason,
            rule: Some(rule),
            observed: &[],
        }
    }
}

/// What the decision on an errand with a credential must be.
#[must_use]
pub fn expected(errand: &Errand, credential: &Credential) -> Finding {
    let wrong_audience = errand
        .audience()
        .filter(|audience| !credential.audiences.contains(audience))
        .map(|_| Finding::new(Stage::Audience, Reason::WrongAudience));
    let of_errand = errand.finding_for(credential.task);
    [Some(of_errand), credential.finding, wrong_audience]
        .into_iter()
        .flatten()
        .min_by_key(|finding| finding.stage)
        .unwrap_or(of_errand)
}
