//! The bytes of a bucket, little endian: a byte that says which form this is, since when the bucket
//! is complete, and its histories. Of each its id, owner and end, how long it is, and what the
//! engine keeps of it. Times are in milliseconds since 1970.

use remit_engine::host::{Change, MarkId, Owner, Stored};
use remit_engine::limits::HISTORY_BYTES;
use remit_engine::time::UnixTime;

use super::{ENTRIES, ISSUER_ENTRIES, TENANT_ENTRIES};

/// The form of a bucket. No text begins with it.
const FORM: u8 = 0xb1;
/// Bytes before the histories.
pub(super) const HEAD: usize = 9;
/// Bytes before what the engine keeps of a history.
pub(super) const ENTRY_HEAD: usize = 36;

/// A bucket that was found to be one.
#[derive(Debug)]
pub(super) struct Bucket<'b> {
    /// Since when it is complete, where it was emptied.
    pub(super) since: UnixTime,
    entries: &'b [u8],
}

/// A history in it.
struct Entry<'b> {
    id: &'b MarkId,
    owner: Owner,
    until: i64,
    bytes: &'b [u8],
    /// All of that.
    whole: &'b [u8],
}

/// One without histories, of which it is known only from now on.
pub(super) fn empty(now: UnixTime) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD);
    write_head(&mut bytes, now);
    bytes
}

impl Default for Bucket<'_> {
    /// One that nothing was written into.
    fn default() -> Self {
        Self {
            since: UnixTime::from_nanos(0),
            entries: &[],
        }
    }
}

impl<'b> Bucket<'b> {
    /// From its bytes; `None` where they are not those of a bucket.
    pub(super) fn read(bytes: &'b [u8]) -> Option<Self> {
        let (&[FORM], rest) = bytes.split_first_chunk()? else {
            return None;
        };
        let (since, entries) = rest.split_first_chunk()?;
        let nanos = u64::try_from(i64::from_le_bytes(*since)).ok()?;
        let since = UnixTime::from_nanos(nanos.checked_mul(1_000_000)?);
        let (mut rest, mut count) = (entries, 0);
        while !rest.is_empty() {
            (_, rest) = Entry::split(rest)?;
            count += 1;
        }
        (count <= ENTRIES).then_some(Self { since, entries })
    }

    /// What is kept of a history that has not run out.
    pub(super) fn find(&self, id: &MarkId, now: UnixTime) -> Option<&'b [u8]> {
        let found = self.live(now).filter(|entry| entry.id == id).last()?;
        Some(found.bytes)
    }

    /// The bucket with this change, and without histories that have run out; else why not.
    pub(super) fn with(&self, change: &Change<'_>, now: UnixTime) -> Result<Vec<u8>, Stored> {
        if change.after.len() > HISTORY_BYTES {
            return Err(Stored::Full);
        }
        let size = HEAD + self.entries.len() + ENTRY_HEAD + change.after.len();
        let mut bytes = Vec::with_capacity(size);
        write_head(&mut bytes, self.since);
        let mut there = None;
        let (mut others, mut of_issuer, mut of_tenant) = (0, 0, 0);
        for entry in self.live(now) {
            if entry.id == change.id {
                there = Some(entry);
                continue;
            }
            bytes.extend_from_slice(entry.whole);
            others += 1;
            of_issuer += usize::from(entry.owner.issuer == change.owner.issuer);
            of_tenant += usize::from(entry.owner == change.owner);
        }
        if there.as_ref().map(|entry| entry.bytes) != change.before {
            return Err(Stored::Changed);
        }
        let owner = match there {
            Some(entry) => entry.owner,
            None if others >= ENTRIES
                || of_issuer >= ISSUER_ENTRIES
                || of_tenant >= TENANT_ENTRIES =>
            {
                return Err(Stored::Full);
            }
            None => change.owner,
        };
        bytes.extend_from_slice(change.id);
        bytes.extend_from_slice(&owner.issuer.to_le_bytes());
        bytes.extend_from_slice(&owner.tenant.to_le_bytes());
        bytes.extend_from_slice(&change.until.millis().to_le_bytes());
        // Not longer than is checked above.
        bytes.extend_from_slice(&(change.after.len() as u32).to_le_bytes());
        bytes.extend_from_slice(change.after);
        Ok(bytes)
    }

    fn live(&self, now: UnixTime) -> impl Iterator<Item = Entry<'b>> {
        let mut rest = self.entries;
        std::iter::from_fn(move || {
            let entry;
            (entry, rest) = Entry::split(rest)?;
            Some(entry)
        })
        .filter(move |entry| entry.until > now.millis())
    }
}

impl<'b> Entry<'b> {
    /// The first of these bytes, and the rest.
    fn split(entries: &'b [u8]) -> Option<(Self, &'b [u8])> {
        let (id, rest) = entries.split_first_chunk()?;
        let (issuer, rest) = rest.split_first_chunk()?;
        let (tenant, rest) = rest.split_first_chunk()?;
        let (until, rest) = rest.split_first_chunk()?;
        let (length, rest) = rest.split_first_chunk()?;
        let length = u32::from_le_bytes(*length) as usize;
        if length > HISTORY_BYTES {
            return None;
        }
        let (bytes, rest) = rest.split_at_checked(length)?;
        let (whole, _) = entries.split_at_checked(ENTRY_HEAD + length)?;
        let entry = Self {
            id,
            owner: Owner {
                issuer: u32::from_le_bytes(*issuer),
                tenant: u32::from_le_bytes(*tenant),
            },
            until: i64::from_le_bytes(*until),
            bytes,
            whole,
        };
        Some((entry, rest))
    }
}

fn write_head(bytes: &mut Vec<u8>, since: UnixTime) {
    bytes.push(FORM);
    bytes.extend_from_slice(&since.millis().to_le_bytes());
}
