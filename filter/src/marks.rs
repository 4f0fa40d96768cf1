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

use crate::gateway::{CallFailed, Gateway, Seen, Stored};

/// Marks in a bucket at most.
pub const ENTRIES: usize = 64;
/// Looks at a value before writing it that may be in vain because another was quicker.
pub const TRIES: usize = 16;
/// When the table was first used, in nanoseconds since 1970.
const EPOCH: &str = "remit/marks/since";

/// Buckets of a ledger. All of them full, the table takes some 10 MiB.
#[must_use]
pub fn buckets(ledger: Ledger) -> u64 {
    match ledger {
        Ledger::Ended | Ledger::Used => 1024,
        // One for each request that shows a proof, for as long as the proof is good.
        Ledger::Proofs => 4096,
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
        let key = self.key(ledger, id)?;
        match self.gateway.shared(&key).map_err(failed)? {
            None => Ok(false),
            Some((bucket, _)) => Ok(bucket::end_of(&bucket, id, now)?.is_some()),
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
        let key = self.key(ledger, id)?;
        for _ in 0..TRIES {
            let found = self.gateway.shared(&key).map_err(failed)?;
            let (bucket, seen) = found.unwrap_or((Vec::new(), Seen::Absent));
            let end = bucket::end_of(&bucket, id, now)?;
            if end.is_some_and(|end| end >= until.millis()) {
                return Ok(Marked::Before);
            }
            let bucket = bucket::with(&bucket, id, until, now)?;
            match self.gateway.share(&key, &bucket, seen).map_err(failed)? {
                Stored::Done if end.is_some() => return Ok(Marked::Before),
                Stored::Done => return Ok(Marked::New),
                Stored::Lost => {}
            }
        }
        Err(Unavailable)
    }

    fn key(&self, ledger: Ledger, id: &MarkId) -> Result<String, Unavailable> {
        let secret = self.epoch()? | 1;
        let (head, _) = id.split_first_chunk::<8>().ok_or(Unavailable)?;
        let mixed = u64::from_le_bytes(*head).wrapping_mul(secret) >> 32;
        let ledger_name = match ledger {
            Ledger::Ended => "ended",
            Ledger::Used => "used",
            Ledger::Proofs => "proofs",
        };
        let bucket = (mixed * buckets(ledger)) >> 32;
        Ok(["remit/marks/", ledger_name, "/", &bucket.to_string()].concat())
    }

    fn epoch(&self) -> Result<u64, Unavailable> {
        if let Some(known) = self.epoch.get() {
            return Ok(known);
        }
        let epoch = match self.gateway.shared(EPOCH).map_err(failed)? {
            Some((there, _)) => read_epoch(&there)?,
            None => {
                let now = self.gateway.nanos().map_err(failed)?;
                let write = self.gateway.share(EPOCH, &now.to_le_bytes(), Seen::Absent);
                match write.map_err(failed)? {
                    Stored::Done => now,
                    Stored::Lost => {
                        let there = self.gateway.shared(EPOCH).map_err(failed)?;
                        read_epoch(&there.ok_or(Unavailable)?.0)?
                    }
                }
            }
        };
        self.epoch.set(Some(epoch));
        Ok(epoch)
    }
}

fn read_epoch(value: &[u8]) -> Result<u64, Unavailable> {
    value
        .try_into()
        .map(u64::from_le_bytes)
        .map_err(|_| Unavailable)
}

fn failed(_: CallFailed) -> Unavailable {
    Unavailable
}

#[cfg(test)]
mod tests;
