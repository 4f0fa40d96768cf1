//! What is allowed in an emergency, for a while.

use serde::{Deserialize, Serialize};

use super::model::{IssuerId, LimitId, OperationId, Pattern, RuleId};
use crate::time::UnixTime;

/// Allows that hold until a set time, whatever task a token names. Denies and requires of the
/// task that it does name hold, but for those that are overridden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreakGlass {
    /// Its id in the policy, which every record of its use carries.
    pub id: String,
    /// Whose tokens.
    pub issuers: Vec<IssuerId>,
    /// Which agents.
    pub agents: Vec<Pattern>,
    /// What they may do, ascending.
    pub operations: Vec<OperationId>,
    /// Rules that do not hold then, ascending.
    pub overrides: Vec<RuleId>,
    /// Limits that do not hold then, ascending.
    pub lifted: Vec<LimitId>,
    /// The end, in seconds since 1970.
    pub until: i64,
    /// Why, for people.
    pub reason: String,
}

impl BreakGlass {
    /// Whether its end is not past.
    #[must_use]
    pub fn is_in_force(&self, now: UnixTime) -> bool {
        now.seconds() < self.until
    }
}
