//! P-384 and P-521 in pure Rust.

use p384::ecdsa::{Signature as P384Signature, VerifyingKey as P384Key};
use p521::ecdsa::{Signature as P521Signature, VerifyingKey as P521Key};

use super::{KeyError, SignatureError, ecdsa};
use crate::plan::{Algorithm, KeyKind};

#[derive(Debug)]
pub(super) enum LargeKey {
    P384(Box<P384Key>),
    P521(Box<P521Key>),
}

impl LargeKey {
    /// From a point in the form of SEC 1 section 2.3.3.
    pub(super) fn new(kind: KeyKind, point: &[u8]) -> Result<Self, KeyError> {
        let key = match kind {
            KeyKind::P384 => P384Key::from_sec1_bytes(point).map(|key| Self::P384(Box::new(key))),
            _ => P521Key::from_sec1_bytes(point).map(|key| Self::P521(Box::new(key))),
        };
        key.map_err(|_| KeyError::Malformed)
    }

    pub(super) fn verify(
        &self,
        algorithm: Algorithm,
        signed: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        match (self, algorithm) {
            (Self::P384(key), Algorithm::Es384) => {
                ecdsa::<P384Signature>(key.as_ref(), signed, signature)
            }
            (Self::P521(key), Algorithm::Es512) => {
                ecdsa::<P521Signature>(key.as_ref(), signed, signature)
            }
            _ => Err(SignatureError::Wrong),
        }
    }
}
