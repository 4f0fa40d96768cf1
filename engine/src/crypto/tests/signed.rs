//! Signatures of every algorithm, made here by the libraries' signing halves.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use rsa::pkcs8::EncodePublicKey as _;
use rsa::rand_core::{self, CryptoRng, RngCore};
use rsa::traits::PublicKeyParts as _;
use rsa::{BigUint, Pkcs1v15Sign, Pss, RsaPrivateKey};

use super::super::pss::Gathered;
use super::super::{Hash, KeyError, PublicKey, SignatureError, with_prefix};
use crate::json::{self, Json};
use crate::plan::{Algorithm, KeyKind};

/// Salts: any will do.
struct Sevens;

impl CryptoRng for Sevens {}

impl RngCore for Sevens {
    fn next_u32(&mut self) -> u32 {
        7
    }
    fn next_u64(&mut self) -> u64 {
        7
    }
    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill(7);
    }
    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        bytes.fill(7);
        Ok(())
    }
}

/// The private key of an example's issuer.
fn rsa() -> RsaPrivateKey {
    let text =
        include_bytes!("../../../../examples/support-desk/keys/partner/partner-1.private.jwk.json");
    let jwk = json::parse_object(text).unwrap();
    let number = |name| match jwk.member(name) {
        Some(Json::String(text)) => {
            BigUint::from_bytes_be(&URL_SAFE_NO_PAD.decode(text.as_bytes()).unwrap())
        }
        other => panic!("{name}: {other:?}"),
    };
    let primes = vec![number("p"), number("q")];
    RsaPrivateKey::from_components(number("n"), number("e"), number("d"), primes).unwrap()
}

fn pss(salt_len: usize, hash: Hash) -> Pss {
    Pss {
        blinded: false,
        digest: Box::new(Gathered::new(hash)),
        salt_len,
    }
}

/// A public key with a signature of an algorithm over a text.
fn sign(algorithm: Algorithm, text: &[u8]) -> (PublicKey, Vec<u8>) {
    let hash = algorithm.hash();
    let kind = algorithm.key_kind();
    let (spki, signature) = match kind {
        KeyKind::Ed25519 => {
            let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
            let public = with_prefix(kind, &[key.verifying_key().as_bytes()]);
            (public, key.sign(text).to_bytes().to_vec())
        }
        KeyKind::P256 => {
            let key = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
            let signature: p256::ecdsa::Signature = key.sign(text);
            let point = key.verifying_key().to_sec1_point(false);
            (
                with_prefix(kind, &[&point.as_bytes()[1..]]),
                signature.to_bytes().to_vec(),
            )
        }
        KeyKind::P384 => {
            let key = p384::ecdsa::SigningKey::from_slice(&[7; 48]).unwrap();
            let signature: p384::ecdsa::Signature = key.sign(text);
            let point = key.verifying_key().to_sec1_point(false);
            (
                with_prefix(kind, &[&point.as_bytes()[1..]]),
                signature.to_bytes().to_vec(),
            )
        }
        KeyKind::P521 => {
            let secret = [&[0][..], &[7; 65]].concat();
            let key = p521::ecdsa::SigningKey::from_slice(&secret).unwrap();
            let signature: p521::ecdsa::Signature = key.sign(text);
            let point = key.verifying_key().to_sec1_point(false);
            (
                with_prefix(kind, &[&point.as_bytes()[1..]]),
                signature.to_bytes().to_vec(),
            )
        }
        KeyKind::Rsa => {
            let key = rsa();
            let hashed = hash.of(text);
            let signature = match algorithm {
                Algorithm::Ps256 | Algorithm::Ps384 | Algorithm::Ps512 => {
                    key.sign_with_rng(&mut Sevens, pss(hash.len(), hash), &hashed)
                }
                _ => {
                    let prefix = super::super::rsa_key::digest_info(hash).into();
                    let hash_len = Some(hash.len());
                    key.sign(Pkcs1v15Sign { hash_len, prefix }, &hashed)
                }
            };
            let spki = key.to_public_key().to_public_key_der().unwrap();
            (spki.into_vec(), signature.unwrap())
        }
    };
    (PublicKey::from_spki(kind, &spki).unwrap(), signature)
}

const WRONG: Result<(), SignatureError> = Err(SignatureError::Wrong);

#[test]
fn each_algorithm_verifies_its_own_signatures_and_nothing_else() {
    for (name, algorithm) in Algorithm::NAMES {
        let (key, signature) = sign(*algorithm, b"text");
        let verify = |algorithm, signature: &[u8]| key.verify(algorithm, b"text", signature);
        assert_eq!(verify(*algorithm, &signature), Ok(()), "{name}");
        assert_eq!(key.verify(*algorithm, b"texT", &signature), WRONG, "{name}");
        for (other_name, other) in Algorithm::NAMES {
            if other != algorithm {
                let verdict = verify(*other, &signature);
                assert_eq!(verdict, WRONG, "{name} as {other_name}");
            }
        }
        for place in [0, signature.len() / 2, signature.len() - 1] {
            let mut changed = signature.clone();
            changed[place] ^= 1;
            assert_eq!(verify(*algorithm, &changed), WRONG, "{name} at {place}");
        }
        let longer = [&signature[..], &[0]].concat();
        let padded = [&[0], &signature[..]].concat();
        let shorter = &signature[..signature.len() - 1];
        for other in [&longer, &padded, shorter, &[], &vec![0; signature.len()]] {
            assert_eq!(verify(*algorithm, other), WRONG, "{name}");
        }
    }
}

/// RFC 7518 section 3.5.
#[test]
fn a_salt_of_another_length_is_refused() {
    let key = rsa();
    let spki = key.to_public_key().to_public_key_der().unwrap();
    let public = PublicKey::from_spki(KeyKind::Rsa, spki.as_bytes()).unwrap();
    for (salt, expected) in [
        (0, WRONG),
        (20, WRONG),
        (31, WRONG),
        (32, Ok(())),
        (48, WRONG),
    ] {
        let scheme = pss(salt, Hash::Sha256);
        let signature = key.sign_with_rng(&mut Sevens, scheme, &Hash::Sha256.of(b"text"));
        let verdict = public.verify(Algorithm::Ps256, b"text", &signature.unwrap());
        assert_eq!(verdict, expected, "{salt}");
    }
}

/// RFC 8017 section 5.2.2: or a signature would have two spellings.
#[test]
fn a_signature_is_below_the_modulus() {
    let key = rsa();
    let mut seen = 0;
    for text in 0..4 {
        for algorithm in [Algorithm::Ps256, Algorithm::Rs256] {
            let (public, signature) = sign(algorithm, &[text]);
            let above = (BigUint::from_bytes_be(&signature) + key.n()).to_bytes_be();
            if above.len() == signature.len() {
                seen += 1;
                assert_eq!(public.verify(algorithm, &[text], &above), WRONG);
            }
        }
    }
    assert!(seen > 0);
}

#[test]
fn keys_of_other_sizes_and_exponents_are_refused() {
    let modulus = rsa().n().to_bytes_be();
    let refused = |n: &[u8], e: &[u8]| {
        let spki = super::super::rsa_spki(n, e)?;
        PublicKey::from_spki(KeyKind::Rsa, &spki).map(|_| ())
    };
    assert_eq!(refused(&modulus, &[1, 0, 1]), Ok(()));
    for (n, e) in [
        (&modulus[..], &[3][..]),
        (&modulus, &[1]),
        (&modulus, &[0]),
        (&modulus, &[1, 0, 0]),
        (&modulus, &[]),
        (&modulus[..128], &[1, 0, 1]),
        (&modulus[..255], &[1, 0, 1]),
        (&[&modulus[..], &modulus, &[1]].concat(), &[1, 0, 1]),
        (&[], &[1, 0, 1]),
        (&[0; 256], &[1, 0, 1]),
    ] {
        assert_eq!(refused(n, e), Err(KeyError::Rsa), "{} {e:?}", n.len());
    }
}

#[test]
fn an_rsa_key_is_written_and_read_in_one_form() {
    let key = rsa();
    let spki = key.to_public_key().to_public_key_der().unwrap().into_vec();
    let modulus = key.n().to_bytes_be();
    let zeros = [&[0, 0][..], &modulus].concat();
    assert_eq!(super::super::rsa_spki(&zeros, &[0, 1, 0, 1]).unwrap(), spki);
    // Of 2049 and of 2056 bits: with and without a byte before a set top bit.
    for first in [0x01, 0x80] {
        let modulus = BigUint::from_bytes_be(&[&[first][..], &modulus].concat());
        let longer = rsa::RsaPublicKey::new(modulus.clone(), 65537u32.into()).unwrap();
        let longer = longer.to_public_key_der().unwrap().into_vec();
        let ours = super::super::rsa_spki(&modulus.to_bytes_be(), &[1, 0, 1]).unwrap();
        assert_eq!(ours, longer);
        assert!(PublicKey::from_spki(KeyKind::Rsa, &ours).is_ok());
    }
    let read = |spki: &[u8]| PublicKey::from_spki(KeyKind::Rsa, spki).map(|_| ());
    assert_eq!(read(&spki), Ok(()));
    // With the zero before it: another byte there is a longer modulus.
    let modulus = 32..spki.len() - 5;
    for place in (0..spki.len()).filter(|place| !modulus.contains(place)) {
        let mut changed = spki.clone();
        changed[place] ^= 1;
        assert_eq!(read(&changed), Err(KeyError::Malformed), "{place}");
        assert_eq!(read(&spki[..place]), Err(KeyError::Malformed), "{place}");
    }
    assert_eq!(read(&[&spki[..], &[0]].concat()), Err(KeyError::Malformed));
}
