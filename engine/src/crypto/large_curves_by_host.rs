//! P-384 and P-521 where the module is to stay small: only the host checks them.

use super::{KeyError, SignatureError};
use crate::plan::{Algorithm, KeyKind};

/// A key that the engine cannot use. Its form is right; whether its point is on the curve is for
/// the host to see.
#[derive(Debug)]
pub(super) struct LargeKey(KeyKind);

impl LargeKey {
    pub(super) fn new(kind: KeyKind, _: &[u8]) -> Result<Self, KeyError> {
        Ok(Self(kind))
    }

    pub(super) fn verify(
        &self,
        algorithm: Algorithm,
        _: &[u8],
        _: &[u8],
    ) -> Result<(), SignatureError> {
        if algorithm.key_kind() == self.0 {
            Err(SignatureError::Unchecked)
        } else {
            Err(SignatureError::Wrong)
        }
    }
}
