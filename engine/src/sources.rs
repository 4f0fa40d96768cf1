//! Documents that the host fetched: what of them the engine takes in, and what it makes of them.

use crate::Engine;
use crate::host::Host;
use crate::limits;
use crate::plan::{Algorithm, Issuer, IssuerId, Key, Source, SourceId, SourceKind};
use crate::standing::deny_feed::DenyFeed;
use crate::standing::held::Fetched;
use crate::standing::status_list::StatusList;
use crate::time::UnixTime;
use crate::token::jws::CompactJws;
use crate::token::{Refused, bundle, jwks};

/// Why a fetched document is not taken in. What was there before stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The plan has no such source, or nothing uses it.
    #[error("the plan has no use for it")]
    Unknown,
    /// It is longer than [`max_bytes`].
    #[error("it is too long")]
    TooLong,
    /// It is not what the source should be.
    #[error("it is not what it should be")]
    Malformed,
    /// It is signed by nobody who may, or that cannot be told now.
    #[error("its signature is not its issuer's")]
    BadSignature,
    /// It has run out, is from the future, or older than the one that is there.
    #[error("it is out of date")]
    OutOfDate,
}

/// A document that was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenIn {
    /// When the next should be there.
    pub refresh_at: UnixTime,
}

/// Longest document of a kind, in bytes.
#[must_use]
pub fn max_bytes(kind: SourceKind) -> usize {
    match kind {
        SourceKind::Jwks | SourceKind::SpiffeBundle => limits::JWKS_BYTES,
        SourceKind::StatusList => limits::STATUS_TOKEN_BYTES,
        SourceKind::DenyFeed => limits::DENY_FEED_BYTES,
    }
}

impl Engine {
    /// Takes in a document that was fetched at a time: keys stand in the place of those before,
    /// what they no longer vouch for is forgotten, a status list or deny feed counts from now on.
    ///
    /// # Errors
    /// [`SourceError`].
    pub fn take_in(
        &self,
        id: SourceId,
        document: &[u8],
        fetched: UnixTime,
        host: &dyn Host,
    ) -> Result<TakenIn, SourceError> {
        let source = self.plan().sources.get(id.index());
        let source = source.ok_or(SourceError::Unknown)?;
        if document.len() > max_bytes(source.kind) {
            return Err(SourceError::TooLong);
        }
        let holds = match source.kind {
            SourceKind::Jwks => {
                let set = jwks::parse(document).map_err(|_| SourceError::Malformed)?;
                self.take_keys(id, &set.keys);
                None
            }
            SourceKind::SpiffeBundle => {
                let bundle = bundle::parse(document).map_err(|_| SourceError::Malformed)?;
                self.take_keys(id, &bundle.keys);
                bundle.refresh_hint
            }
            SourceKind::StatusList => self.take_list(id, source, document, fetched, host)?,
            SourceKind::DenyFeed => {
                self.take_feed(document, fetched)?;
                None
            }
        };
        let seconds = holds.map_or(source.refresh, |seconds| seconds.min(source.refresh));
        Ok(TakenIn {
            refresh_at: fetched.plus_seconds(seconds.max(1)),
        })
    }

    /// Keys count for every issuer that fetches them there, each for the algorithms that it may use.
    fn take_keys(&self, id: SourceId, keys: &[Key]) {
        for (issuer_id, issuer) in self.issuers() {
            if issuer.key_source != Some(id) {
                continue;
            }
            let may_use = |key: &&Key| {
                let fits = |algorithm: &Algorithm| key.fits(*algorithm);
                issuer.algorithms.iter().any(fits)
            };
            let mut usable: Vec<Key> = Vec::new();
            for key in keys.iter().filter(may_use) {
                // The same key twice is one key, and nothing to choose.
                if !usable.contains(key) {
                    usable.push(key.clone());
                }
            }
            if self.verifier().replace_keys(issuer_id, &usable) {
                // A key may have come back under a name that was refused.
                self.tokens().forget_refused();
            }
        }
    }

    /// A list is signed with a key of the issuer that the policy gives it to.
    fn take_list(
        &self,
        id: SourceId,
        source: &Source,
        document: &[u8],
        fetched: UnixTime,
        host: &dyn Host,
    ) -> Result<Option<u32>, SourceError> {
        let lists = |(_, issuer): &(IssuerId, &Issuer)| issuer.status_lists.contains(&id);
        let issuer = self.issuers().find(lists).ok_or(SourceError::Unknown)?;
        let document = document.trim_ascii();
        let jws = CompactJws::parse_up_to(document, limits::STATUS_TOKEN_BYTES)
            .map_err(|_| SourceError::Malformed)?;
        let header = jws.header().map_err(|_| SourceError::Malformed)?;
        let verifier = self.verifier();
        verifier
            .check_signature(issuer, &header, &jws, host)
            .map_err(|_: Refused| SourceError::BadSignature)?;
        let list =
            StatusList::read(&jws, &source.url, fetched, issuer.1.leeway).map_err(|error| {
                match error.is_about_time() {
                    true => SourceError::OutOfDate,
                    false => SourceError::Malformed,
                }
            })?;
        let good_until = list.good_until(fetched);
        let list = Fetched {
            document: list,
            good_until,
            as_of: fetched,
        };
        if !self.standing().put_list(id, list) {
            return Err(SourceError::OutOfDate);
        }
        // The next should be there before this one runs out.
        let millis = good_until.map(|end| end.millis().saturating_sub(fetched.millis()));
        let seconds = millis.and_then(|millis| u32::try_from(millis / 1000).ok());
        Ok(seconds.map(|seconds| seconds / 5 * 4))
    }

    fn take_feed(&self, document: &[u8], fetched: UnixTime) -> Result<(), SourceError> {
        let feed = DenyFeed::parse(document).map_err(|_| SourceError::Malformed)?;
        let as_of = feed.issued_at();
        // One from the future would never be too old.
        if as_of > fetched.plus_seconds(limits::FEED_LEEWAY_SECONDS) {
            return Err(SourceError::OutOfDate);
        }
        let is_in_force = self.standing().put_feed(Fetched {
            document: feed,
            good_until: None,
            as_of,
        });
        if is_in_force {
            Ok(())
        } else {
            Err(SourceError::OutOfDate)
        }
    }

    fn issuers(&self) -> impl Iterator<Item = (IssuerId, &Issuer)> {
        (0..).map(IssuerId).zip(&self.plan().issuers)
    }
}

#[cfg(test)]
mod tests;
