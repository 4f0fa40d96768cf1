//! From a request with recipes for its tokens to what is sent.

use std::time::{SystemTime, UNIX_EPOCH};

use remit_engine::decision::Outcome;
use remit_engine::plan::{Forwarding, Plan};
use remit_engine::time::UnixTime;
use remit_policy_compiler::testing::{self, Case, Sent, Trial, TrialError};

use super::identity::{Credential, Identity, Told};
use super::{Example, ExampleError};
use crate::upstream::CASE;

/// A request with its tokens, ready to be sent.
#[derive(Debug, Clone)]
pub struct Prepared<'e> {
    /// What it is made from.
    pub case: &'e Case,
    /// Marks it for the upstream and the access log.
    pub mark: String,
    /// What is sent, with the mark.
    pub sent: Sent,
    /// What the upstream must be told, if the request is to reach it.
    pub told: Option<Told>,
}

impl Example {
    /// Makes what the requests show, as of now.
    ///
    /// # Errors
    /// [`ExampleError`] if a token cannot be made.
    pub fn prepare(&self) -> Result<Vec<Prepared<'_>>, ExampleError> {
        let failed = |case: &Case| {
            let request = case.name.clone();
            |source: TrialError| ExampleError::Make { request, source }
        };
        let mut prepared = vec![];
        // One for all: no two tokens have the same id.
        let mut trial = None;
        // The approvals that the steps of a sequence showed.
        let mut earlier: Vec<Option<String>> = vec![];
        let times = |(case, suite)| std::iter::repeat_n((case, suite), repeats(case));
        for (number, (case, suite)) in self.requests().flat_map(times).enumerate() {
            let trial = match &trial {
                Some(trial) => trial,
                None => trial.insert(Trial::new(self.policy()).map_err(failed(case))?),
            };
            let mut attempt = case.attempt.clone();
            attempt.now = now();
            earlier.truncate(attempt.before.len());
            let sent = trial.sent(&attempt, &suite.sources, &earlier);
            let mut sent = sent.map_err(failed(case))?;
            earlier.push(sent.approval.clone());
            let mark = format!("example-{number}");
            sent.headers.push((CASE.to_owned(), mark.clone()));
            prepared.push(Prepared {
                case,
                mark,
                sent,
                told: told(case, &self.policy().plan),
            });
        }
        Ok(prepared)
    }
}

/// How often a request is sent.
fn repeats(case: &Case) -> usize {
    usize::try_from(case.attempt.times).unwrap_or(1)
}

impl Prepared<'_> {
    /// Method, host, path and query.
    #[must_use]
    pub fn line(&self) -> String {
        let request = &self.case.attempt.request;
        format!("{} {}{}", request.method, request.host, self.sent.target)
    }
}

/// The gateway's time, in whole seconds.
pub(super) fn now() -> UnixTime {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    UnixTime::from_seconds(i64::try_from(since.as_secs()).unwrap_or_default())
}

/// An allowed request is to reach the upstream with the identity of its token, or with none if it is
/// public; no other is to reach it.
fn told(case: &Case, plan: &Plan) -> Option<Told> {
    let expected = &case.expected;
    let identity = expected.identity.clone().unwrap_or_default();
    let issuer = match &case.attempt.credential {
        testing::Credential::Minted(recipe) => recipe.signer(plan),
        testing::Credential::None | testing::Credential::Verbatim(_) => None,
    };
    let issuer = issuer.and_then(|id| plan.issuers.get(id.index()));
    let credential = match issuer.map(|issuer| issuer.forwarding) {
        Some(Forwarding::Keep) => Credential::Passed,
        Some(Forwarding::Strip) | None => Credential::Withheld,
    };
    (expected.decision == Outcome::Allow).then(|| Told {
        identity: Identity(identity),
        stripped: expected.stripped.clone().unwrap_or_default(),
        credential,
    })
}
