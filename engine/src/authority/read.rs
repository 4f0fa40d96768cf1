//! Fields of claims with their types; whatever has another type makes the token malformed.

use crate::decision::Reason;
use crate::json::{Json, Object};
use crate::limits;

pub(super) fn text<'j>(value: &'j Json<'_>) -> Result<&'j str, Reason> {
    match value {
        Json::String(text) => Ok(text),
        _ => Err(Reason::ClaimMalformed),
    }
}

pub(super) fn object<'j, 't>(value: &'j Json<'t>) -> Result<&'j Object<'t>, Reason> {
    match value {
        Json::Object(object) => Ok(object),
        _ => Err(Reason::ClaimMalformed),
    }
}

pub(super) fn array<'j, 't>(value: &'j Json<'t>) -> Result<&'j [Json<'t>], Reason> {
    match value {
        Json::Array(members) if members.len() <= limits::AUTHORITY_MEMBERS => Ok(members),
        _ => Err(Reason::ClaimMalformed),
    }
}

/// A list of texts, each read by a function that may leave it out.
pub(super) fn texts<T>(
    value: &Json<'_>,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Reason> {
    let mut read_ones = Vec::new();
    for member in array(value)? {
        read_ones.extend(read(text(member)?));
    }
    Ok(read_ones)
}

/// What an allocator takes for a block: its size rounded up, and a header.
pub(super) fn block(bytes: usize) -> usize {
    bytes.next_multiple_of(16) + 16
}

/// What a list of texts takes beyond itself.
pub(super) fn texts_bytes(texts: &[String]) -> usize {
    let inside = texts.iter().map(|text| block(text.len()));
    block(size_of_val(texts)) + inside.sum::<usize>()
}
