//! One counter for each way a decision can fall: `remit_decisions.outcome.<outcome>.reason.<code>`.
//!
//! The gateway turns the two parts of the name into tags (see the stats tags of the shipped
//! configurations). All are defined when a plan is loaded, so that a dashboard shows a zero
//! rather than nothing, and a request costs one call.

use remit_engine::decision::Reason;
use remit_engine::fleet::Said;

use crate::gateway::{CallFailed, Counter, Gateway};

/// What every counter's name begins with.
pub const PREFIX: &str = "remit_decisions";

/// A counter for each reason.
#[derive(Debug, Clone)]
pub struct Counters(Vec<Counter>);

impl Counters {
    /// Defines all of them.
    ///
    /// # Errors
    /// [`CallFailed`], at the first that the gateway does not define.
    pub fn define(gateway: &impl Gateway) -> Result<Self, CallFailed> {
        Reason::ALL
            .iter()
            .map(|&reason| gateway.define_counter(&name(reason)))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The one of a reason. Every reason has one; a missing one is for the caller a failed call.
    #[must_use]
    pub fn of(&self, reason: Reason) -> Option<Counter> {
        self.0.get(reason.index()).copied()
    }
}

/// The name of the counter of streams that were ended for a reason.
#[must_use]
pub fn streams_closed(reason: Reason) -> String {
    ["remit_streams_closed.reason.", reason.code()].concat()
}

/// The name of the counter of questions to the service for the fleet that were answered so.
#[must_use]
pub fn fleet(said: &Said) -> &'static str {
    match said {
        Said::Granted => "remit_fleet.result.granted",
        Said::Over(_) => "remit_fleet.result.over",
        Said::Nothing | Said::Away => "remit_fleet.result.away",
    }
}

/// The name of the counter of answers that were not handed on.
pub const ANSWERS_REFUSED: &str = "remit_answers_refused";

/// The name of the gauge of exceptions that are in force.
pub const BREAK_GLASS: &str = "remit_break_glass_active";

/// The name of a reason's counter.
#[must_use]
pub fn name(reason: Reason) -> String {
    format!(
        "{PREFIX}.outcome.{}.reason.{}",
        reason.outcome().code(),
        reason.code()
    )
}
