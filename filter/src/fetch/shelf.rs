//! Where a source's state and document lie in shared data, for all workers and for the plans to
//! come: the same source is found again after a change of the policy.
//!
//! Keys follow from what the source is. Shared data never shrinks: each source that was ever
//! configured keeps its place until the process ends.

use remit_engine::host::Unavailable;
use remit_engine::plan::{Source, SourceKind};
use remit_engine::time::UnixTime;
use sha2::{Digest as _, Sha256};

use super::head::Head;
use crate::gateway::Gateway;
use crate::shared;

/// Counts the documents that were published: what did not change it has nothing new.
const GENERATION: &str = "remit/1/fetch/generation";
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
        let about = [kind, "\0", &source.url, "\0", &source.cluster].concat();
        let hash: [u8; 32] = Sha256::digest(about).into();
        let digits = hash.iter().take(16).flat_map(|byte| [byte >> 4, byte & 15]);
        let place: String = digits
            .filter_map(|digit| char::from_digit(u32::from(digit), 16))
            .collect();
        Self {
            head: ["remit/1/fetch/head/", &place].concat(),
            document: ["remit/1/fetch/document/", &place].concat(),
        }
    }

    /// The state of the source.
    pub(super) fn head(&self, gateway: &impl Gateway) -> Result<Head, Unavailable> {
        head_of(shared::look(gateway, &self.head)?.as_deref())
    }

    /// Changes the state of the source, unless it is such that it is not to be changed: then
    /// `None`.
    pub(super) fn change(
        &self,
        gateway: &impl Gateway,
        change: &dyn Fn(Head) -> Option<Head>,
    ) -> Result<Option<Head>, Unavailable> {
        let mut changed = None;
        shared::update(gateway, &self.head, &mut |head| {
            changed = change(head_of(head)?);
            Ok(changed.as_ref().map(Head::write))
        })?;
        Ok(changed)
    }

    /// The last document.
    pub(super) fn document(&self, gateway: &impl Gateway) -> Result<Option<Document>, Unavailable> {
        let found = shared::look(gateway, &self.document)?;
        found
            .map(|bytes| Document::read(bytes).ok_or(Unavailable))
            .transpose()
    }

    /// Puts a document where the others find it, unless a later one is there.
    pub(super) fn put(
        &self,
        gateway: &impl Gateway,
        version: u64,
        fetched_nanos: u64,
        content: &[u8],
    ) -> Result<(), Unavailable> {
        let words = [version, fetched_nanos].map(u64::to_le_bytes);
        shared::update(gateway, &self.document, &mut |there| {
            let there = there.and_then(|there| there.first_chunk::<8>());
            let is_later = there.is_some_and(|there| u64::from_le_bytes(*there) >= version);
            Ok((!is_later).then(|| [words.as_flattened(), content].concat()))
        })?;
        Ok(())
    }
}

/// How many documents were published so far, of all sources.
pub(super) fn generation(gateway: &impl Gateway) -> Result<u64, Unavailable> {
    number_of(shared::look(gateway, GENERATION)?.as_deref())
}

/// Tells all workers that there is something new.
pub(super) fn next_generation(gateway: &impl Gateway) -> Result<(), Unavailable> {
    shared::update(gateway, GENERATION, &mut |number| {
        let next = number_of(number)?.wrapping_add(1);
        Ok(Some(next.to_le_bytes().to_vec()))
    })?;
    Ok(())
}

fn number_of(value: Option<&[u8]>) -> Result<u64, Unavailable> {
    match value {
        None => Ok(0),
        Some(value) => {
            let bytes = value.try_into().map_err(|_| Unavailable)?;
            Ok(u64::from_le_bytes(bytes))
        }
    }
}

fn head_of(value: Option<&[u8]>) -> Result<Head, Unavailable> {
    match value {
        None => Ok(Head::default()),
        Some(value) => Head::read(value).ok_or(Unavailable),
    }
}
