//! Absolute URIs in the one form in which they are compared (RFC 3986 sections 6.2.2 and 6.2.3).

use super::read::block;
use crate::text::cut;

/// A URI in normal form: scheme and host in lower case, no default port, no escapes of characters
/// that need none, the others in upper case, no dot segments. An escaped slash stays one, and
/// separates nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Uri(String);

/// How far a resource reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// It is this URI alone.
    Alone,
    /// It and all that is below it.
    Below,
}

impl Uri {
    /// Brings a URI into its normal form. `None` for what is not an absolute URI, or has a
    /// fragment, a user or an escaped host: those name no resource.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = cut(text, b':')?;
        let scheme = scheme.to_ascii_lowercase();
        let in_scheme = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"+-.".contains(&b);
        if !scheme.starts_with(|c: char| c.is_ascii_lowercase()) || !scheme.bytes().all(in_scheme) {
            return None;
        }
        let (rest, query) = match cut(rest, b'?') {
            Some((rest, query)) => (rest, Some(query)),
            None => (rest, None),
        };
        let mut uri = scheme;
        uri.push(':');
        match rest.strip_prefix("//") {
            None if rest.is_empty() => return None,
            None => push_normal(rest, "", &mut uri)?,
            Some(rest) => {
                let end = rest.bytes().position(|b| b == b'/').unwrap_or(rest.len());
                let (authority, path) = rest.split_at_checked(end)?;
                let default = match uri.as_str() {
                    "http:" => Some("80"),
                    "https:" => Some("443"),
                    _ => None,
                };
                uri.push_str("//");
                push_authority(authority, default, &mut uri)?;
                let mut normal = String::with_capacity(path.len());
                push_normal(path, "", &mut normal)?;
                // With these schemes no path is the root (section 6.2.3).
                if normal.is_empty() && default.is_some() {
                    normal.push('/');
                }
                push_without_dots(&normal, &mut uri);
            }
        }
        if let Some(query) = query {
            uri.push('?');
            push_normal(query, "?", &mut uri)?;
        }
        Some(Self(uri))
    }

    /// Whether something can be below it: it has a host, and no query.
    pub(super) fn has_below(&self) -> bool {
        self.0.contains("://") && !self.0.contains('?')
    }

    /// Whether another URI is it, or, if it reaches so far, below it at the border of a segment.
    pub(super) fn reaches(&self, reach: Reach, other: &Self) -> bool {
        let below = || {
            let rest = other.0.strip_prefix(self.0.as_str());
            rest.is_some_and(|rest| self.0.ends_with('/') || rest.starts_with('/'))
        };
        self == other || (reach == Reach::Below && below())
    }

    /// What it takes beyond itself.
    pub(super) fn bytes(&self) -> usize {
        block(self.0.capacity())
    }
}

/// A host, and a port that is not the default.
fn push_authority(authority: &str, default: Option<&str>, out: &mut String) -> Option<()> {
    let end_of_host = authority.rfind(']').unwrap_or_default();
    let colon = authority.bytes().rposition(|b| b == b':');
    let (host, port) = match colon.filter(|colon| *colon >= end_of_host) {
        Some(colon) => (authority.get(..colon)?, authority.get(colon + 1..)?),
        None => (authority, ""),
    };
    let inside = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let is_host = match inside {
        Some(address) => {
            let in_address = |b: u8| b.is_ascii_hexdigit() || b":.".contains(&b);
            !address.is_empty() && address.bytes().all(in_address)
        }
        None => host
            .bytes()
            .all(|b| is_unreserved(b) || is_sub_delimiter(b)),
    };
    let is_port = port.bytes().all(|b| b.is_ascii_digit());
    if host.is_empty() || !is_host || !is_port {
        return None;
    }
    out.push_str(&host.to_ascii_lowercase());
    if !port.is_empty() && default != Some(port) {
        out.push(':');
        out.push_str(port);
    }
    Some(())
}

/// A path or, with `?` as one more character, a query: escapes in their normal form. `None` where
/// there is a character that a URI has not.
fn push_normal(part: &str, more: &str, out: &mut String) -> Option<()> {
    let mut bytes = part.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let mut digit = || char::from(bytes.next()?).to_digit(16);
            let (high, low) = (digit()?, digit()?);
            let value = u8::try_from(high * 16 + low).ok()?;
            if is_unreserved(value) {
                out.push(char::from(value));
            } else {
                out.push('%');
                for nibble in [high, low] {
                    out.push(char::from_digit(nibble, 16)?.to_ascii_uppercase());
                }
            }
        } else if is_unreserved(byte)
            || is_sub_delimiter(byte)
            || b":@/".contains(&byte)
            || more.bytes().any(|one| one == byte)
        {
            out.push(char::from(byte));
        } else {
            return None;
        }
    }
    Some(())
}

/// A path behind a host without its dot segments (RFC 3986 section 5.2.4).
fn push_without_dots(path: &str, out: &mut String) {
    let Some(path) = path.strip_prefix('/') else {
        return;
    };
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        match segment {
            "." => {}
            ".." => {
                kept.pop();
            }
            segment => {
                kept.push(segment);
                continue;
            }
        }
        // What ends in a dot segment ends in a slash.
        if segments.peek().is_none() {
            kept.push("");
        }
    }
    for segment in kept {
        out.push('/');
        out.push_str(segment);
    }
}

/// RFC 3986 section 2.3.
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

/// RFC 3986 section 2.2.
fn is_sub_delimiter(byte: u8) -> bool {
    b"!$&'()*+,;=".contains(&byte)
}

#[cfg(test)]
mod tests;
