//! Values as `string(…)` makes text of them, and the text that `timestamp(…)` and `duration(…)`
//! read.

mod duration;
mod timestamp;

use std::fmt::{self, Write as _};

pub(crate) use duration::duration;
pub(crate) use timestamp::timestamp;

use super::value::Value;

/// The text of a value that `string` takes; empty for others.
pub(super) fn string(value: &Value<'_>) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write(value, &mut text);
    text
}

/// Writes what [`string()`] gives. Strings and types as they are; bytes are not looked at.
pub(super) fn write(value: &Value<'_>, out: &mut dyn fmt::Write) -> fmt::Result {
    match value {
        Value::Bool(value) => write!(out, "{value}"),
        Value::Int(value) => write!(out, "{value}"),
        Value::Uint(value) => write!(out, "{value}"),
        Value::Double(value) => double(*value, out),
        Value::String(text) | Value::Type(text) => out.write_str(text),
        Value::Timestamp(value) => timestamp::write(*value, out),
        Value::Duration(value) => duration::write(*value, out),
        Value::Ip(address) => write!(out, "{address}"),
        Value::Cidr(range) => write!(out, "{}/{}", range.address, range.prefix),
        _ => Ok(()),
    }
}

/// The shortest decimal that is this double and no other, never with an exponent.
pub(super) fn double(value: f64, out: &mut dyn fmt::Write) -> fmt::Result {
    match special(value) {
        Some(name) => out.write_str(name),
        None => write!(out, "{value}"),
    }
}

/// The names of doubles that no decimal is.
pub(super) fn special(value: f64) -> Option<&'static str> {
    match value {
        _ if value.is_nan() => Some("NaN"),
        f64::INFINITY => Some("Infinity"),
        f64::NEG_INFINITY => Some("-Infinity"),
        _ => None,
    }
}

/// A fraction of a second, without trailing zeros; nothing if it is zero.
fn write_fraction(nanos: u32, out: &mut dyn fmt::Write) -> fmt::Result {
    if nanos == 0 {
        return Ok(());
    }
    let mut digits = String::with_capacity(10);
    write!(digits, ".{nanos:09}")?;
    out.write_str(digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests;
