//! Where a token's status stands (section 6.1): its claim `status`.

use crate::decision::Reason;
use crate::json::Json;
use crate::limits;

/// An index in a list at a URI.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReference {
    /// `idx`.
    pub index: u64,
    /// `uri`: the list's own name, compared byte by byte.
    pub uri: String,
}

impl StatusReference {
    /// Reads the value of a claim `status`. A mechanism beside `status_list` is one that is not
    /// looked at here, so that the token might be revoked by it unseen.
    ///
    /// # Errors
    /// [`Reason::ClaimMalformed`], [`Reason::ClaimNotEnforceable`].
    pub fn read(status: &Json<'_>) -> Result<Self, Reason> {
        let Json::Object(mechanisms) = status else {
            return Err(Reason::ClaimMalformed);
        };
        let list = mechanisms
            .member("status_list")
            .ok_or(Reason::ClaimNotEnforceable)?;
        if mechanisms.names().any(|name| name != "status_list") {
            return Err(Reason::ClaimNotEnforceable);
        }
        let Json::Object(list) = list else {
            return Err(Reason::ClaimMalformed);
        };
        let (Some(Json::Int(index)), Some(Json::String(uri))) =
            (list.member("idx"), list.member("uri"))
        else {
            return Err(Reason::ClaimMalformed);
        };
        if !is_uri(uri) {
            return Err(Reason::ClaimMalformed);
        }
        Ok(Self {
            index: u64::try_from(*index).map_err(|_| Reason::ClaimMalformed)?,
            uri: uri.as_ref().to_owned(),
        })
    }
}

/// Whether it has a scheme and something behind it, all visible (RFC 3986 section 3). What it
/// names is looked up and not taken apart.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    let in_scheme = |b: u8| b.is_ascii_alphanumeric() || b"+-.".contains(&b);
    text.len() <= limits::URI_BYTES
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(in_scheme)
        && !rest.is_empty()
        && rest.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests;
