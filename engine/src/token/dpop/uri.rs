//! URLs in one spelling (RFC 3986 sections 6.2.2 and 6.2.3), so that two that mean the same are the
//! same text.

/// The normal form of an `http` or `https` URL, without query and fragment. `None` for what is no
/// such URL, and for one with a user: no request has that.
pub(super) fn normal(url: &str) -> Option<String> {
    let url = url.split(['?', '#']).next()?;
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match scheme.as_str() {
        "https" => "443",
        "http" => "80",
        _ => return None,
    };
    let end = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end)?;
    let mut normal = scheme;
    normal.push_str("://");
    push_authority(&mut normal, authority, default_port)?;
    push_path(&mut normal, &decode_unreserved(path)?);
    Some(normal)
}

fn push_authority(out: &mut String, authority: &str, default_port: &str) -> Option<()> {
    let (host, port) = match authority.rsplit_once(':') {
        // The colons of an IPv6 address stand in brackets.
        Some((host, port)) if !port.ends_with(']') => (host, port),
        _ => (authority, ""),
    };
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~[]:".contains(&b);
    let is_port = port.bytes().all(|b| b.is_ascii_digit());
    if host.is_empty() || !host.bytes().all(is_plain) || !is_port {
        return None;
    }
    out.push_str(&host.to_ascii_lowercase());
    if !port.is_empty() && port != default_port {
        out.push(':');
        out.push_str(port);
    }
    Some(())
}

/// Decodes what needs no encoding, and writes the rest of the encodings in upper case. `None` for a
/// broken encoding and for bytes that no URL has.
fn decode_unreserved(path: &str) -> Option<String> {
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    let mut out = String::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            if !byte.is_ascii_graphic() {
                return None;
            }
            out.push(char::from(byte));
            continue;
        }
        let (high, low) = (digit(bytes.next())?, digit(bytes.next())?);
        let decoded = u8::try_from(high * 16 + low).ok()?;
        if decoded.is_ascii_alphanumeric() || b"-._~".contains(&decoded) {
            out.push(char::from(decoded));
        } else {
            out.push('%');
            for half in [high, low] {
                out.push(char::from_digit(half, 16)?.to_ascii_uppercase());
            }
        }
    }
    Some(out)
}

/// Appends a path without dot segments (RFC 3986 section 5.2.4): one that is empty or begins with a
/// slash.
fn push_path(out: &mut String, path: &str) {
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_dots = matches!(segment, "." | "..");
        if segment == ".." {
            kept.pop();
        }
        if !is_dots {
            kept.push(segment);
        } else if segments.peek().is_none() {
            kept.push("");
        }
    }
    if kept.is_empty() {
        kept.push("");
    }
    for segment in kept {
        out.push('/');
        out.push_str(segment);
    }
}

#[cfg(test)]
mod tests;
