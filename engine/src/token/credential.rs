//! The token in a request's `Authorization` header (RFC 6750 section 2.1, RFC 9449 section 7.1).

use crate::decision::Reason;
use crate::limits;

/// How a token is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// By whoever has it.
    Bearer,
    /// With a proof of the key that it is bound to.
    Dpop,
}

/// Takes what is shown as a token out of the header's value. Whether it has the form of one is
/// [`check_form`]'s affair, which looks at each of its bytes: what equals a token that was looked
/// at before need not be looked at again.
pub(crate) fn shown(value: Option<&[u8]>) -> Result<(Scheme, &[u8]), Reason> {
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
    let scheme = if scheme.eq_ignore_ascii_case(b"bearer") {
        Scheme::Bearer
    } else if scheme.eq_ignore_ascii_case(b"dpop") {
        Scheme::Dpop
    } else {
        return Err(Reason::WrongScheme);
    };
    Ok((scheme, token.trim_ascii()))
}

/// Checks that what [`shown`] took out can be one token. A host joins repeated headers with a
/// comma, which no token has, so a comma is a second credential.
pub(crate) fn check_form(token: &[u8]) -> Result<(), Reason> {
    if token.contains(&b',') {
        return Err(Reason::MultipleCredentials);
    }
    if token.len() > limits::TOKEN_BYTES {
        return Err(Reason::TokenTooLarge);
    }
    if token.is_empty() || token.iter().any(u8::is_ascii_whitespace) {
        return Err(Reason::CredentialMalformed);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
