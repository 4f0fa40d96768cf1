//! Signatures: the host's crypto where it has it, pure Rust where it has not.
//!
//! | algorithm | host (Envoy's `verify_signature`) | pure Rust, native | pure Rust, wasm |
//! |---|---|---|---|
//! | RS256, RS384, RS512 | yes | yes | yes |
//! | PS256, PS384, PS512 | no | yes | yes |
//! | ES256 | yes | yes | yes |
//! | ES384, ES512 | yes | yes | no: their curves would be a tenth of the module |
//! | Ed25519 | no | yes | yes |

mod algorithm;
mod hash;
#[cfg(not(target_family = "wasm"))]
mod large_curves;
#[cfg(target_family = "wasm")]
#[path = "crypto/large_curves_by_host.rs"]
mod large_curves;
mod pss;
mod rsa_key;
mod spki;

use ed25519_dalek::VerifyingKey as Ed25519Key;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature as P256Signature, VerifyingKey as P256Key};

pub use hash::Hash;
pub(crate) use spki::{coordinate_bytes, rsa_spki, with_prefix};

use crate::plan::{Algorithm, Key, KeyKind};
use large_curves::LargeKey;
use rsa_key::RsaKey;

/// What the host's crypto says of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostVerdict {
    /// It is the key's.
    Valid,
    /// It is not.
    Invalid,
    /// The host has such crypto and could not tell now: the request is refused for that, and the
    /// token is not held against it later.
    Failed,
    /// The host has no such crypto: the engine does it.
    Unsupported,
}

/// Signature checks that the host offers, such as Envoy's `verify_signature`.
pub trait HostCrypto {
    /// Checks `signature` over `signed`. `spki` is the key as a DER SubjectPublicKeyInfo;
    /// `signature` has the form that JOSE gives it (RFC 7518 section 3.4: R || S for ECDSA).
    fn verify(
        &self,
        algorithm: Algorithm,
        spki: &[u8],
        signed: &[u8],
        signature: &[u8],
    ) -> HostVerdict;
}

/// A host without crypto.
#[derive(Debug, Clone, Copy)]
pub struct NoHostCrypto;

impl HostCrypto for NoHostCrypto {
    fn verify(&self, _: Algorithm, _: &[u8], _: &[u8], _: &[u8]) -> HostVerdict {
        HostVerdict::Unsupported
    }
}

/// Why a signature does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It is not the key's over these bytes with this algorithm, and never will be.
    #[error("the signature is not the key's")]
    Wrong,
    /// Nobody here can tell now: the host failed, or has no such crypto where the engine has none
    /// either. Says nothing about the signature.
    #[error("the signature cannot be checked here")]
    Unchecked,
}

/// Why a public key is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a key of that kind, or a point that is not on the curve.
    #[error("the key is malformed")]
    Malformed,
    /// RSA of a shape by which its factors can be found.
    #[error("the RSA key has the shape of keys that can be factored (CVE-2017-15361)")]
    Factorable,
    /// RSA below 2048 bits (RFC 7518 section 3.3) or above 4096, or with an even or tiny exponent.
    #[error("the RSA key must have 2048 to 4096 bits and the exponent 65537")]
    Rsa,
}

/// A public key, ready for use.
#[derive(Debug)]
pub struct PublicKey(Ready);

#[derive(Debug)]
enum Ready {
    Ed25519(Box<Ed25519Key>),
    P256(Box<P256Key>),
    /// P-384 and P-521.
    Large(LargeKey),
    Rsa(RsaKey),
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// [`KeyError`]. In wasm a point of P-384 or P-521 is not looked at: the host does, whenever it
    /// is used.
    pub fn from_spki(kind: KeyKind, spki: &[u8]) -> Result<Self, KeyError> {
        let point = || spki::strip_prefix(kind, spki).ok_or(KeyError::Malformed);
        let ready = match kind {
            KeyKind::Ed25519 => {
                let bytes = point()?.try_into().map_err(|_| KeyError::Malformed)?;
                let key = Ed25519Key::from_bytes(&bytes).map_err(|_| KeyError::Malformed)?;
                if key.is_weak() {
                    return Err(KeyError::Malformed);
                }
                Ready::Ed25519(Box::new(key))
            }
            KeyKind::P256 => {
                let key = P256Key::from_sec1_bytes(point()?).map_err(|_| KeyError::Malformed)?;
                Ready::P256(Box::new(key))
            }
            KeyKind::P384 | KeyKind::P521 => Ready::Large(LargeKey::new(kind, point()?)?),
            KeyKind::Rsa => Ready::Rsa(RsaKey::from_spki(spki)?),
        };
        Ok(Self(ready))
    }

    /// Checks without a host that `signature`, in JOSE's form, is this key's over `signed`.
    ///
    /// # Errors
    /// [`SignatureError`]: `Unchecked` only for ES384 and ES512 in wasm.
    pub fn verify(
        &self,
        algorithm: Algorithm,
        signed: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        match (&self.0, algorithm) {
            // Strict: refuses small-order points and signatures that are not in canonical form.
            (Ready::Ed25519(key), Algorithm::EdDsa) => {
                let signature = ed25519_dalek::Signature::from_slice(signature);
                let signature = signature.map_err(|_| SignatureError::Wrong)?;
                let verdict = key.verify_strict(signed, &signature);
                verdict.map_err(|_| SignatureError::Wrong)
            }
            (Ready::P256(key), Algorithm::Es256) => {
                ecdsa::<P256Signature>(key.as_ref(), signed, signature)
            }
            (Ready::Large(key), _) => key.verify(algorithm, signed, signature),
            (Ready::Rsa(key), _) => key.verify(algorithm, signed, signature),
            _ => Err(SignatureError::Wrong),
        }
    }
}

/// Checks a signature: by the host where it has such crypto, else here. `ready` is `key`, made
/// ready.
///
/// # Errors
/// [`SignatureError`].
pub(crate) fn check(
    host: &dyn HostCrypto,
    algorithm: Algorithm,
    (key, ready): (&Key, &PublicKey),
    signed: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    if !key.fits(algorithm) {
        return Err(SignatureError::Wrong);
    }
    match host.verify(algorithm, &key.spki, signed, signature) {
        HostVerdict::Valid => Ok(()),
        HostVerdict::Invalid => Err(SignatureError::Wrong),
        HostVerdict::Failed => Err(SignatureError::Unchecked),
        HostVerdict::Unsupported => ready.verify(algorithm, signed, signature),
    }
}

/// Checks R || S, each of the curve's full width (RFC 7518 section 3.4).
fn ecdsa<S: for<'s> TryFrom<&'s [u8]>>(
    key: &impl Verifier<S>,
    signed: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let signature = S::try_from(signature).map_err(|_| SignatureError::Wrong)?;
    key.verify(signed, &signature)
        .map_err(|_| SignatureError::Wrong)
}

#[cfg(test)]
mod tests;
