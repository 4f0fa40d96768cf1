//! The bytes that are kept of one subject: when it was last let through, and words under keys.
//!
//! ```text
//! version  1  1
//! last     8  when a call was last let through, in milliseconds; 0: never
//! then, for each item:
//! key      8
//! length   2  in words
//! words    8 each
//! ```
//! Numbers are little endian. Items whose key nobody asks for any more are kept while there is room:
//! another worker may still have the policy that does.

use super::count;
use super::targets;
use crate::limits;
use crate::plan::{HistoryKey, Window};

const VERSION: u8 = 1;

/// An entry that says nothing.
pub(crate) const NOTHING: [u8; 9] = [VERSION, 0, 0, 0, 0, 0, 0, 0, 0];

/// What is kept under a key.
pub(super) type Words = Vec<i64>;

/// Bytes that are none of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Garbled;

/// What is kept of one subject.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Entry {
    /// When a call was last let through, in milliseconds; 0: never.
    pub(super) last: i64,
    items: Vec<(HistoryKey, Words)>,
}

/// Something that was counted and may be given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(super) key: HistoryKey,
    /// When.
    pub(super) at: i64,
    pub(super) what: What,
}

/// What was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// So much.
    Weight(Option<Window>, u32),
    /// A target that was not there before.
    Target([i64; 2]),
}

impl Entry {
    /// Reads bytes; none are an entry of which nothing is known.
    pub(super) fn read(bytes: Option<&[u8]>) -> Result<Self, Garbled> {
        let Some(bytes) = bytes else {
            return Ok(Self::default());
        };
        let mut rest = bytes;
        let [version] = take(&mut rest)?;
        if version != VERSION || bytes.len() > limits::HISTORY_BYTES {
            return Err(Garbled);
        }
        let last = i64::from_le_bytes(take(&mut rest)?);
        let mut items = Vec::new();
        while !rest.is_empty() {
            let key = take(&mut rest)?;
            let length = usize::from(u16::from_le_bytes(take(&mut rest)?));
            let (words, after) = rest.split_at_checked(length * 8).ok_or(Garbled)?;
            rest = after;
            let (words, _) = words.as_chunks();
            items.push((key, words.iter().copied().map(i64::from_le_bytes).collect()));
        }
        Ok(Self { last, items })
    }

    /// Writes them. `None` where they are more than is ever read.
    pub(super) fn write(&self) -> Option<Vec<u8>> {
        let words: usize = self
            .items
            .iter()
            .map(|(_, words)| 10 + 8 * words.len())
            .sum();
        let size = 9 + words;
        if size > limits::HISTORY_BYTES {
            return None;
        }
        let mut bytes = Vec::with_capacity(size);
        bytes.push(VERSION);
        bytes.extend_from_slice(&self.last.to_le_bytes());
        for (key, words) in &self.items {
            bytes.extend_from_slice(key);
            bytes.extend_from_slice(&u16::try_from(words.len()).ok()?.to_le_bytes());
            for word in words {
                bytes.extend_from_slice(&word.to_le_bytes());
            }
        }
        Some(bytes)
    }

    /// What stands under a key; nothing where there is none.
    pub(super) fn words(&self, key: &HistoryKey) -> &[i64] {
        let mut items = self.items.iter();
        let found = items.find(|(one, _)| one == key);
        found.map_or(&[], |(_, words)| words)
    }

    /// Drops what stands under other keys than these.
    pub(super) fn retain(&mut self, is_kept: impl Fn(&HistoryKey) -> bool) {
        self.items.retain(|(key, _)| is_kept(key));
    }

    /// The same, to be changed.
    pub(super) fn words_mut(&mut self, key: &HistoryKey) -> Option<&mut Words> {
        let position = self.items.iter().position(|(one, _)| one == key);
        let position = position.unwrap_or(self.items.len());
        if position == self.items.len() {
            self.items.push((*key, Words::new()));
        }
        self.items.get_mut(position).map(|(_, words)| words)
    }
}

/// The bytes without what was counted, as far as it still counts.
///
/// # Errors
/// [`Garbled`].
pub(crate) fn give_back(bytes: &[u8], taken: &[Taken]) -> Result<Vec<u8>, Garbled> {
    let mut entry = Entry::read(Some(bytes))?;
    for one in taken {
        let mut items = entry.items.iter_mut();
        let Some((_, words)) = items.find(|(key, _)| *key == one.key) else {
            continue;
        };
        match one.what {
            What::Weight(window, weight) => count::give_back(words, window, weight, one.at),
            What::Target(target) => targets::give_back(words, target, one.at),
        }
    }
    entry.write().ok_or(Garbled)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], Garbled> {
    let (first, after) = rest.split_first_chunk().ok_or(Garbled)?;
    *rest = after;
    Ok(*first)
}

#[cfg(test)]
mod tests;
