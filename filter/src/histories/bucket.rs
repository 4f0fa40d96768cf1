//! The bytes of a bucket, little endian: a byte that says which form this is, since when the bucket
//! is complete, and its histories. Of each its id, owner and end, how long it is, and what the
//! engine keeps of it. Times are in milliseconds since 1970.
//!
//! They are read where they are, in one go, and it is known at the end whether they were a bucket.

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

/// A bucket that nothing was written into.
pub(super) const FRESH: &[u8; HEAD] = &[FORM, 0, 0, 0, 0, 0, 0, 0, 0];

/// What was written there is not a bucket.
#[derive(Debug)]
pub(super) struct Broken;

/// What a bucket says of a history.
pub(super) struct Found<'b> {
    /// What is kept, where it is there and has not run out.
    pub(super) bytes: Option<&'b [u8]>,
    /// Since when the bucket is complete, where it was emptied.
    pub(super) since: UnixTime,
}

/// One history of a bucket.
struct Entry<'b> {
    id: &'b MarkId,
    owner: Owner,
    until: i64,
    bytes: &'b [u8],
    /// All of that.
    whole: &'b [u8],
}

/// A bucket without histories, of which it is known only from now on.
pub(super) fn empty(now: UnixTime) -> Vec<u8> {
    let mut bucket = Vec::with_capacity(HEAD);
    bucket.push(FORM);
    bucket.extend_from_slice(&now.millis().to_le_bytes());
    bucket
}

/// Looks for a history.
pub(super) fn find<'b>(bucket: &'b [u8], id: &MarkId, now: UnixTime) -> Result<Found<'b>, Broken> {
    let mut bytes = None;
    let since = live(bucket, now, &mut |entry| {
        if entry.id == id {
            bytes = Some(entry.bytes);
        }
    })?;
    Ok(Found { bytes, since })
}

/// The bucket with a change, and without histories that have run out; else why it is not made.
pub(super) fn with(
    bucket: &[u8],
    change: &Change<'_>,
    now: UnixTime,
) -> Result<Result<Vec<u8>, Stored>, Broken> {
    let size = bucket.len() + ENTRY_HEAD + change.after.len();
    let mut changed = Vec::with_capacity(size);
    changed.extend(bucket.first_chunk::<HEAD>().ok_or(Broken)?);
    let mut there = None;
    let (mut others, mut of_issuer, mut of_tenant) = (0, 0, 0);
    live(bucket, now, &mut |entry| {
        if entry.id == change.id {
            there = Some((entry.owner, entry.bytes));
            return;
        }
        changed.extend_from_slice(entry.whole);
        others += 1;
        of_issuer += usize::from(entry.owner.issuer == change.owner.issuer);
        of_tenant += usize::from(entry.owner == change.owner);
    })?;
    if there.map(|(_, bytes)| bytes) != change.before {
        return Ok(Err(Stored::Changed));
    }
    let crowded = others >= ENTRIES || of_issuer >= ISSUER_ENTRIES || of_tenant >= TENANT_ENTRIES;
    if (there.is_none() && crowded) || change.after.len() > HISTORY_BYTES {
        return Ok(Err(Stored::Full));
    }
    let owner = there.map_or(change.owner, |(owner, _)| owner);
    changed.extend_from_slice(change.id);
    changed.extend_from_slice(&owner.issuer.to_le_bytes());
    changed.extend_from_slice(&owner.tenant.to_le_bytes());
    changed.extend_from_slice(&change.until.millis().to_le_bytes());
    // Not longer than is checked above.
    changed.extend_from_slice(&(change.after.len() as u32).to_le_bytes());
    changed.extend_from_slice(change.after);
    Ok(Ok(changed))
}

/// Hands out each history that has not run out, and tells since when the bucket is complete. What
/// was handed out counts only if there is no error.
fn live<'b>(
    bucket: &'b [u8],
    now: UnixTime,
    each: &mut dyn FnMut(&Entry<'b>),
) -> Result<UnixTime, Broken> {
    let (since, mut rest) = head(bucket).ok_or(Broken)?;
    let mut count = 0;
    while !rest.is_empty() {
        let entry;
        (entry, rest) = Entry::split(rest).ok_or(Broken)?;
        count += 1;
        if count > ENTRIES {
            return Err(Broken);
        }
        if entry.until > now.millis() {
            each(&entry);
        }
    }
    Ok(since)
}

/// Since when a bucket is complete, and the bytes of its histories.
fn head(bucket: &[u8]) -> Option<(UnixTime, &[u8])> {
    let (&[FORM], rest) = bucket.split_first_chunk()? else {
        return None;
    };
    let (since, entries) = rest.split_first_chunk()?;
    let nanos = u64::from_le_bytes(*since).checked_mul(1_000_000)?;
    Some((UnixTime::from_nanos(nanos), entries))
}

impl<'b> Entry<'b> {
    /// The first of these bytes, and the rest.
    fn split(entries: &'b [u8]) -> Option<(Self, &'b [u8])> {
        let (head, rest) = entries.split_first_chunk::<ENTRY_HEAD>()?;
        let (id, head) = head.split_first_chunk()?;
        let (issuer, head) = head.split_first_chunk()?;
        let (tenant, head) = head.split_first_chunk()?;
        let (until, length) = head.split_first_chunk()?;
        let length = u32::from_le_bytes(length.try_into().ok()?) as usize;
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
