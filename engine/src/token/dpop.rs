//! Proofs that the sender of a request has the key that its token is bound to: DPoP (RFC 9449
//! section 4.3).
//!
//! Every check of one proof is here but two, which need more than the proof: that the request has
//! one `DPoP` field and no more (check 1), and that the proof was not there before (section 11.1),
//! for which [`Proof`] has what a table keeps.
//!
//! What costs nothing is asked first, so that only a proof of the right key, for this request, made
//! now has its signature checked.

mod uri;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::claims::Claims;
use super::jws::{CompactJws, media_type};
use super::{jwks, thumbprint};
use crate::crypto::{self, HostCrypto, SignatureError};
use crate::json::{self, Json};
use crate::limits;
use crate::plan::Algorithm;
use crate::time::UnixTime;

/// What proofs may be signed with: all that is verified here.
pub const ALGORITHMS: &[Algorithm] = &[
    Algorithm::EdDsa,
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::Ps256,
    Algorithm::Ps384,
    Algorithm::Ps512,
    Algorithm::Rs256,
    Algorithm::Rs384,
    Algorithm::Rs512,
];

/// Their names, as challenges list them (RFC 9449 section 7.1).
pub const ALGORITHM_NAMES: &str =
    "EdDSA Ed25519 ES256 ES384 ES512 PS256 PS384 PS512 RS256 RS384 RS512";

/// What a proof has to be about.
#[derive(Clone, Copy)]
pub struct Expected<'e> {
    /// The request's method, exactly.
    pub method: &'e str,
    /// The request's URL as its sender sees it, `http` or `https`; query and fragment do not count.
    pub uri: &'e str,
    /// The access token that comes with it. `None` only where a token is still to be had.
    pub access_token: Option<&'e [u8]>,
    /// The SHA-256 thumbprint of the key that the token is bound to (`cnf.jkt`).
    pub thumbprint: [u8; 32],
    /// The nonce that the sender was given, if proofs must have one.
    pub nonce: Option<&'e str>,
    /// The time.
    pub now: UnixTime,
    /// How old a proof may be, in seconds.
    pub max_age: u32,
    /// Clock difference allowed on both sides of that span, in seconds.
    pub leeway: u32,
    /// What proofs may be signed with.
    pub algorithms: &'e [Algorithm],
}

/// A proof that holds, unless it was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// Tells it from every other proof of its key for its URL: the first half of a SHA-256 of
    /// thumbprint, URL and `jti`.
    pub id: [u8; 16],
    /// `iat`: when it was made.
    pub issued_at: UnixTime,
    /// The last moment at which its age does not refuse it: until then, that one included, its id
    /// has to be kept.
    pub until: UnixTime,
}

/// Why a proof does not hold. The numbers are those of the checks in RFC 9449 section 4.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DpopError {
    /// No compact JWS of JSON objects, or beyond [`limits::DPOP_BYTES`] (2).
    #[error("the proof is not a JWT within bounds")]
    Malformed,
    /// `typ` is not `dpop+jwt`, `alg` is not accepted, or something is there that is not understood
    /// (4, 5).
    #[error("the proof's header is refused")]
    Header,
    /// `jwk` is missing, private, no key, or not for `alg` (6, 7).
    #[error("the proof's key is refused")]
    Key,
    /// The signature is not the key's (6).
    #[error("the proof's signature is wrong")]
    Signature,
    /// `jti`, `htm`, `htu` or `iat` is missing or has not its form (3).
    #[error("a claim of the proof is missing or malformed")]
    Claims,
    /// `htm` is another method (8).
    #[error("the proof is for another method")]
    Method,
    /// `htu` is another URL (9).
    #[error("the proof is for another URL")]
    Uri,
    /// `nonce` is missing or another one, where one is expected (10).
    #[error("the proof has not the expected nonce")]
    Nonce,
    /// `iat` is too long ago or still to come (11).
    #[error("the proof was not made just now")]
    Time,
    /// `ath` is missing or of another token (12).
    #[error("the proof is for another access token")]
    AccessToken,
    /// The key is not the one that the token is bound to (12).
    #[error("the proof is of another key than the token's")]
    Thumbprint,
    /// The host could not check the signature now: says nothing about the proof.
    #[error("the proof's signature cannot be checked here")]
    Unchecked,
}

/// Checks the value of a `DPoP` field.
///
/// # Errors
/// [`DpopError`].
pub fn check(
    proof: &[u8],
    expected: &Expected<'_>,
    crypto: &dyn HostCrypto,
) -> Result<Proof, DpopError> {
    if proof.len() > limits::DPOP_BYTES {
        return Err(DpopError::Malformed);
    }
    let jws = CompactJws::parse(proof).map_err(|_| DpopError::Malformed)?;
    let (header, members) = jws.header_with_key().map_err(|_| DpopError::Header)?;
    let typ = header.typ.as_ref().map(|typ| media_type(typ));
    if typ.as_deref() != Some("dpop+jwt") {
        return Err(DpopError::Header);
    }
    let algorithm = header
        .algorithm
        .filter(|algorithm| expected.algorithms.contains(algorithm))
        .ok_or(DpopError::Header)?;
    let Some(Json::Object(jwk)) = members.member("jwk") else {
        return Err(DpopError::Key);
    };
    if thumbprint::sha256(jwk) != Some(expected.thumbprint) {
        return Err(DpopError::Thumbprint);
    }
    let payload = json::parse_object(jws.payload()).map_err(|_| DpopError::Malformed)?;
    let proof = check_claims(&Claims::new(payload), expected)?;
    let (key, ready) = jwks::ready_key(jwk).map_err(|_| DpopError::Key)?;
    if !key.fits(algorithm) {
        return Err(DpopError::Key);
    }
    match crypto::check(
        crypto,
        algorithm,
        (&key, &ready),
        jws.signed(),
        jws.signature(),
    ) {
        Ok(()) => Ok(proof),
        Err(SignatureError::Wrong) => Err(DpopError::Signature),
        Err(SignatureError::Unchecked) => Err(DpopError::Unchecked),
    }
}

fn check_claims(claims: &Claims<'_>, expected: &Expected<'_>) -> Result<Proof, DpopError> {
    let text = |name| match claims.top_text(name) {
        Ok(Some(text)) => Ok(text),
        Ok(None) | Err(_) => Err(DpopError::Claims),
    };
    let (jti, method, uri) = (text("jti")?, text("htm")?, text("htu")?);
    if jti.is_empty() || jti.len() > limits::JTI_BYTES {
        return Err(DpopError::Claims);
    }
    let issued_at = claims.date("iat").ok().flatten().ok_or(DpopError::Claims)?;
    if method != expected.method {
        return Err(DpopError::Method);
    }
    let uri = uri::normal(uri).ok_or(DpopError::Uri)?;
    if uri::normal(expected.uri).as_ref() != Some(&uri) {
        return Err(DpopError::Uri);
    }
    let until = issued_at
        .plus_seconds(expected.max_age)
        .plus_seconds(expected.leeway);
    if expected.now > until || issued_at > expected.now.plus_seconds(expected.leeway) {
        return Err(DpopError::Time);
    }
    if let Some(token) = expected.access_token {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(token));
        if claims.top_text("ath") != Ok(Some(&hash)) {
            return Err(DpopError::AccessToken);
        }
    }
    if expected.nonce.is_some() && claims.top_text("nonce") != Ok(expected.nonce) {
        return Err(DpopError::Nonce);
    }
    Ok(Proof {
        id: id(&expected.thumbprint, &uri, jti),
        issued_at,
        until,
    })
}

/// The thumbprint has one length and a URL in normal form no byte 0, so that no two proofs of
/// different keys, URLs or ids are hashed alike.
fn id(thumbprint: &[u8; 32], uri: &str, jti: &str) -> [u8; 16] {
    let hash = Sha256::new()
        .chain_update(thumbprint)
        .chain_update(uri)
        .chain_update([0])
        .chain_update(jti)
        .finalize();
    let mut first = [0; 16];
    for (to, from) in first.iter_mut().zip(hash) {
        *to = from;
    }
    first
}

#[cfg(test)]
mod tests;
