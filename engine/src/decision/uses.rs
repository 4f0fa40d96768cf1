//! What lets one request through and no other: it is used when the request goes on.

use super::hint::Hint;
use super::reason::Reason;
use crate::approval::Action;
use crate::host::{Host, Ledger, MarkId, Marked};
use crate::time::UnixTime;

/// Something for one use.
#[derive(Debug, Clone, Copy)]
pub(super) struct OneUse {
    pub(super) of: Used,
    pub(super) id: MarkId,
    /// Until when it has to be remembered.
    pub(super) until: UnixTime,
}

/// What it is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Used {
    /// A token.
    Token,
    /// An approval of this call.
    Approval(Action),
}

impl Used {
    pub(super) fn ledger(self) -> Ledger {
        match self {
            Self::Token => Ledger::Tokens,
            Self::Approval(_) => Ledger::Approvals,
        }
    }
}

/// All that a request uses up.
#[derive(Debug, Clone, Default)]
pub(super) struct Uses(Vec<OneUse>);

impl Uses {
    pub(super) fn add(&mut self, one: OneUse) {
        self.0.push(one);
    }

    /// Whether the request already uses it.
    pub(super) fn has(&self, id: &MarkId) -> bool {
        self.0.iter().any(|one| one.id == *id)
    }

    /// Uses it all up. What was added last goes first: who loses an approval to another request
    /// keeps the token.
    pub(super) fn take<'e>(
        &self,
        now: UnixTime,
        host: &dyn Host,
    ) -> Result<(), (Reason, Hint<'e>)> {
        for one in self.0.iter().rev() {
            match (host.mark(one.of.ledger(), &one.id, one.until, now), one.of) {
                (Ok(Marked::New), _) => {}
                (Ok(Marked::Before), Used::Token) => {
                    return Err((Reason::TokenReplayed, Hint::None));
                }
                (Ok(Marked::Before), Used::Approval(action)) => {
                    return Err((Reason::ApprovalUsed, Hint::Approval(action)));
                }
                (Err(_), _) => return Err((Reason::StateUnavailable, Hint::None)),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
