//! Why a decision in the making ends.

use super::reason::Reason;
use crate::plan::{BodyShape, IssuerId, Operation, Plan, SourceId};
use crate::token::Refused;

/// What ends it before an allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// A refusal.
    Refuse(Reason),
    /// A document is not there that might change it.
    Wait {
        source: SourceId,
        /// The reason where it does not come.
        given_up: Reason,
        /// The reason where there is no newer one.
        settled: Reason,
    },
    /// The body is needed.
    Read {
        /// How long it may be, in bytes.
        most: u32,
    },
}

impl From<Reason> for Stop {
    fn from(reason: Reason) -> Self {
        Self::Refuse(reason)
    }
}

impl Stop {
    /// An operation's body is needed.
    pub(super) fn of_body(operation: &Operation) -> Self {
        let most = match &operation.body {
            BodyShape::Json(members) => members.body_bytes,
            BodyShape::Unread => 0,
        };
        Self::Read { most }
    }

    /// What a token's refusal comes down to: where its issuer's keys are fetched, those may be new.
    pub(super) fn of(refused: Refused, plan: &Plan) -> Self {
        let source = |issuer: IssuerId| plan.issuers.get(issuer.index())?.key_source;
        match refused {
            Refused::For(reason) => Self::Refuse(reason),
            Refused::KeyNotThere { issuer, settled } => match source(issuer) {
                Some(source) => Self::Wait {
                    source,
                    given_up: Reason::KeysUnavailable,
                    settled,
                },
                None => Self::Refuse(settled),
            },
        }
    }
}
