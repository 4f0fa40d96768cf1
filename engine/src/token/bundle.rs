//! The keys of a SPIFFE trust domain (SPIFFE Trust Domain and Bundle section 4, stable).
//!
//! A bundle is a JWK Set whose keys each say what they are for. Only those that sign JWT-SVIDs are
//! taken; keys for other uses, of kinds or uses to come, are no mistake.

use super::jwks::{self, Jwks, KeyProblem, Purpose, SkippedKey};
use crate::json::{self, Json, Object};
use crate::plan::{Key, KeyKind};

/// What a trust domain publishes, as far as it is for JWT-SVIDs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Bundle {
    /// Keys that verify JWT-SVIDs of the domain, each with a `kid`. Without any, no SVID of the domain
    /// is valid (section 4.2.1).
    pub keys: Vec<Key>,
    /// Keys for JWT-SVIDs that cannot be used.
    pub skipped: Vec<SkippedKey>,
    /// Which bundle of the domain this is: a later one has a larger number.
    pub sequence: Option<u64>,
    /// After how many seconds the domain wants to be asked again.
    pub refresh_hint: Option<u32>,
}

/// Why a text is no bundle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// No strict JSON object, or `keys` is not an array of objects.
    #[error("not a SPIFFE bundle: strict JSON with an array `keys` of objects is expected")]
    Form,
    /// A key for JWT-SVIDs has no `kid` (section 4.2.2 wants one).
    #[error("a key for JWT-SVIDs has no `kid`")]
    NoKeyId,
    /// `spiffe_sequence` or `spiffe_refresh_hint` is not a number of that kind.
    #[error("`spiffe_sequence` and `spiffe_refresh_hint` must be whole numbers from 0")]
    Number,
}

/// Reads a bundle. One without `keys` has none.
///
/// # Errors
/// [`BundleError`].
pub fn parse(text: &[u8]) -> Result<Bundle, BundleError> {
    let bundle = json::parse_object(text).map_err(|_| BundleError::Form)?;
    let members = match bundle.member("keys") {
        None => &[][..],
        Some(Json::Array(members)) => members,
        Some(_) => return Err(BundleError::Form),
    };
    let mut jwks = Jwks::default();
    for member in members {
        let Json::Object(jwk) = member else {
            return Err(BundleError::Form);
        };
        if !matches!(jwk.member("use"), Some(Json::String(purpose)) if purpose == "jwt-svid") {
            continue;
        }
        if !matches!(jwk.member("kid"), Some(Json::String(kid)) if !kid.is_empty()) {
            return Err(BundleError::NoKeyId);
        }
        jwks.add(jwk, key(jwk));
    }
    let refresh_hint = whole(&bundle, "spiffe_refresh_hint")?;
    Ok(Bundle {
        keys: jwks.keys,
        skipped: jwks.skipped,
        sequence: whole(&bundle, "spiffe_sequence")?,
        refresh_hint: refresh_hint.map(|seconds| u32::try_from(seconds).unwrap_or(u32::MAX)),
    })
}

/// A key of an algorithm that SVIDs may have: EdDSA is none (JWT-SVID section 2.1).
fn key(jwk: &Object<'_>) -> Result<Key, KeyProblem> {
    jwks::key_for(jwk, Purpose::JwtSvid).and_then(|key| match key.kind {
        KeyKind::Ed25519 => Err(KeyProblem::Unsupported),
        _ => Ok(key),
    })
}

fn whole(bundle: &Object<'_>, name: &str) -> Result<Option<u64>, BundleError> {
    /// 2^64.
    const END: f64 = 18_446_744_073_709_551_616.0;
    match bundle.member(name) {
        None => Ok(None),
        Some(Json::Int(number)) => {
            let number = u64::try_from(*number);
            number.map(Some).map_err(|_| BundleError::Number)
        }
        Some(Json::Double(number)) if (0.0..END).contains(number) && number.fract() == 0.0 =>
        {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "whole and in range: beyond 2^63 the reader leaves no more than this"
            )]
            Ok(Some(*number as u64))
        }
        Some(_) => Err(BundleError::Number),
    }
}

#[cfg(test)]
mod tests;
