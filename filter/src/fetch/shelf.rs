//! Where a source's state and document lie in shared data, for all workers and for the plans to
//! come: the same source is found again after a change of the policy.
//!
//! Keys follow from what the source is. Shared data never shrinks: each source that was ever
//! configured keeps its place until the process ends.

use remit_engine::plan::{Source, SourceKind};
use remit_engine::time::UnixTime;
use sha2::{Digest as _, Sha256};

use super::head::Head;
use crate::gateway::{CallFailed, Gateway, Seen, Stored};
use crate::marks::TRIES;

/// Counts the documents that were published: what did not change it has nothing new.
const GENERATION: &str = "remit/fetch/generation";
/// Bytes before a document: its version, and when it was fetched.
const PREFIX: usize = 16;

/// A document as it was fetched.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) version: u64,
    pub(super) fetched: UnixTime,
    bytes: Vec<u8>,
}

/// The place of one source.
#[derive(Debug)]
pub(super) struct Shelf {
    head: String,
    document: String,
}

impl Document {
    pub(super) fn content(&self) -> &[u8] {
        self.bytes.get(PREFIX..).unwrap_or_default()
    }

    fn read(bytes: Vec<u8>) -> Option<Self> {
        let (version, rest) = bytes.split_first_chunk::<8>()?;
        let (fetched, _) = rest.split_first_chunk::<8>()?;
        Some(Self {
            version: u64::from_le_bytes(*version),
            fetched: UnixTime::from_nanos(u64::from_le_bytes(*fetched)),
            bytes,
        })
    }
}

impl Shelf {
    pub(super) fn of(source: &Source) -> Self {
        let kind = match source.kind {
            SourceKind::Jwks => "jwks",
            SourceKind::SpiffeBundle => "bundle",
            SourceKind::StatusList => "status_list",
            SourceKind::DenyFeed => "deny_feed",
        };
        let mut hash = Sha256::new();
        for part in [kind, &source.url, &source.cluster] {
            hash.update(part);
            hash.update([0]);
        }
        let hash: [u8; 32] = hash.finalize().into();
        let digits = hash.iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
        let place: String = digits
            .filter_map(|digit| char::from_digit(u32::from(digit), 16))
            .collect();
        Self {
            head: ["remit/fetch/head/", &place].concat(),
            document: ["remit/fetch/document/", &place].concat(),
        }
    }

    /// The state of the source.
    pub(super) fn head(&self, gateway: &impl Gateway) -> Result<Head, CallFailed> {
        self.find_head(gateway).map(|(head, _)| head)
    }

    /// Changes the state of the source, unless it is such that it is not to be changed: then
    /// `None`.
    pub(super) fn change(
        &self,
        gateway: &impl Gateway,
        change: impl Fn(Head) -> Option<Head>,
    ) -> Result<Option<Head>, CallFailed> {
        for _ in 0..TRIES {
            let (head, seen) = self.find_head(gateway)?;
            let Some(changed) = change(head) else {
                return Ok(None);
            };
            if gateway.share(&self.head, &changed.write(), seen)? == Stored::Done {
                return Ok(Some(changed));
            }
        }
        Err(CONTENDED)
    }

    /// The last document.
    pub(super) fn document(&self, gateway: &impl Gateway) -> Result<Option<Document>, CallFailed> {
        let found = gateway.shared(&self.document)?;
        found
            .map(|(bytes, _)| Document::read(bytes).ok_or(MALFORMED))
            .transpose()
    }

    /// Puts a document where the others find it, unless a later one is there.
    pub(super) fn put(
        &self,
        gateway: &impl Gateway,
        version: u64,
        fetched_nanos: u64,
        content: &[u8],
    ) -> Result<(), CallFailed> {
        let mut bytes = Vec::with_capacity(PREFIX + content.len());
        bytes.extend_from_slice(&version.to_le_bytes());
        bytes.extend_from_slice(&fetched_nanos.to_le_bytes());
        bytes.extend_from_slice(content);
        for _ in 0..TRIES {
            let seen = match gateway.shared(&self.document)? {
                None => Seen::Absent,
                Some((there, seen)) => {
                    let there = Document::read(there).ok_or(MALFORMED)?;
                    if there.version >= version {
                        return Ok(());
                    }
                    seen
                }
            };
            if gateway.share(&self.document, &bytes, seen)? == Stored::Done {
                return Ok(());
            }
        }
        Err(CONTENDED)
    }

    fn find_head(&self, gateway: &impl Gateway) -> Result<(Head, Seen), CallFailed> {
        match gateway.shared(&self.head)? {
            None => Ok((Head::default(), Seen::Absent)),
            Some((bytes, seen)) => Ok((Head::read(&bytes).ok_or(MALFORMED)?, seen)),
        }
    }
}

/// How many documents were published so far, of all sources.
pub(super) fn generation(gateway: &impl Gateway) -> Result<u64, CallFailed> {
    find_generation(gateway).map(|(generation, _)| generation)
}

/// Tells all workers that there is something new.
pub(super) fn next_generation(gateway: &impl Gateway) -> Result<(), CallFailed> {
    for _ in 0..TRIES {
        let (generation, seen) = find_generation(gateway)?;
        let next = generation.wrapping_add(1).to_le_bytes();
        if gateway.share(GENERATION, &next, seen)? == Stored::Done {
            return Ok(());
        }
    }
    Err(CONTENDED)
}

fn find_generation(gateway: &impl Gateway) -> Result<(u64, Seen), CallFailed> {
    match gateway.shared(GENERATION)? {
        None => Ok((0, Seen::Absent)),
        Some((bytes, seen)) => {
            let bytes = bytes.try_into().map_err(|_| MALFORMED)?;
            Ok((u64::from_le_bytes(bytes), seen))
        }
    }
}

/// A shared value that this filter has not written.
const MALFORMED: CallFailed = CallFailed {
    call: "proxy_get_shared_data",
    status: CallFailed::BAD_ARGUMENT,
};

/// Others were quicker, again and again.
const CONTENDED: CallFailed = CallFailed {
    call: "proxy_set_shared_data",
    status: CallFailed::CAS_MISMATCH,
};
