//! Histories that all workers of the process share: what the engine keeps of each task id, agent
//! and whatever else it counts for.
//!
//! Shared data of the gateway never shrinks, so this is a table of fixed size, as [`crate::marks`]
//! is: a bucket is one shared value with a few whole histories. Those that have run out make room
//! when their bucket is written again; a live one is never dropped for another. How many buckets
//! there are, the first plan says that needs them; it stays so for the life of the process, for
//! what was kept would not be found in a table of another size.
//!
//! A bucket that cannot be read is emptied, and says from then on since when it is complete.

mod bucket;

use std::cell::{Cell, RefCell};

use remit_engine::host::{Change, Kept, MarkId, Stored, Unavailable};
use remit_engine::limits;
use remit_engine::time::UnixTime;

use crate::gateway::{Gateway, Level};
use crate::marks::Marks;
use crate::shared::{self, Read};
use crate::vm::Vm;
use bucket::Broken;

/// Histories that a bucket has room for: so many more than the [`MEAN`] that hashes do not fill
/// one before the table is full, nor a single tenant its share. Each is at most [`remit_engine::limits::HISTORY_BYTES`] long, so
/// that a bucket is at most 1 MiB.
pub const ENTRIES: usize = limits::HISTORY_BUCKET;
/// How many of a bucket one issuer may have, so that there is room for another's.
pub const ISSUER_ENTRIES: usize = 24;
/// How many of a bucket one tenant of an issuer may have, so that there is room for another's.
pub const TENANT_ENTRIES: usize = 16;
/// Histories in a bucket on average when the table has as many as it is made for.
pub const MEAN: u32 = limits::HISTORY_MEAN;
/// Most buckets: those of the largest `history.room` that a policy may say.
pub const MOST_BUCKETS: u32 = 1_048_576 / MEAN;

/// How many buckets the table has, 4 bytes, little endian.
const BUCKETS: &str = "remit/1/histories/buckets";

/// The table, as one worker sees it.
#[derive(Debug)]
pub struct Histories<'g, G> {
    gateway: &'g G,
    marks: Marks<'g, G>,
    /// How many buckets there are, once it is known: that does not change while this machine lives.
    buckets: &'g Cell<Option<u32>>,
    /// Buckets of histories that were read, until these are changed.
    read: RefCell<Vec<(MarkId, Read)>>,
}

impl<'g, G: Gateway> Histories<'g, G> {
    /// Through this gateway.
    pub fn new(gateway: &'g G, vm: &'g Vm) -> Self {
        Self {
            gateway,
            marks: Marks::new(gateway, &vm.epoch),
            buckets: &vm.buckets,
            read: RefCell::default(),
        }
    }

    /// What is kept of a history that has not run out: one look at shared data.
    ///
    /// # Errors
    /// [`Unavailable`]. Where the bucket cannot be read, it can be the next time, and is empty.
    pub fn get(&self, room: u32, id: &MarkId, now: UnixTime) -> Result<Kept, Unavailable> {
        let key = self.key(room, id)?;
        let read = shared::read(self.gateway, &key)?;
        let kept = match bucket::find(read.0.as_deref().unwrap_or(bucket::FRESH), id, now) {
            Ok(found) => Kept {
                bytes: found.bytes.map(<[u8]>::to_vec),
                since: found.since,
            },
            Err(Broken) => return Err(self.empty(&key, id, now)),
        };
        let mut known = self.read.borrow_mut();
        known.retain(|(one, _)| one != id);
        known.push((*id, read));
        Ok(kept)
    }

    /// Changes a history, if it still is what was read; what happens to others does not matter.
    ///
    /// # Errors
    /// [`Unavailable`]: too many write into its bucket, that cannot be read, or the history would
    /// not last.
    pub fn keep(
        &self,
        room: u32,
        change: &Change<'_>,
        now: UnixTime,
    ) -> Result<Stored, Unavailable> {
        if change.until <= now {
            return Err(Unavailable);
        }
        let mut stored = Err(Unavailable);
        let key = self.key(room, change.id)?;
        let known = {
            let mut read = self.read.borrow_mut();
            let position = read.iter().position(|(id, _)| id == change.id);
            position.map(|position| read.swap_remove(position).1)
        };
        shared::update_from(self.gateway, &key, known, &mut |bytes| {
            let changed;
            (stored, changed) = match bucket::with(bytes.unwrap_or(bucket::FRESH), change, now) {
                Ok(Ok(changed)) => (Ok(Stored::Done), Some(changed)),
                Ok(Err(why)) => (Ok(why), None),
                Err(Broken) => (Err(Unavailable), Some(bucket::empty(now))),
            };
            Ok(changed)
        })?;
        stored
    }

    /// How many buckets there are. The first to ask makes it as many as this room needs.
    ///
    /// # Errors
    /// [`Unavailable`], also where the number cannot be read: then the workers that know it would
    /// look elsewhere than those that make it anew.
    pub fn buckets(&self, room: u32) -> Result<u32, Unavailable> {
        if let Some(known) = self.buckets.get() {
            return Ok(known);
        }
        let mut buckets = buckets_for(room);
        shared::update(self.gateway, BUCKETS, &mut |there| match there {
            None => Ok(Some(buckets.to_le_bytes().to_vec())),
            Some(there) => {
                buckets = u32::from_le_bytes(there.try_into().map_err(|_| Unavailable)?);
                Ok(None)
            }
        })?;
        if !(1..=MOST_BUCKETS).contains(&buckets) {
            return Err(Unavailable);
        }
        self.buckets.set(Some(buckets));
        Ok(buckets)
    }

    /// Makes the table, where no plan has needed it before, and says so where the size that it has
    /// is not the one for this room.
    #[cold]
    pub fn prepare(&self, room: u32) {
        // Where this fails, the first decision that needs it tries again.
        if let Ok(buckets) = self.buckets(room)
            && buckets != buckets_for(room)
        {
            let has = u64::from(buckets) * u64::from(MEAN);
            let line = [
                "history keeps room for ",
                &has.to_string(),
                " until the gateway restarts: the policy now says ",
                &room.to_string(),
            ];
            self.gateway.log(Level::Warn, &line.concat());
        }
    }

    /// Replaces a bucket that cannot be read by an empty one.
    #[cold]
    fn empty(&self, key: &str, id: &MarkId, now: UnixTime) -> Unavailable {
        // Where this fails, the next to look tries again.
        let _ = shared::update(self.gateway, key, &mut |bytes| {
            let broken = bytes.is_some_and(|bytes| bucket::find(bytes, id, now).is_err());
            Ok(broken.then(|| bucket::empty(now)))
        });
        Unavailable
    }

    fn key(&self, room: u32, id: &MarkId) -> Result<String, Unavailable> {
        let buckets = self.buckets(room)?;
        let bucket = self.marks.bucket(id, buckets)?;
        Ok(["remit/1/histories/", &bucket.to_string()].concat())
    }
}

/// How many buckets a table for so many histories has.
fn buckets_for(room: u32) -> u32 {
    (room / MEAN).clamp(1, MOST_BUCKETS)
}

#[cfg(test)]
mod tests;
