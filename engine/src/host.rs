//! What a decision may ask of where it runs, beyond the time and the request: crypto, the client's
//! certificate, and marks that all workers of the process share.
//!
//! Every question can go unanswered, and then what depends on it is refused.

use crate::crypto::{HostCrypto, NoHostCrypto};
use crate::time::UnixTime;

/// The host did not answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the host did not answer")]
pub struct Unavailable;

/// What a mark says. Marks of one kind are kept apart from those of another, so that one that is
/// full does not touch the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ledger {
    /// This task id is over.
    Ended,
    /// This task id has used the operations of this rule.
    Used,
    /// This proof of possession was shown.
    Proofs,
    /// This session or protocol task of a resource is this caller's.
    Owned,
    /// The definition of what is called is another than the reviewed one.
    Changed,
    /// This approval was used.
    Approvals,
    /// This token, which is for one use, was used.
    Tokens,
}

impl Ledger {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Ended,
        Self::Used,
        Self::Proofs,
        Self::Owned,
        Self::Changed,
        Self::Approvals,
        Self::Tokens,
    ];
}

/// What a mark is found by: the first half of a SHA-256 over what it is about.
pub type MarkId = [u8; 16];

/// What came of setting a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marked {
    /// It was not there. Of several that set it at a time, one gets this answer.
    New,
    /// It was there.
    Before,
}

/// What is kept of one history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// What the engine had kept; `None` where there is nothing.
    pub bytes: Option<Vec<u8>>,
    /// Since when it is complete: what was before was lost.
    pub since: UnixTime,
}

/// Whom the room counts for that a history takes, so that nobody takes all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// An issuer.
    pub issuer: u32,
    /// One of its tenants.
    pub tenant: u32,
}

/// What a history becomes.
#[derive(Debug, Clone, Copy)]
pub struct Change<'b> {
    /// Whose.
    pub id: &'b MarkId,
    /// What was read.
    pub before: Option<&'b [u8]>,
    /// What stands in its place.
    pub after: &'b [u8],
    /// Whom the room counts for, where it is new.
    pub owner: Owner,
    /// How long it is kept if nothing else happens.
    pub until: UnixTime,
}

/// What came of changing a history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It was changed.
    Done,
    /// It is another than was read.
    Changed,
    /// There is no room for another, or its owner has had its share.
    Full,
}

/// Where the engine runs.
///
/// The default answers are those of a host that has nothing: whatever needs it is refused.
pub trait Host: HostCrypto {
    /// SHA-256 of the certificate that the client has shown, in DER. `None` where it has shown none.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn peer_certificate(&self) -> Result<Option<[u8; 32]>, Unavailable> {
        Err(Unavailable)
    }

    /// Whether a mark is there and has not run out.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn is_marked(&self, ledger: Ledger, id: &MarkId, now: UnixTime) -> Result<bool, Unavailable> {
        let _ = (ledger, id, now);
        Err(Unavailable)
    }

    /// Sets a mark until a time. One that is there keeps the later end.
    ///
    /// # Errors
    /// [`Unavailable`], also where there is no room: a mark is never dropped for another.
    fn mark(
        &self,
        ledger: Ledger,
        id: &MarkId,
        until: UnixTime,
        now: UnixTime,
    ) -> Result<Marked, Unavailable> {
        let _ = (ledger, id, until, now);
        Err(Unavailable)
    }

    /// Since when marks are kept: what was marked before is forgotten.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn marked_since(&self) -> Result<UnixTime, Unavailable> {
        Err(Unavailable)
    }

    /// What is kept of a history that has not run out. `room` is for how many the plan makes the table.
    ///
    /// # Errors
    /// [`Unavailable`], also where it cannot be read.
    fn history(&self, room: u32, id: &MarkId, now: UnixTime) -> Result<Kept, Unavailable> {
        let _ = (room, id, now);
        Err(Unavailable)
    }

    /// Changes a history, if it still is what was read.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn keep(&self, room: u32, change: &Change<'_>, now: UnixTime) -> Result<Stored, Unavailable> {
        let _ = (room, change, now);
        Err(Unavailable)
    }

    /// A clock in microseconds, from whatever start: what signatures cost is read off it. `None`
    /// where there is none; then they cost nothing.
    ///
    /// # Errors
    /// [`Unavailable`].
    fn micros(&self) -> Result<Option<u64>, Unavailable> {
        Ok(None)
    }
}

impl Host for NoHostCrypto {}
