//! The normal form of an authority (RFC 3986 section 3.2, RFC 9110 section 4.2.3).
//!
//! In lower case, no user information, no empty label, no trailing dot, the port without leading
//! zeros. Whether a port belongs there is the operation index's affair: the host must be one of
//! the policy's, to the letter.

use crate::limits;

/// The authority is not in normal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a host in normal form: lower-case name or address, at most one port without leading zeros"
)]
pub struct HostError;

/// An authority in normal form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host<'r> {
    /// Name or address, with port if there is one.
    pub authority: &'r str,
    /// Whether it has a port.
    pub has_port: bool,
}

/// Checks an authority.
///
/// # Errors
/// [`HostError`].
pub fn check(authority: &[u8]) -> Result<Host<'_>, HostError> {
    if authority.is_empty() || authority.len() > limits::HOST_BYTES {
        return Err(HostError);
    }
    let authority = std::str::from_utf8(authority).map_err(|_| HostError)?;
    let (name, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (address, port) = rest.split_once(']').ok_or(HostError)?;
            // Only the canonical spelling (RFC 5952): one address, one name.
            let canonical: std::net::Ipv6Addr = address.parse().map_err(|_| HostError)?;
            if canonical.to_string() != address {
                return Err(HostError);
            }
            match port.strip_prefix(':') {
                Some(port) => (None, Some(port)),
                None if port.is_empty() => (None, None),
                None => return Err(HostError),
            }
        }
        None => match authority.split_once(':') {
            Some((name, port)) => (Some(name), Some(port)),
            None => (Some(authority), None),
        },
    };
    let name_is_normal = name.is_none_or(|name| name.split('.').all(is_label));
    let port_is_normal = port.is_none_or(|port| {
        !port.starts_with('0')
            && port.bytes().all(|byte| byte.is_ascii_digit())
            && port.parse::<u16>().is_ok()
    });
    if !name_is_normal || !port_is_normal {
        return Err(HostError);
    }
    Ok(Host {
        authority,
        has_port: port.is_some(),
    })
}

/// A label of a host name (RFC 1123 section 2.1), underscores allowed because service names in
/// clusters have them.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
        })
}

#[cfg(test)]
mod tests;
