//! Public keys from a JWK Set (RFC 7517 section 5).
//!
//! A key that cannot be used is skipped and named, never fatal to the set: issuers publish keys
//! of kinds to come. An empty set is a set without keys: it verifies nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::{self, KeyError, PublicKey};
use crate::json::{self, Json, Object};
use crate::limits;
use crate::plan::{Algorithm, Key, KeyKind};

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
        jwks.add(jwk, key(jwk));
    }
    Ok(jwks)
}

impl Jwks {
    /// Adds what became of a key.
    pub(super) fn add(&mut self, jwk: &Object<'_>, key: Result<Key, KeyProblem>) {
        match key {
            Ok(key) => self.keys.push(key),
            Err(why) => {
                let kid = string(jwk, "kid").ok().flatten().map(str::to_owned);
                self.skipped.push(SkippedKey { kid, why });
            }
        }
    }
}

/// What a key has to be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Signatures: `use` is `sig` or absent (RFC 7517 section 4.2).
    Signatures,
    /// JWT-SVIDs: `use` is `jwt-svid` (SPIFFE Trust Domain and Bundle section 4.2.2).
    JwtSvid,
}

/// Reads one public JWK.
///
/// # Errors
/// [`KeyProblem`].
pub fn key(jwk: &Object<'_>) -> Result<Key, KeyProblem> {
    key_for(jwk, Purpose::Signatures)
}

/// Reads one public JWK that is for this.
pub(super) fn key_for(jwk: &Object<'_>, purpose: Purpose) -> Result<Key, KeyProblem> {
    read(jwk, purpose).map(|(key, _)| key)
}

/// Reads one public JWK and makes it ready.
pub(super) fn ready_key(jwk: &Object<'_>) -> Result<(Key, PublicKey), KeyProblem> {
    read(jwk, Purpose::Signatures)
}

fn read(jwk: &Object<'_>, purpose: Purpose) -> Result<(Key, PublicKey), KeyProblem> {
    if PRIVATE_MEMBERS
        .iter()
        .any(|name| jwk.member(name).is_some())
    {
        return Err(KeyProblem::Private);
    }
    let kind = match (required(jwk, "kty")?, string(jwk, "crv")?) {
        ("OKP", Some("Ed25519")) => KeyKind::Ed25519,
        ("EC", Some("P-256")) => KeyKind::P256,
        ("EC", Some("P-384")) => KeyKind::P384,
        ("EC", Some("P-521")) => KeyKind::P521,
        ("RSA", None) => KeyKind::Rsa,
        _ => return Err(KeyProblem::Unsupported),
    };
    let algorithm = string(jwk, "alg")?
        .map(|name| {
            Algorithm::from_jose(name)
                .filter(|algorithm| algorithm.key_kind() == kind)
                .ok_or(KeyProblem::Unsupported)
        })
        .transpose()?;
    let other_use = match (purpose, string(jwk, "use")?) {
        (Purpose::Signatures, None | Some("sig")) | (Purpose::JwtSvid, Some("jwt-svid")) => false,
        (Purpose::Signatures | Purpose::JwtSvid, _) => true,
    };
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
    let spki = spki(jwk, kind)?;
    let ready = PublicKey::from_spki(kind, &spki)?;
    let key = Key {
        kid,
        kind,
        algorithm,
        spki,
    };
    Ok((key, ready))
}

fn spki(jwk: &Object<'_>, kind: KeyKind) -> Result<Vec<u8>, KeyProblem> {
    let coordinate = |name| {
        let bytes = bytes(jwk, name)?;
        if bytes.len() == crypto::coordinate_bytes(kind) {
            Ok(bytes)
        } else {
            Err(KeyProblem::Key(KeyError::Malformed))
        }
    };
    match kind {
        KeyKind::Ed25519 => Ok(crypto::with_prefix(kind, &[&coordinate("x")?])),
        KeyKind::P256 | KeyKind::P384 | KeyKind::P521 => {
            let (x, y) = (coordinate("x")?, coordinate("y")?);
            Ok(crypto::with_prefix(kind, &[&x, &y]))
        }
        KeyKind::Rsa => Ok(crypto::rsa_spki(&bytes(jwk, "n")?, &bytes(jwk, "e")?)?),
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
