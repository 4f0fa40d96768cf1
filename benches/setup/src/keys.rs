//! Fixed keys of the issuer's, for the algorithms that the workloads' tokens do not use. They protect
//! nothing: they are here so that every run checks the same signatures.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use remit_tests::workloads::token;
use rsa::traits::PublicKeyParts as _;
use rsa::{BigUint, Pkcs1v15Sign, RsaPrivateKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The two primes of the RSA key, hexadecimal.
const P: &str = "\
    f3160a76affb5781206f14ab00dba9a6eda294b427e442ee422175694112cee9\
    03e050952b04409d947f8dedc18cb40812698ab0b122f23eeb58f50de44521ab\
    d0675dfa23a943a8cce24313f9fff61f6c0dd438f1cad23cebde394f6c9f5b91\
    db7b525ede402e7ec1222a9b67b048728392f87b11bd6ce73035e8098b7a5783";
const Q: &str = "\
    e96d402867a6741a87cae13d811b4b8b4d0627eac10339fc649997645a37f5aa\
    5c320a9617b9eec1f9edb75ebdc74bc5aa2f76ee707d67eafd57ddbd97c48924\
    84ff263489f153ea5bf8e7d6eb903e741a94516d575ab5d91f2d4bdbd16fe862\
    09a408911eaafa3690df0deb2ae7c6669a63a1108d8cc461c8c988ffe0fec291";

/// DigestInfo of SHA-256 up to the digest (RFC 8017 section 9.2, note 1).
const SHA256_DIGEST_INFO: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// The keys that a policy's issuer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// The one of the workloads' tokens.
    Ed25519,
    /// One for each algorithm.
    Each,
}

/// A key that signs, beside the one of the workloads' tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer {
    /// ECDSA over P-256.
    Es256,
    /// RSA with 2048 bits, PKCS #1 v1.5.
    Rs256,
}

impl Keys {
    /// The algorithms, as a policy lists them.
    #[must_use]
    pub fn algorithms(self) -> &'static str {
        match self {
            Self::Ed25519 => "EdDSA",
            Self::Each => "EdDSA, ES256, RS256",
        }
    }

    /// The key set that the policy names.
    #[must_use]
    pub fn jwks(self) -> String {
        let mut set: Value = serde_json::from_str(&token::jwks()).expect("a key set");
        if self == Self::Each {
            let keys = set["keys"].as_array_mut().expect("a list of keys");
            keys.extend([Signer::Es256, Signer::Rs256].map(Signer::jwk));
        }
        set.to_string()
    }
}

impl Signer {
    fn algorithm(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    fn jwk(self) -> Value {
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        match self {
            Self::Es256 => {
                let point = p256_key().verifying_key().to_sec1_point(false);
                let (x, y) = (point.x().expect("a point"), point.y().expect("a point"));
                json!({"kty": "EC", "crv": "P-256", "kid": "ES256", "x": encode(x), "y": encode(y)})
            }
            Self::Rs256 => {
                let key = rsa_key();
                let (n, e) = (key.n().to_bytes_be(), key.e().to_bytes_be());
                json!({"kty": "RSA", "kid": "RS256", "n": encode(&n), "e": encode(&e)})
            }
        }
    }

    /// A token with this payload.
    #[must_use]
    pub fn sign(self, payload: &Value) -> String {
        let header = json!({"alg": self.algorithm(), "kid": self.algorithm()}).to_string();
        let signed = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(payload.to_string())
        );
        let signature = match self {
            // Deterministic (RFC 6979).
            Self::Es256 => {
                let signature: Signature = p256_key().sign(signed.as_bytes());
                signature.to_bytes().to_vec()
            }
            Self::Rs256 => {
                let scheme = Pkcs1v15Sign {
                    hash_len: Some(32),
                    prefix: SHA256_DIGEST_INFO.into(),
                };
                rsa_key()
                    .sign(scheme, &Sha256::digest(&signed))
                    .expect("the key signs")
            }
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn p256_key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).expect("a key")
}

fn rsa_key() -> RsaPrivateKey {
    let number = |text: &str| BigUint::parse_bytes(text.as_bytes(), 16).expect("hexadecimal");
    RsaPrivateKey::from_p_q(number(P), number(Q), 65_537_u32.into()).expect("a key")
}
