//! Holds every answer against what it must be.

use std::sync::{Mutex, MutexGuard};

use remit_engine::decision::Reason;
use serde_json::Value;

use super::tally::Tally;
use super::timeline::{Span, Timeline};
use super::traffic::Sample;
use super::turns::Turns;
use crate::cases::told;
use crate::client::Response;

/// The header in which the gateway of a soak tells the decision record.
const RECORD: &str = "x-record";

#[derive(Debug)]
pub(super) struct Judge<'t> {
    pub(super) turns: &'t Turns,
    pub(super) timeline: Timeline,
    tally: Mutex<Tally>,
}

/// What an answer says of its decision.
struct Told {
    reason: Reason,
    policy: String,
}

impl<'t> Judge<'t> {
    pub(super) fn new(turns: &'t Turns) -> Self {
        Self {
            turns,
            timeline: Timeline::starting_with(0),
            tally: Mutex::default(),
        }
    }

    /// Requests and faults so far.
    pub(super) fn so_far(&self) -> (u64, u64) {
        let tally = self.tally();
        (tally.requests, tally.lost + tally.wrong)
    }

    pub(super) fn into_tally(self) -> Tally {
        self.tally.into_inner().expect("no thread panics here")
    }

    fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().expect("no thread panics here")
    }

    /// Judges the answer to a request that reaches the filter.
    pub(super) fn answered(&self, sample: &Sample, response: &Response, span: Span) {
        let told = read(response);
        let fault = match &told {
            Ok(told) => self.fault(sample, told, response, span).err(),
            Err(why) => Some(why.clone()),
        };
        let mut tally = self.tally();
        tally.requests += 1;
        if let Ok(told) = told {
            tally.decided(told.reason, &sample.case);
        }
        match fault {
            Some(what) if is_lost(response) => tally.lost(format!("{}: {what}", sample.name)),
            Some(what) => tally.wrong(format!("{}: {what}", sample.name)),
            None => {}
        }
    }

    fn fault(
        &self,
        sample: &Sample,
        decision: &Told,
        response: &Response,
        span: Span,
    ) -> Result<(), String> {
        let Told { reason, policy } = decision;
        let named = self.turns.named(policy);
        let (position, turn) = named.ok_or_else(|| format!("decided by {policy}"))?;
        if !self.timeline.could_decide(position, span) {
            return Err(format!("decided by {policy}, which is not in force"));
        }
        let expected = sample.expected.under(turn);
        if *reason != expected {
            return Err(format!("{reason}, not {expected}, by {policy}"));
        }
        let status = told(expected).status;
        if response.status != status {
            return Err(format!("{} for {expected}", response.status));
        }
        let passes = matches!(expected, Reason::Allowed | Reason::Public);
        if response.is_from_upstream() != passes {
            return Err(format!("an upstream and {expected} do not go together"));
        }
        Ok(())
    }

    /// Judges the answer to what Envoy itself refuses. The larger a head, the likelier is it that
    /// the connection is reset before the answer is read: 0 may stand for it.
    pub(super) fn refused_by_envoy(&self, name: &str, response: &Response, expected: &[u16]) {
        let mut tally = self.tally();
        tally.requests += 1;
        let decided = read(response).is_ok() || response.is_from_upstream();
        if decided || !expected.contains(&response.status) {
            tally.wrong(format!(
                "{name}: {} {:?}",
                response.status, response.headers
            ));
        }
    }

    /// Counts the answer to a probe and says by which policy it was decided.
    pub(super) fn probed(&self, case: &str, response: &Response) -> String {
        let mut tally = self.tally();
        tally.requests += 1;
        match read(response) {
            Ok(told) => {
                tally.decided(told.reason, case);
                told.policy
            }
            Err(why) => {
                tally.lost(format!("a probe: {why}"));
                String::new()
            }
        }
    }
}

/// Whether nobody decided: there is no answer, or one of a gateway that could not go on.
fn is_lost(response: &Response) -> bool {
    response.status == 0 || (response.status >= 500 && read(response).is_err())
}

fn read(response: &Response) -> Result<Told, String> {
    let Response { status, .. } = response;
    let record = response.value(RECORD);
    let record = record.ok_or_else(|| format!("{status} without a record"))?;
    let record: Value =
        serde_json::from_str(record).map_err(|error| format!("{record}: {error}"))?;
    let text = |name: &str| record[name].as_str().unwrap_or_default();
    let reason = Reason::ALL.iter().find(|one| one.code() == text("reason"));
    let reason = reason.ok_or_else(|| format!("no such reason in {record}"))?;
    Ok(Told {
        reason: *reason,
        policy: text("policy").to_owned(),
    })
}
