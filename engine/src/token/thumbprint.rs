//! JWK thumbprints (RFC 7638) with SHA-256: what `cnf.jkt` names a key by.

use sha2::{Digest as _, Sha256};

use crate::json::{Json, Object};

/// The thumbprint of a key of any registered kind, from the members that its kind requires as they
/// stand. `None` for other kinds, and where such a member is missing or no string.
///
/// Members that hold what JSON would have to escape give `None` too: none of them ever does, and
/// there would be several ways to escape it.
#[must_use]
pub fn sha256(jwk: &Object<'_>) -> Option<[u8; 32]> {
    let text = |name| match jwk.member(name) {
        Some(Json::String(text)) => Some(text.as_ref()),
        _ => None,
    };
    // In the order of names (RFC 7638 section 3.3; RFC 8037 section 2 for OKP; RFC 9964 for AKP).
    let members: &[&str] = match text("kty")? {
        "EC" => &["crv", "kty", "x", "y"],
        "OKP" => &["crv", "kty", "x"],
        "RSA" => &["e", "kty", "n"],
        "oct" => &["k", "kty"],
        "AKP" => &["alg", "kty", "pub"],
        _ => return None,
    };
    let mut hash = Sha256::new();
    for (name, before) in members
        .iter()
        .zip(std::iter::once("{\"").chain(std::iter::repeat(",\"")))
    {
        let value = text(name)?;
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\');
        if !value.bytes().all(is_plain) {
            return None;
        }
        for part in [before, name, "\":\"", value, "\""] {
            hash.update(part);
        }
    }
    hash.update("}");
    Some(hash.finalize().into())
}

#[cfg(test)]
mod tests;
