//! How long the names, numbers and strings are that stand at the start of a text.
//!
//! As in CEL's grammar, and the longest that fits: were one longer here than there, brackets
//! could hide in it.

use std::ops::Range;

/// What is wrong with a string literal.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It does not end.
    Open,
    /// An escape that CEL does not have.
    Escape(Range<usize>),
}

/// A name or keyword.
pub(super) fn word(text: &str) -> Option<usize> {
    let begins = text.starts_with(|each: char| each.is_ascii_alphabetic() || each == '_');
    begins.then(|| run(text, is_word))
}

/// A member's name between backticks.
pub(super) fn quoted(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('`')?;
    let length = run(inside, |each| {
        is_word(each) || matches!(each, '.' | '-' | '/' | ' ')
    });
    let ends = inside.get(length..)?.starts_with('`');
    (ends && length > 0).then_some(length + 2)
}

/// A number: digits, a fraction, an exponent; hexadecimal digits; `u`.
pub(super) fn number(text: &str) -> Option<usize> {
    let digits = run(text, |each| each.is_ascii_digit());
    let hexadecimal = text
        .strip_prefix("0x")
        .map_or(0, |text| run(text, |each| each.is_ascii_hexdigit()));
    if hexadecimal > 0 {
        return Some(unsigned(text, 2 + hexadecimal));
    }
    let behind = |at: usize| text.get(at..).unwrap_or("");
    let fraction = behind(digits)
        .strip_prefix('.')
        .map_or(0, |text| run(text, |each| each.is_ascii_digit()));
    let mantissa = match fraction {
        0 => digits,
        _ => digits + 1 + fraction,
    };
    if mantissa == 0 {
        return None;
    }
    let exponent = behind(mantissa).strip_prefix(['e', 'E']).map(|text| {
        let sign = usize::from(text.starts_with(['+', '-']));
        let digits = run(text.get(sign..).unwrap_or(""), |each| each.is_ascii_digit());
        (1 + sign, digits)
    });
    Some(match (exponent, fraction) {
        (Some((before, digits)), _) if digits > 0 => mantissa + before + digits,
        (_, 0) => unsigned(text, mantissa),
        _ => mantissa,
    })
}

/// With the `u` behind a whole number.
fn unsigned(text: &str, length: usize) -> usize {
    let suffix = text
        .get(length..)
        .is_some_and(|rest| rest.starts_with(['u', 'U']));
    length + usize::from(suffix)
}

/// A string or bytes literal, if one begins here.
pub(super) fn string(text: &str) -> Option<Result<usize, Flaw>> {
    let bytes = usize::from(text.starts_with(['b', 'B']));
    let raw = text.get(bytes..)?.starts_with(['r', 'R']);
    let prefix = bytes + usize::from(raw);
    let literal = text.get(prefix..)?;
    let quote = literal
        .chars()
        .next()
        .filter(|each| matches!(each, '\'' | '"'))?;
    let triple: String = [quote; 3].iter().collect();
    let closing = if literal.starts_with(&triple) {
        triple
    } else {
        quote.to_string()
    };
    Some(end(text, prefix + closing.len(), &closing, raw))
}

/// Where a string ends whose text begins at a byte.
fn end(text: &str, start: usize, closing: &str, raw: bool) -> Result<usize, Flaw> {
    let mut at = start;
    loop {
        let left = text.get(at..).unwrap_or("");
        if left.starts_with(closing) {
            return Ok(at + closing.len());
        }
        match left.chars().next().ok_or(Flaw::Open)? {
            '\\' if !raw => {
                at += escape(left).ok_or_else(|| {
                    let length: usize = left.chars().take(2).map(char::len_utf8).sum();
                    Flaw::Escape(at..at + length)
                })?;
            }
            '\n' | '\r' if closing.len() == 1 => return Err(Flaw::Open),
            each => at += each.len_utf8(),
        }
    }
}

/// The length of the escape at the start of a text, if CEL has it.
fn escape(text: &str) -> Option<usize> {
    let kind = text.chars().nth(1)?;
    let digits = |radix: u32, count: usize| {
        let digits = text.chars().skip(2).take(count);
        let found = digits.filter(|each| each.is_digit(radix)).count();
        (found == count).then_some(2 + count)
    };
    match kind {
        'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '\\' | '?' | '\'' | '"' | '`' => Some(2),
        'x' | 'X' => digits(16, 2),
        'u' => digits(16, 4),
        'U' => digits(16, 8),
        '0'..='3' => digits(8, 2),
        _ => None,
    }
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// The bytes at the start of a text whose characters all pass.
fn run(text: &str, passes: impl Fn(char) -> bool) -> usize {
    text.find(|each| !passes(each)).unwrap_or(text.len())
}
