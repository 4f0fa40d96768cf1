//! Public keys from a JWK Set (RFC 7517 section 5).
//!
//! A key that cannot be used is skipped and named, never fatal to the set: issuers publish keys
//! of kinds to come. An empty set is a set without keys: it verifies nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::pkcs8::EncodePublicKey as _;
use rsa::{BigUint, RsaPublicKey};

use super::json::{self, Json, Object};
use crate::crypto::{ED25519_SPKI_PREFIX, KeyError, P256_SPKI_PREFIX, PublicKey};
use crate::limits;
use crate::plan::{Algorithm, Key};

/// The usable keys of a set, and why the others are not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Jwks {
    /// Keys to verify with.
    pub keys: Vec<Key>,
    /// Keys left out.
    pub skipped: Vec<SkippedKey>,
}

/// A key that was left out of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedKey {
    /// Its `kid`, if it has one.
    pub kid: Option<String>,
    /// Why.
    pub why: KeyProblem,
}

/// The text is not a JWK Set: not strict JSON, or without an array `keys`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a JWK Set: strict JSON with an array `keys` of objects is expected")]
pub struct JwksError;

/// Why a JWK is not used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// `kty`, `crv` or `alg` is not one that is verified with here.
    #[error("its kty, crv or alg is not supported")]
    Unsupported,
    /// `use` is not `sig`, or `key_ops` lacks `verify` (RFC 7517 sections 4.2 and 4.3).
    #[error("it is not meant for verifying signatures")]
    OtherUse,
    /// A private or secret member stands in a set of public keys.
    #[error("it has a private member: this is not a public key")]
    Private,
    /// A member is missing, not a string, not base64url, or too long.
    #[error("a member is missing or malformed")]
    Member,
    /// The key itself is not one.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Members that only private and symmetric keys have (RFC 7518 sections 6.2.2, 6.3.2, 6.4).
const PRIVATE_MEMBERS: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// Reads a JWK Set.
///
/// # Errors
/// [`JwksError`].
pub fn parse(text: &[u8]) -> Result<Jwks, JwksError> {
    let set = json::parse_object(text).map_err(|_| JwksError)?;
    let Some(Json::Array(members)) = set.member("keys") else {
        return Err(JwksError);
    };
    let mut jwks = Jwks::default();
    for member in members {
        let Json::Object(jwk) = member else {
            return Err(JwksError);
        };
        match key(jwk) {
            Ok(key) => jwks.keys.push(key),
            Err(why) => {
                let kid = string(jwk, "kid").ok().flatten().map(str::to_owned);
                jwks.skipped.push(SkippedKey { kid, why });
            }
        }
    }
    Ok(jwks)
}

/// Reads one public JWK.
///
/// # Errors
/// [`KeyProblem`].
pub fn key(jwk: &Object<'_>) -> Result<Key, KeyProblem> {
    if PRIVATE_MEMBERS
        .iter()
        .any(|name| jwk.member(name).is_some())
    {
        return Err(KeyProblem::Private);
    }
    let algorithm = match (required(jwk, "kty")?, string(jwk, "crv")?) {
        ("OKP", Some("Ed25519")) => Algorithm::EdDsa,
        ("EC", Some("P-256")) => Algorithm::Es256,
        ("RSA", None) => Algorithm::Rs256,
        _ => return Err(KeyProblem::Unsupported),
    };
    if string(jwk, "alg")?.is_some_and(|alg| Algorithm::from_jose(alg) != Some(algorithm)) {
        return Err(KeyProblem::Unsupported);
    }
    let other_use = string(jwk, "use")?.is_some_and(|purpose| purpose != "sig");
    let other_operations = match jwk.member("key_ops") {
        None => false,
        Some(Json::Array(operations)) => !operations
            .iter()
            .any(|one| matches!(one, Json::String(name) if name == "verify")),
        Some(_) => return Err(KeyProblem::Member),
    };
    if other_use || other_operations {
        return Err(KeyProblem::OtherUse);
    }
    let kid = string(jwk, "kid")?.map(str::to_owned);
    if kid
        .as_ref()
        .is_some_and(|kid| kid.len() > limits::KID_BYTES)
    {
        return Err(KeyProblem::Member);
    }
    let spki = spki(jwk, algorithm)?;
    PublicKey::from_spki(algorithm, &spki)?;
    Ok(Key {
        kid,
        algorithm,
        spki,
    })
}

fn spki(jwk: &Object<'_>, algorithm: Algorithm) -> Result<Vec<u8>, KeyProblem> {
    match algorithm {
        Algorithm::EdDsa => {
            let x = bytes(jwk, "x")?;
            if x.len() != 32 {
                return Err(KeyError::Malformed.into());
            }
            Ok([ED25519_SPKI_PREFIX.as_slice(), &x].concat())
        }
        Algorithm::Es256 => {
            let (x, y) = (bytes(jwk, "x")?, bytes(jwk, "y")?);
            // Full width, leading zeros included (RFC 7518 section 6.2.1.2).
            if x.len() != 32 || y.len() != 32 {
                return Err(KeyError::Malformed.into());
            }
            Ok([P256_SPKI_PREFIX.as_slice(), &[4], &x, &y].concat())
        }
        Algorithm::Rs256 => {
            let (n, e) = (bytes(jwk, "n")?, bytes(jwk, "e")?);
            if n.len() > 512 || e.len() > 8 {
                return Err(KeyError::Rsa.into());
            }
            let (n, e) = (BigUint::from_bytes_be(&n), BigUint::from_bytes_be(&e));
            let key = RsaPublicKey::new(n, e).map_err(|_| KeyError::Rsa)?;
            let document = key.to_public_key_der().map_err(|_| KeyError::Malformed)?;
            Ok(document.into_vec())
        }
    }
}

fn string<'j>(jwk: &'j Object<'_>, name: &str) -> Result<Option<&'j str>, KeyProblem> {
    match jwk.member(name) {
        None => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(KeyProblem::Member),
    }
}

fn required<'j>(jwk: &'j Object<'_>, name: &str) -> Result<&'j str, KeyProblem> {
    string(jwk, name)?.ok_or(KeyProblem::Member)
}

fn bytes(jwk: &Object<'_>, name: &str) -> Result<Vec<u8>, KeyProblem> {
    URL_SAFE_NO_PAD
        .decode(required(jwk, name)?)
        .map_err(|_| KeyProblem::Member)
}

#[cfg(test)]
mod tests;
