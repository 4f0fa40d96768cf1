//! The values of headers that repeat what stands in a message.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::HeaderMismatch;
use crate::json::{self, Json};

/// What stands around a value that no header could hold as it is. Case counts.
const ENCODED: (&str, &str) = ("=?base64?", "?=");

/// A value without the white space around it (RFC 9110 section 5.5). It has to be visible ASCII,
/// with spaces and tabs.
pub(super) fn plain(header: &str) -> Result<&str, HeaderMismatch> {
    if header
        .bytes()
        .all(|byte| matches!(byte, b'\t' | b' '..=b'~'))
    {
        Ok(header.trim_matches([' ', '\t']))
    } else {
        Err(HeaderMismatch)
    }
}

/// What a value stands for: itself, or what is encoded in it.
pub(super) fn decoded(header: &str) -> Result<Cow<'_, str>, HeaderMismatch> {
    let header = plain(header)?;
    let encoded = header
        .strip_prefix(ENCODED.0)
        .and_then(|rest| rest.strip_suffix(ENCODED.1));
    let Some(encoded) = encoded else {
        return Ok(Cow::Borrowed(header));
    };
    let bytes = STANDARD.decode(encoded).map_err(|_| HeaderMismatch)?;
    let text = String::from_utf8(bytes).map_err(|_| HeaderMismatch)?;
    Ok(Cow::Owned(text))
}

/// Whether a decoded value says what an argument says.
pub(super) fn says(header: &str, argument: &Json<'_>) -> bool {
    match argument {
        Json::String(text) => header == text,
        Json::Bool(value) => header == if *value { "true" } else { "false" },
        Json::Int(_) | Json::Double(_) => {
            json::parse(header.as_bytes()).is_ok_and(|number| same_number(&number, argument))
        }
        // An argument that is null has no header; the rest cannot have one.
        Json::Null | Json::Array(_) | Json::Object(_) => false,
    }
}

/// By what they mean: `1.0` is `1`.
fn same_number(a: &Json<'_>, b: &Json<'_>) -> bool {
    match (a, b) {
        (Json::Int(a), Json::Int(b)) => a == b,
        (Json::Double(a), Json::Double(b)) => a == b,
        (Json::Int(int), Json::Double(double)) | (Json::Double(double), Json::Int(int)) => {
            #[expect(clippy::cast_precision_loss, reason = "only where there is none")]
            let same = *int as f64 == *double;
            same && Json::Int(*int).is_exact()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
