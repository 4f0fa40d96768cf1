//! The normal form of a path (RFC 3986 sections 3.3 and 6.2.2), and stricter.
//!
//! A path is decided on only if every reader agrees about it: whoever decodes once or twice,
//! resolves dots, merges slashes, cuts at `;`, folds full-width forms or stops at NUL must see the
//! same segments. What could be read in two ways is refused. Segments are matched decoded, so that
//! an escaped letter cannot step past a literal into a capture.

use std::borrow::Cow;

use crate::limits;

/// The path is not in normal form or could be read in two ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a path in normal form")]
pub struct PathError;

/// A request target in origin form, taken apart.
#[derive(Debug, PartialEq, Eq)]
pub struct Target<'r> {
    /// Path with query, as sent.
    pub whole: &'r str,
    /// Path without the query, as sent.
    pub path: &'r str,
    /// Query without `?`, as sent.
    pub query: Option<&'r str>,
    /// The path's segments, decoded. `/` has none.
    pub segments: Vec<Cow<'r, str>>,
}

/// Takes a request target apart.
///
/// # Errors
/// [`PathError`].
pub fn parse(target: &str) -> Result<Target<'_>, PathError> {
    if target.len() > limits::PATH_BYTES || target.contains('#') {
        return Err(PathError);
    }
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let inside = path.strip_prefix('/').ok_or(PathError)?;
    if query.is_some_and(|query| query.bytes().any(|byte| !byte.is_ascii_graphic())) {
        return Err(PathError);
    }
    let mut segments = Vec::new();
    if !inside.is_empty() {
        for raw in inside.split('/') {
            if segments.len() == limits::PATH_SEGMENTS {
                return Err(PathError);
            }
            segments.push(segment(raw)?);
        }
    }
    Ok(Target {
        whole: target,
        path,
        query,
        segments,
    })
}

/// Decodes one segment.
///
/// # Errors
/// [`PathError`].
pub fn segment(raw: &str) -> Result<Cow<'_, str>, PathError> {
    if matches!(raw, "" | "." | "..") || !raw.bytes().all(may_stand) {
        return Err(PathError);
    }
    if !raw.contains('%') {
        return Ok(Cow::Borrowed(raw));
    }
    let decoded = super::query::percent_decode(raw.as_bytes(), |byte| byte).ok_or(PathError)?;
    let readable_once = raw.split('%').skip(1).all(|after| {
        let escaped = after
            .get(..2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        escaped.is_some_and(may_be_escaped)
    });
    if !readable_once || decoded.chars().any(looks_like_syntax) {
        return Err(PathError);
    }
    Ok(Cow::Owned(decoded))
}

/// `pchar` without `;`: a server may take that and what follows off as a parameter.
fn may_stand(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,=:@%".contains(&byte)
}

/// What may be written as an escape. Not what needs none (RFC 3986 section 6.2.2.2), not what
/// means something to the next reader: separators, dots, `%` itself, controls.
fn may_be_escaped(byte: u8) -> bool {
    let needs_none = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let means_something = byte.is_ascii_control() || b"/\\%;?#".contains(&byte);
    !needs_none && !means_something
}

/// Characters that compatibility normalisation (Unicode NFKC) or a careless eye turns into
/// separators or dots, and the invisible ones.
fn looks_like_syntax(character: char) -> bool {
    matches!(
        character,
        '\u{2024}'
            ..='\u{2026}'
                | '\u{2044}'
                | '\u{2215}'
                | '\u{29f8}'
                | '\u{ff0e}'
                | '\u{ff0f}'
                | '\u{ff3c}'
                | '\u{fe52}'
                | '\u{fe68}'
                | '\u{ff05}'
                | '\u{ff1b}'
                | '\u{ff1f}'
                | '\u{ff03}'
                | '\u{37e}'
                | '\u{2216}'
                | '\u{3002}'
                | '\u{ff61}'
    ) || character.is_control()
        || matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests;
