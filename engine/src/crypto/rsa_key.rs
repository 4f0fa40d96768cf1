//! RSA keys: PKCS #1 v1.5 and PSS (RFC 7518 sections 3.3 and 3.5).

use rsa::pss::Pss;
use rsa::traits::{PublicKeyParts as _, SignatureScheme};
use rsa::{BigUint, Pkcs1v15Sign, RsaPublicKey};

use super::pss::Gathered;
use super::{Hash, KeyError, SignatureError, spki};
use crate::plan::Algorithm;

/// A key of 2048 to 4096 bits with the exponent 65537.
#[derive(Debug)]
pub(super) struct RsaKey(Box<RsaPublicKey>);

impl RsaKey {
    pub(super) fn from_spki(spki: &[u8]) -> Result<Self, KeyError> {
        let modulus = spki::rsa_modulus(spki).ok_or(KeyError::Malformed)?;
        if looks_factorable(modulus) {
            return Err(KeyError::Factorable);
        }
        let n = BigUint::from_bytes_be(modulus);
        let key = RsaPublicKey::new(n, 65537u32.into()).map_err(|_| KeyError::Malformed)?;
        Ok(Self(Box::new(key)))
    }

    pub(super) fn verify(
        &self,
        algorithm: Algorithm,
        signed: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        let hash = algorithm.hash();
        match algorithm {
            Algorithm::Rs256 | Algorithm::Rs384 | Algorithm::Rs512 => {
                let scheme = Pkcs1v15Sign {
                    hash_len: Some(hash.len()),
                    prefix: digest_info(hash).into(),
                };
                self.apply(scheme, &hash.of(signed), signature)
            }
            Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512 => {
                let scheme = Pss {
                    blinded: false,
                    digest: Box::new(Gathered::new(hash)),
                    salt_len: hash.len(),
                };
                self.apply(scheme, &hash.of(signed), signature)
            }
            Algorithm::EdDsa | Algorithm::Es256 | Algorithm::Es384 | Algorithm::Es512 => {
                Err(SignatureError::Wrong)
            }
        }
    }

    fn apply(
        &self,
        scheme: impl SignatureScheme,
        hashed: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        // The representative must be below the modulus (RFC 8017 section 5.2.2): the library does not
        // ask that of PSS, and one signature would have several spellings.
        if BigUint::from_bytes_be(signature) >= *self.0.n() {
            return Err(SignatureError::Wrong);
        }
        let verdict = scheme.verify(&self.0, hashed, signature);
        verdict.map_err(|_| SignatureError::Wrong)
    }
}

/// DigestInfo up to the digest (RFC 8017 section 9.2, note 1).
pub(super) fn digest_info(hash: Hash) -> [u8; 19] {
    let (whole, id, digest) = match hash {
        Hash::Sha256 => (0x31, 0x01, 0x20),
        Hash::Sha384 => (0x41, 0x02, 0x30),
        Hash::Sha512 => (0x51, 0x03, 0x40),
    };
    [
        0x30, whole, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, id,
        0x05, 0x00, 0x04, digest,
    ]
}

/// Primes by which the shape shows.
const PRIMES: [u32; 38] = [
    3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97,
    101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// Whether a modulus has the shape that a library in many smart cards and TPMs gave it: a power of
/// 65537 modulo every small prime (Nemec and others, "The Return of Coppersmith's Attack", CCS
/// 2017). Hardly any other modulus has.
fn looks_factorable(modulus: &[u8]) -> bool {
    PRIMES.iter().all(|prime| {
        let digits = modulus.iter().map(|byte| u32::from(*byte));
        let rest = digits.fold(0, |rest, digit| (rest * 256 + digit) % prime);
        let powers = std::iter::successors(Some(1), |power| Some(power * 65537 % prime));
        powers.take(*prime as usize).any(|power| rest == power)
    })
}
