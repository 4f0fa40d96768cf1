//! Marks that all workers of the process share: which task ids are over, what they have used, and
//! which proofs were shown.
//!
//! Shared data of the gateway never shrinks, so this is a table of fixed size: each ledger has so
//! many buckets, each bucket is one shared value with room for [`ENTRIES`] marks. Marks that have
//! run out make room when their bucket is written again. A full bucket takes no more: a live mark
//! is never dropped for another.
//!
//! Which bucket a mark goes into depends on the time of the first start, in nanoseconds, which
//! callers do not know: they cannot choose ids that fill one bucket. The table lives as long as
//! some worker's machine with this `vm_id` does: over changes of the configuration, but not over a
//! restart. [`Marks::since`] says from when on it is complete.

mod bucket;

use std::cell::Cell;

use remit_engine::host::{Ledger, MarkId, Marked, Unavailable};
use remit_engine::time::UnixTime;

use crate::gateway::Gateway;
use crate::shared;

/// Marks in a bucket at most.
pub const ENTRIES: usize = 64;
/// When the table was first used, in nanoseconds since 1970.
const EPOCH: &str = "remit/1/marks/since";

/// Buckets of a ledger. All of them full, the table takes some 10 MiB.
#[must_use]
pub fn buckets(ledger: Ledger) -> u32 {
    match ledger {
        Ledger::Ended | Ledger::Used | Ledger::Owned | Ledger::Approvals => 1024,
        Ledger::Changed => 64,
        // One for each request that shows a proof, for as long as the proof is good.
        Ledger::Proofs | Ledger::Tokens => 4096,
    }
}

/// The table, as one worker sees it.
#[derive(Debug)]
pub struct Marks<'g, G> {
    gateway: &'g G,
    /// The epoch, once it is known: it does not change while this machine lives.
    epoch: &'g Cell<Option<u64>>,
}

impl<'g, G: Gateway> Marks<'g, G> {
    /// Through this gateway; `epoch` outlives the request.
    pub fn new(gateway: &'g G, epoch: &'g Cell<Option<u64>>) -> Self {
        Self { gateway, epoch }
    }

    /// Since when marks are kept. The first to ask makes it now.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub fn since(&self) -> Result<UnixTime, Unavailable> {
        self.epoch().map(UnixTime::from_nanos)
    }

    /// Whether a mark is there and has not run out: one look at shared data.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub fn has(&self, ledger: Ledger, id: &MarkId, now: UnixTime) -> Result<bool, Unavailable> {
        match shared::look(self.gateway, &self.key(ledger, id)?)? {
            None => Ok(false),
            Some(bucket) => Ok(bucket::end_of(&bucket, id, now)?.is_some()),
        }
    }

    /// Sets a mark until a time; one that is there keeps the later end. Of several that set it at
    /// a time, exactly one is told that it is new.
    ///
    /// # Errors
    /// [`Unavailable`]: the bucket is full or too many write into it, or the mark would not last.
    pub fn set(
        &self,
        ledger: Ledger,
        id: &MarkId,
        until: UnixTime,
        now: UnixTime,
    ) -> Result<Marked, Unavailable> {
        if until <= now {
            return Err(Unavailable);
        }
        let mut end = None;
        shared::update(self.gateway, &self.key(ledger, id)?, &mut |bucket| {
            let bucket = bucket.unwrap_or_default();
            end = bucket::end_of(bucket, id, now)?;
            if end.is_some_and(|end| end >= until.millis()) {
                return Ok(None);
            }
            bucket::with(bucket, id, until, now).map(Some)
        })?;
        Ok(match end {
            None => Marked::New,
            Some(_) => Marked::Before,
        })
    }

    /// Which of so many buckets something goes into: callers cannot choose it.
    ///
    /// # Errors
    /// [`Unavailable`].
    pub fn bucket(&self, id: &MarkId, buckets: u32) -> Result<u64, Unavailable> {
        let secret = self.epoch()? | 1;
        let (head, _) = id.split_first_chunk::<8>().ok_or(Unavailable)?;
        let mixed = u64::from_le_bytes(*head).wrapping_mul(secret) >> 32;
        Ok((mixed * u64::from(buckets)) >> 32)
    }

    fn key(&self, ledger: Ledger, id: &MarkId) -> Result<String, Unavailable> {
        let ledger_name = match ledger {
            Ledger::Ended => "ended",
            Ledger::Used => "used",
            Ledger::Proofs => "proofs",
            Ledger::Owned => "owned",
            Ledger::Changed => "changed",
            Ledger::Approvals => "approvals",
            Ledger::Tokens => "tokens",
        };
        let bucket = self.bucket(id, buckets(ledger))?;
        Ok(["remit/1/marks/", ledger_name, "/", &bucket.to_string()].concat())
    }

    fn epoch(&self) -> Result<u64, Unavailable> {
        if let Some(known) = self.epoch.get() {
            return Ok(known);
        }
        let mut epoch = self.gateway.nanos().map_err(|_| Unavailable)?;
        shared::update(self.gateway, EPOCH, &mut |there| match there {
            None => Ok(Some(epoch.to_le_bytes().to_vec())),
            Some(there) => {
                epoch = u64::from_le_bytes(there.try_into().map_err(|_| Unavailable)?);
                Ok(None)
            }
        })?;
        self.epoch.set(Some(epoch));
        Ok(epoch)
    }
}

#[cfg(test)]
mod tests;
