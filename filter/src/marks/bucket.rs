//! The bytes of a bucket: for each mark its id and the time when it runs out, in milliseconds,
//! little endian.

use remit_engine::host::{MarkId, Unavailable};
use remit_engine::time::UnixTime;

use super::ENTRIES;

/// Bytes of one mark.
const ENTRY: usize = 24;

/// When a live mark runs out, in milliseconds; `None` where there is none.
pub(super) fn end_of(
    bucket: &[u8],
    id: &MarkId,
    now: UnixTime,
) -> Result<Option<i64>, Unavailable> {
    let mut found = None;
    for (one, end) in entries(bucket)? {
        if one == id && end > now.millis() {
            found = Some(end);
        }
    }
    Ok(found)
}

/// The bucket with a mark more, or with another end of one, and without those that have run out.
/// An error where it is full.
pub(super) fn with(
    bucket: &[u8],
    id: &MarkId,
    until: UnixTime,
    now: UnixTime,
) -> Result<Vec<u8>, Unavailable> {
    let mut kept = Vec::with_capacity(bucket.len() + ENTRY);
    for (one, end) in entries(bucket)? {
        if one != id && end > now.millis() {
            kept.extend_from_slice(one);
            kept.extend_from_slice(&end.to_le_bytes());
        }
    }
    if kept.len() >= ENTRIES * ENTRY {
        return Err(Unavailable);
    }
    kept.extend_from_slice(id);
    kept.extend_from_slice(&until.millis().to_le_bytes());
    Ok(kept)
}

/// Ids and ends. A bucket that is not one is an error: what it held is not known.
fn entries(bucket: &[u8]) -> Result<impl Iterator<Item = (&MarkId, i64)>, Unavailable> {
    let (entries, rest) = bucket.as_chunks::<ENTRY>();
    if !rest.is_empty() || entries.len() > ENTRIES {
        return Err(Unavailable);
    }
    Ok(entries.iter().filter_map(|entry| {
        let (id, end) = entry.split_first_chunk::<16>()?;
        Some((id, i64::from_le_bytes(end.try_into().ok()?)))
    }))
}
