//! The token in a request's `Authorization` header (RFC 6750 section 2.1).

use crate::decision::Reason;
use crate::limits;

/// Takes the token out of the header's value. A host joins repeated headers with a comma, which
/// no token has, so a comma is a second credential.
pub(crate) fn bearer(value: Option<&[u8]>) -> Result<&[u8], Reason> {
    let value = value.ok_or(Reason::NoCredential)?.trim_ascii();
    let scheme_ends = value
        .iter()
        .position(|byte| *byte == b' ')
        .unwrap_or(value.len());
    let (scheme, token) = value
        .split_at_checked(scheme_ends)
        .ok_or(Reason::CredentialMalformed)?;
    if value.is_empty() {
        return Err(Reason::CredentialMalformed);
    }
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return Err(Reason::WrongScheme);
    }
    if token.contains(&b',') {
        return Err(Reason::MultipleCredentials);
    }
    let token = token.trim_ascii();
    if token.len() > limits::TOKEN_BYTES {
        return Err(Reason::TokenTooLarge);
    }
    if token.is_empty() || token.iter().any(u8::is_ascii_whitespace) {
        return Err(Reason::CredentialMalformed);
    }
    Ok(token)
}

#[cfg(test)]
mod tests;
