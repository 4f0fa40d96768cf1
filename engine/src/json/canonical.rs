//! The canonical text of a JSON value (RFC 8785), and its hash.

use std::cmp::Ordering;

use sha2::{Digest as _, Sha256};

use super::{Json, Object};
use crate::order::sorted;

/// The canonical text. Numbers are doubles, as RFC 8785 section 3.2.2.3 has it, also where they
/// were written as integers that a double cannot hold. The value has to come from a
/// [`Reader`](super::reader::Reader): what [`parse`](super::parse) reads may have doubles that are
/// off by their last bit.
#[must_use]
pub fn canonical(value: &Json<'_>) -> String {
    let mut text = String::new();
    write(&mut text, value);
    text
}

/// SHA-256 over the canonical text.
#[must_use]
pub fn digest(value: &Json<'_>) -> [u8; 32] {
    Sha256::digest(canonical(value)).into()
}

/// [`digest`] of an object.
#[must_use]
pub fn digest_of_members(object: &Object<'_>) -> [u8; 32] {
    let mut text = String::new();
    members(&mut text, object);
    Sha256::digest(text).into()
}

/// [`digest`] of the definition of what can be called, without `_meta`, which is about the answer
/// that it stands in.
#[must_use]
pub fn definition(value: &Json<'_>) -> [u8; 32] {
    match value {
        Json::Object(object) => digest_of_members(&object.without("_meta")),
        other => digest(other),
    }
}

// It goes as deep as the reader let the value be.
fn write(out: &mut String, value: &Json<'_>) {
    match value {
        Json::Null => out.push_str("null"),
        Json::Bool(true) => out.push_str("true"),
        Json::Bool(false) => out.push_str("false"),
        // What a double holds exactly is written as it is (section 3.2.2.3).
        Json::Int(int) if value.is_exact() => out.push_str(&int.to_string()),
        #[expect(clippy::cast_precision_loss, reason = "numbers are doubles here")]
        Json::Int(int) => number(out, *int as f64),
        Json::Double(double) => number(out, *double),
        Json::String(text) => string(out, text),
        Json::Array(elements) => {
            out.push('[');
            for (position, element) in elements.iter().enumerate() {
                if position > 0 {
                    out.push(',');
                }
                write(out, element);
            }
            out.push(']');
        }
        Json::Object(object) => members(out, object),
    }
}

fn members(out: &mut String, object: &Object<'_>) {
    // By UTF-16 code units (section 3.2.3), which is another order than that of UTF-8.
    let members = sorted(object.members().collect(), |(a, _), (b, _)| order(a, b));
    out.push('{');
    for (position, (name, value)) in members.into_iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        string(out, name);
        out.push(':');
        write(out, value);
    }
    out.push('}');
}

/// By UTF-16 code units, which for ASCII are its bytes.
pub(crate) fn order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() {
        return a.cmp(b);
    }
    a.encode_utf16().cmp(b.encode_utf16())
}

fn number(out: &mut String, number: f64) {
    out.push_str(ryu_js::Buffer::new().format(number));
}

/// A string with the fewest escapes (section 3.2.2.2).
pub(crate) fn string(out: &mut String, text: &str) {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    out.push('"');
    // Nearly all text needs none.
    if !text
        .bytes()
        .any(|byte| byte < b' ' || byte == b'"' || byte == b'\\')
    {
        out.push_str(text);
        out.push('"');
        return;
    }
    for char in text.chars() {
        let escaped = match char {
            '"' | '\\' => char,
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{c}' => 'f',
            '\r' => 'r',
            '\0'..='\u{1f}' => {
                out.push_str("\\u00");
                out.push(if char < '\u{10}' { '0' } else { '1' });
                out.extend(DIGITS.get(char as usize % 16));
                continue;
            }
            _ => {
                out.push(char);
                continue;
            }
        };
        out.push('\\');
        out.push(escaped);
    }
    out.push('"');
}

#[cfg(test)]
mod tests;
