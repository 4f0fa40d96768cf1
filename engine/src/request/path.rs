//! The normal form of a path (RFC 3986 sections 3.3 and 6.2.2), and stricter.
//!
//! A path is decided on only if every reader agrees about it: whoever decodes once or twice,
//! resolves dots, merges slashes, cuts at `;`, folds full-width forms or stops at NUL must see the
//! same segments. What could be read in two ways is refused. Segments are matched decoded, so that
//! an escaped letter cannot step past a literal into a capture.

use std::borrow::Cow;

use crate::limits;
use crate::text::cut;

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
    if target.len() > limits::PATH_BYTES {
        return Err(PathError);
    }
    let (path, query) = match cut(target, b'?') {
        Some((path, query)) => (path, Some(query)),
        None => (target, None),
    };
    let may_stand_in_query = |byte: u8| byte.is_ascii_graphic() && byte != b'#';
    if query.is_some_and(|query| !query.bytes().all(may_stand_in_query)) {
        return Err(PathError);
    }
    let inside = path.strip_prefix('/').ok_or(PathError)?;
    let mut segments = Vec::new();
    let mut rest = (!inside.is_empty()).then_some(inside);
    while let Some(here) = rest {
        if segments.len() == limits::PATH_SEGMENTS {
            return Err(PathError);
        }
        let (raw, after) = match cut(here, b'/') {
            Some((raw, after)) => (raw, Some(after)),
            None => (here, None),
        };
        segments.push(segment(raw)?);
        rest = after;
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
    if !raw.bytes().any(|byte| byte == b'%') {
        return Ok(Cow::Borrowed(raw));
    }
    let decoded = super::query::percent_decode(raw.as_bytes(), |byte| byte).ok_or(PathError)?;
    let readable_once = raw.split('%').skip(1).all(|after| {
        let escaped = after
            .get(..2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        escaped.is_some_and(may_be_escaped)
    });
    if !readable_once || decoded.chars().any(looks_like_another) {
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

/// Characters that a reader may take for others: compatibility normalisation (Unicode NFKC) turns
/// them into plain letters, dots or separators, or drops them, or nobody sees them.
const COMPATIBILITY: &[std::ops::RangeInclusive<char>] = &[
    '\u{80}'..='\u{a0}',        // C1 controls, no-break space
    '\u{aa}'..='\u{aa}',        // feminine ordinal
    '\u{ad}'..='\u{ad}',        // soft hyphen
    '\u{b2}'..='\u{b3}',        // superscript digits
    '\u{b9}'..='\u{ba}',        // superscript one, masculine ordinal
    '\u{bc}'..='\u{be}',        // fractions
    '\u{17f}'..='\u{17f}',      // long s
    '\u{2b0}'..='\u{2ff}',      // modifier letters
    '\u{34f}'..='\u{34f}',      // grapheme joiner
    '\u{37e}'..='\u{37e}',      // Greek question mark
    '\u{600}'..='\u{605}',      // Arabic number signs
    '\u{61c}'..='\u{61c}',      // Arabic letter mark
    '\u{6dd}'..='\u{6dd}',      // end of ayah
    '\u{70f}'..='\u{70f}',      // Syriac abbreviation mark
    '\u{890}'..='\u{891}',      // Arabic pound marks
    '\u{8e2}'..='\u{8e2}',      // disputed end of ayah
    '\u{115f}'..='\u{1160}',    // Hangul fillers
    '\u{1680}'..='\u{1680}',    // Ogham space
    '\u{17b4}'..='\u{17b5}',    // invisible Khmer vowels
    '\u{180b}'..='\u{180f}',    // Mongolian selectors
    '\u{1d2c}'..='\u{1dbf}',    // phonetic modifier letters
    '\u{2000}'..='\u{218f}',    // punctuation, super- and subscripts, letterlike, number forms
    '\u{2215}'..='\u{2216}',    // division slash, set minus
    '\u{2460}'..='\u{24ff}',    // enclosed letters and digits
    '\u{29f5}'..='\u{29f9}',    // reverse solidus operators
    '\u{2c7c}'..='\u{2c7d}',    // modifier letters
    '\u{3000}'..='\u{3002}',    // ideographic space and full stop
    '\u{3164}'..='\u{3164}',    // Hangul filler
    '\u{3200}'..='\u{33ff}',    // enclosed and squared CJK
    '\u{a69c}'..='\u{a69d}',    // modifier letters
    '\u{fb00}'..='\u{fb06}',    // Latin ligatures
    '\u{fe00}'..='\u{fe6f}',    // selectors, vertical and small forms
    '\u{feff}'..='\u{ffff}',    // byte order mark, half- and full-width forms, specials
    '\u{110bd}'..='\u{110cd}',  // Kaithi number signs
    '\u{13430}'..='\u{1345f}',  // hieroglyph controls
    '\u{1bca0}'..='\u{1bca3}',  // shorthand controls
    '\u{1d173}'..='\u{1d17a}',  // musical controls
    '\u{1d400}'..='\u{1d7ff}',  // mathematical letters and digits
    '\u{1f100}'..='\u{1f2ff}',  // enclosed letters and ideographs
    '\u{e0000}'..='\u{10ffff}', // tags, selectors, private use
];

fn looks_like_another(character: char) -> bool {
    character > '\u{7f}' && COMPATIBILITY.iter().any(|range| range.contains(&character))
}

#[cfg(test)]
mod tests;
