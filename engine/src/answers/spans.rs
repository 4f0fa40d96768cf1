//! Where the members and elements of JSON stand in its text.
//!
//! Only text that the strict reader took comes here, so there is nothing to check: strings, nesting
//! and commas are enough to find the places, without recursion. A reader that keeps places (raw
//! values of `serde_json`) would allocate each of them and put a second deserializer into the
//! module. Names and values come from what was read, in the order of the text; a count that
//! differs is an error.

use std::ops::Range;

use super::error::AnswerError;
use crate::json::{Json, Object};

/// A value and its place in the text.
pub(super) struct Placed<'j> {
    /// The name of a member; of an element, nothing.
    pub(super) name: &'j str,
    /// As it was read.
    pub(super) value: &'j Json<'j>,
    /// From its first byte to behind its last.
    pub(super) at: Range<usize>,
}

/// The place of the one value of a text.
pub(super) fn whole(text: &[u8]) -> Result<Range<usize>, AnswerError> {
    let start = blank(text, 0);
    Ok(start..end(text, start).ok_or(AnswerError::Json)?)
}

/// The members of the object that stands there.
pub(super) fn members<'j>(
    text: &[u8],
    at: &Range<usize>,
    object: &'j Object<'j>,
) -> Result<Vec<Placed<'j>>, AnswerError> {
    placed(text, at, object.members().collect())
}

/// The elements of the array that stands there.
pub(super) fn elements<'j>(
    text: &[u8],
    at: &Range<usize>,
    array: &'j [Json<'j>],
) -> Result<Vec<Placed<'j>>, AnswerError> {
    placed(text, at, array.iter().map(|value| ("", value)).collect())
}

fn placed<'j>(
    text: &[u8],
    at: &Range<usize>,
    values: Vec<(&'j str, &'j Json<'j>)>,
) -> Result<Vec<Placed<'j>>, AnswerError> {
    let places = places(text, at.start).ok_or(AnswerError::Json)?;
    if places.len() != values.len() {
        return Err(AnswerError::Json);
    }
    let placed = values.into_iter().zip(places);
    Ok(placed
        .map(|((name, value), at)| Placed { name, value, at })
        .collect())
}

/// The places of the values in the object or array that begins there.
fn places(text: &[u8], start: usize) -> Option<Vec<Range<usize>>> {
    let named = *text.get(start)? == b'{';
    let mut places = Vec::new();
    let mut at = blank(text, start + 1);
    while !matches!(text.get(at)?, b'}' | b']') {
        if named {
            at = blank(text, string(text, at)?);
            at = blank(text, at + 1); // the colon
        }
        let value = at..end(text, at)?;
        at = blank(text, value.end);
        places.push(value);
        if *text.get(at)? == b',' {
            at = blank(text, at + 1);
        }
    }
    Some(places)
}

/// Behind the value that begins there.
fn end(text: &[u8], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = start;
    loop {
        match text.get(at) {
            Some(b'"') => at = string(text, at)?,
            Some(b'{' | b'[') => {
                depth += 1;
                at += 1;
                continue;
            }
            Some(b'}' | b']') => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            Some(b',' | b':' | b' ' | b'\t' | b'\n' | b'\r') if depth > 0 => at += 1,
            _ => at = scalar(text, at)?,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Behind the string that begins there.
fn string(text: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// Behind the number or word that begins there; nothing where none does.
fn scalar(text: &[u8], start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let length = rest.iter().take_while(|byte| is_part(byte)).count();
    (length > 0).then_some(start + length)
}

/// Behind the white space that begins there.
fn blank(text: &[u8], start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    start + rest.iter().take_while(is_blank).count()
}
