//! Signatures: the host's crypto where it has it, pure Rust where it has not.

use ed25519_dalek::VerifyingKey as Ed25519Key;
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature as P256Signature, VerifyingKey as P256Key};
use rsa::pkcs8::DecodePublicKey as _;
use rsa::traits::PublicKeyParts as _;
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};
use sha2::{Digest as _, Sha256};

use crate::plan::Algorithm;

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

/// Why a public key is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not a key of that algorithm, or a point that is not on the curve.
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
pub enum PublicKey {
    /// Ed25519.
    Ed25519(Box<Ed25519Key>),
    /// P-256.
    P256(Box<P256Key>),
    /// RSA.
    Rsa(Box<RsaPublicKey>),
}

/// What stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410
/// section 4).
pub(crate) const ED25519_SPKI_PREFIX: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// What stands before the 65 bytes of an uncompressed P-256 point in its SubjectPublicKeyInfo
/// (RFC 5480 section 2).
pub(crate) const P256_SPKI_PREFIX: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];

/// DigestInfo of SHA-256 up to the digest (RFC 8017 section 9.2, note 1).
const SHA256_DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_spki(algorithm: Algorithm, spki: &[u8]) -> Result<Self, KeyError> {
        match algorithm {
            Algorithm::EdDsa => {
                let bytes = spki
                    .strip_prefix(&ED25519_SPKI_PREFIX)
                    .ok_or(KeyError::Malformed)?;
                let bytes = bytes.try_into().map_err(|_| KeyError::Malformed)?;
                let key = Ed25519Key::from_bytes(&bytes).map_err(|_| KeyError::Malformed)?;
                if key.is_weak() {
                    return Err(KeyError::Malformed);
                }
                Ok(Self::Ed25519(Box::new(key)))
            }
            Algorithm::Es256 => {
                let point = spki
                    .strip_prefix(&P256_SPKI_PREFIX)
                    .ok_or(KeyError::Malformed)?;
                let key = P256Key::from_sec1_bytes(point).map_err(|_| KeyError::Malformed)?;
                Ok(Self::P256(Box::new(key)))
            }
            Algorithm::Rs256 => {
                let key =
                    RsaPublicKey::from_public_key_der(spki).map_err(|_| KeyError::Malformed)?;
                if !(2048..=4096).contains(&key.n().bits()) || *key.e() != 65537u32.into() {
                    return Err(KeyError::Rsa);
                }
                if looks_factorable(key.n()) {
                    return Err(KeyError::Factorable);
                }
                Ok(Self::Rsa(Box::new(key)))
            }
        }
    }

    /// Whether `signature`, in JOSE's form, is this key's over `signed`.
    #[must_use]
    pub fn has_signed(&self, signed: &[u8], signature: &[u8]) -> bool {
        match self {
            // Strict: refuses small-order points and signatures that are not in canonical form.
            Self::Ed25519(key) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(signed, &signature).is_ok()),
            Self::P256(key) => P256Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify(signed, &signature).is_ok()),
            Self::Rsa(key) => {
                let scheme = Pkcs1v15Sign {
                    hash_len: Some(32),
                    prefix: SHA256_DIGEST_INFO.into(),
                };
                key.verify(scheme, &Sha256::digest(signed), signature)
                    .is_ok()
            }
        }
    }
}

/// Primes by which the shape shows.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// Whether a modulus has the shape that a library in many smart cards and TPMs gave it: a power of
/// 65537 modulo every small prime (Nemec and others, "The Return of Coppersmith's Attack", CCS
/// 2017). Hardly any other modulus has.
fn looks_factorable(modulus: &BigUint) -> bool {
    PRIMES.iter().all(|prime| {
        let rest = modulus % *prime;
        let powers = std::iter::successors(Some(1), |power| Some(power * 65537 % prime));
        powers
            .take(*prime as usize)
            .any(|power| rest == power.into())
    })
}

#[cfg(test)]
mod tests;
