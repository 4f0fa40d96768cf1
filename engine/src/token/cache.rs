//! Tokens that were seen before: what follows from their bytes alone, so that a signature is
//! checked once and not on every request.
//!
//! INVARIANT: nothing here depends on the time, the request or the policy's rules. A refusal is
//! remembered only if the same bytes would be refused for ever under this plan.
//!
//! Both halves are bounded in bytes and forget in two generations: what was not used while one
//! generation filled is dropped when the next one is full. Refused tokens, which cost a stranger
//! nothing to make, never push out verified ones.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::verified::{VerifiedToken, block};
use crate::decision::Reason;
use crate::limits;

/// What is known of a token's bytes.
pub(crate) type Known = Result<Rc<VerifiedToken>, Reason>;

#[derive(Debug)]
pub(crate) struct TokenCache {
    verified: Generations,
    refused: Generations,
}

impl TokenCache {
    pub(crate) fn new() -> Self {
        Self {
            verified: Generations::new(limits::VERIFIED_CACHE_BYTES),
            refused: Generations::new(limits::REFUSED_CACHE_BYTES),
        }
    }

    pub(crate) fn known(&mut self, token: &[u8]) -> Option<Known> {
        let verified = self.verified.find(token);
        verified.or_else(|| self.refused.find(token))
    }

    pub(crate) fn remember(&mut self, token: &[u8], known: Result<&Rc<VerifiedToken>, Reason>) {
        match known {
            Ok(verified) => self
                .verified
                .insert(token, Ok(Rc::clone(verified)), verified.bytes()),
            Err(reason) if follows_from_bytes(reason) => self.refused.insert(token, Err(reason), 0),
            Err(_) => {}
        }
    }

    /// Forgets what was refused: an issuer has published other keys.
    pub(crate) fn forget_refused(&mut self) {
        self.refused = Generations::new(limits::REFUSED_CACHE_BYTES);
    }

    /// Bytes that both halves take, about.
    #[cfg(test)]
    pub(crate) fn bytes(&self) -> usize {
        self.verified.bytes() + self.refused.bytes()
    }
}

/// Whether the same bytes are refused for ever under the same plan. Keys may come to be known and
/// hosts may recover; times pass.
fn follows_from_bytes(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::TokenMalformed
            | Reason::TokenHeaderRefused
            | Reason::TokenTypeRefused
            | Reason::UnknownIssuer
            | Reason::AlgorithmRefused
            | Reason::BadSignature
            | Reason::ClaimMissing
            | Reason::ClaimMalformed
            | Reason::ClaimNotEnforceable
            | Reason::LifetimeExceeded
            | Reason::IssuerMayNotAssert
    )
}

/// A map bounded in bytes. Entries are found by the token's last 16 bytes, which belong to its
/// signature, and then compared whole; of two tokens with the same end the later stays.
#[derive(Debug)]
struct Generations {
    young: Generation,
    old: Generation,
    limit: usize,
}

#[derive(Debug)]
struct Generation {
    entries: BTreeMap<u128, Entry>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    token: Box<[u8]>,
    value: Known,
    bytes: usize,
}

impl Generation {
    fn new() -> Self {
        Self {
            entries: BTreeMap::new(),
            bytes: 0,
        }
    }

    fn put(&mut self, key: u128, entry: Entry) {
        self.bytes += entry.bytes;
        if let Some(replaced) = self.entries.insert(key, entry) {
            self.bytes = self.bytes.saturating_sub(replaced.bytes);
        }
    }

    fn take(&mut self, key: u128, token: &[u8]) -> Option<Entry> {
        self.entries
            .get(&key)
            .filter(|entry| is_same(&entry.token, token))?;
        let entry = self.entries.remove(&key)?;
        self.bytes = self.bytes.saturating_sub(entry.bytes);
        Some(entry)
    }
}

impl Generations {
    fn new(limit: usize) -> Self {
        Self {
            young: Generation::new(),
            old: Generation::new(),
            limit,
        }
    }

    fn find(&mut self, token: &[u8]) -> Option<Known> {
        let key = key(token)?;
        if let Some(entry) = self
            .young
            .entries
            .get(&key)
            .filter(|entry| is_same(&entry.token, token))
        {
            return Some(entry.value.clone());
        }
        let entry = self.old.take(key, token)?;
        let value = entry.value.clone();
        self.place(key, entry);
        Some(value)
    }

    fn insert(&mut self, token: &[u8], value: Known, value_bytes: usize) {
        let Some(key) = key(token) else { return };
        // The tree has room for about a third more entries than it holds.
        let place = 2 * (size_of::<u128>() + size_of::<Entry>());
        let bytes = place + block(token.len()) + value_bytes;
        self.place(
            key,
            Entry {
                token: token.into(),
                value,
                bytes,
            },
        );
    }

    fn place(&mut self, key: u128, entry: Entry) {
        if self.young.bytes.saturating_add(entry.bytes) > self.limit / 2 {
            self.old = std::mem::replace(&mut self.young, Generation::new());
        }
        self.young.put(key, entry);
    }

    #[cfg(test)]
    fn bytes(&self) -> usize {
        self.young.bytes + self.old.bytes
    }
}

fn key(token: &[u8]) -> Option<u128> {
    token
        .last_chunk::<16>()
        .map(|end| u128::from_be_bytes(*end))
}

/// Whether two tokens are the same, eight bytes at a time: what a slice's own comparison becomes in
/// wasm looks at one after the other, and a token has a thousand.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let (words, rest) = one.as_chunks::<8>();
    let (other_words, other_rest) = other.as_chunks::<8>();
    let differ =
        |(one, other): (&[u8; 8], &[u8; 8])| u64::from_ne_bytes(*one) != u64::from_ne_bytes(*other);
    one.len() == other.len() && rest == other_rest && !words.iter().zip(other_words).any(differ)
}

#[cfg(test)]
mod tests;
