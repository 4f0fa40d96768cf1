//! The compact serialization of a JWS (RFC 7515 section 7.1) and its header.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::decision::Reason;
use crate::json::{self, Json, Object};
use crate::limits;
use crate::plan::Algorithm;

/// Header members that are refused wherever they stand. Keys that the token brings or points to
/// never choose whom to trust (RFC 8725 section 3.10); no extension is understood, so `crit` and
/// what needs it is refused (RFC 7515 section 4.1.11, RFC 7797); the rest belongs to JWE. So is
/// `jwk`, but in proofs of possession.
const REFUSED: &[&str] = &["crit", "b64", "jku", "x5u", "x5c", "zip", "enc", "epk"];

/// A compact JWS whose form is right. Nothing in it may be believed.
#[derive(Debug)]
pub struct CompactJws<'t> {
    header: Vec<u8>,
    payload: Vec<u8>,
    signature: Vec<u8>,
    signed: &'t [u8],
}

/// The members of a header that matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header<'h> {
    /// `alg`, if it is one that Remit knows.
    pub algorithm: Option<Algorithm>,
    /// `typ`, as written.
    pub typ: Option<Cow<'h, str>>,
    /// `kid`.
    pub kid: Option<Cow<'h, str>>,
    /// Whether there are others.
    pub has_others: bool,
}

impl<'t> CompactJws<'t> {
    /// Reads three non-empty parts of strict base64url: no padding, no white space, no bits left
    /// over in the last digit.
    ///
    /// # Errors
    /// [`Reason::TokenTooLarge`], [`Reason::TokenMalformed`].
    pub fn parse(token: &'t [u8]) -> Result<Self, Reason> {
        Self::parse_up_to(token, limits::TOKEN_BYTES)
    }

    /// [`CompactJws::parse`] for what is longer than a caller's token: the signed lists of an
    /// issuer.
    ///
    /// # Errors
    /// [`Reason::TokenTooLarge`] beyond so many bytes, [`Reason::TokenMalformed`].
    pub fn parse_up_to(token: &'t [u8], bytes: usize) -> Result<Self, Reason> {
        if token.len() > bytes {
            return Err(Reason::TokenTooLarge);
        }
        let mut parts = token.split(|byte| *byte == b'.');
        let (Some(header), Some(payload), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Reason::TokenMalformed);
        };
        let signed = token
            .get(..header.len() + 1 + payload.len())
            .ok_or(Reason::TokenMalformed)?;
        let decode = |part: &[u8]| match URL_SAFE_NO_PAD.decode(part) {
            Ok(bytes) if !bytes.is_empty() => Ok(bytes),
            _ => Err(Reason::TokenMalformed),
        };
        Ok(Self {
            header: decode(header)?,
            payload: decode(payload)?,
            signature: decode(signature)?,
            signed,
        })
    }

    /// Reads the header.
    ///
    /// # Errors
    /// [`Reason::TokenMalformed`], [`Reason::TokenHeaderRefused`].
    pub fn header(&self) -> Result<Header<'_>, Reason> {
        match self.header_with_key()? {
            (_, members) if members.member("jwk").is_some() => Err(Reason::TokenHeaderRefused),
            (header, _) => Ok(header),
        }
    }

    /// Reads the header of a proof of possession, and gives out all its members: it may bring its
    /// key along, as `jwk`. That says who has the key, never whom to trust.
    ///
    /// # Errors
    /// [`Reason::TokenMalformed`], [`Reason::TokenHeaderRefused`].
    pub(super) fn header_with_key(&self) -> Result<(Header<'_>, Object<'_>), Reason> {
        let members = json::parse_object(&self.header).map_err(|_| Reason::TokenMalformed)?;
        let text = |name| match members.member(name) {
            None => Ok(None),
            Some(Json::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(Reason::TokenMalformed),
        };
        let algorithm = text("alg")?.ok_or(Reason::TokenMalformed)?;
        let (typ, kid) = (text("typ")?, text("kid")?);
        // A nested token (RFC 7519 section 5.2) would have to be verified on its own.
        let nested = text("cty")?.is_some_and(|cty| media_type(&cty) == "jwt");
        if nested || REFUSED.iter().any(|name| members.member(name).is_some()) {
            return Err(Reason::TokenHeaderRefused);
        }
        let header = Header {
            algorithm: Algorithm::from_jose(&algorithm),
            typ,
            kid,
            has_others: members
                .names()
                .any(|name| !matches!(name, "alg" | "typ" | "kid")),
        };
        Ok((header, members))
    }

    /// The payload's bytes.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The signature's bytes.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// What the signature is over: header and payload as they were sent, with the dot.
    #[must_use]
    pub fn signed(&self) -> &'t [u8] {
        self.signed
    }
}

/// A `typ` or `cty` as it is compared: in lower case, without `application/` (RFC 7515 sections
/// 4.1.9 and 4.1.10).
pub(crate) fn media_type(written: &str) -> String {
    let lower = written.to_ascii_lowercase();
    lower
        .strip_prefix("application/")
        .map(str::to_owned)
        .unwrap_or(lower)
}

#[cfg(test)]
mod tests;
