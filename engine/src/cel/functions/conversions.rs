//! Conversions between types. What does not convert exactly, except for the fraction of a double
//! and the rounding of a number to one, is an error.

use std::rc::Rc;

use crate::cel::budget::Budget;
use crate::cel::error::EvalError;
use crate::cel::text;
use crate::cel::value::{Octets, Text, Value};
use crate::plan::Timestamp;

/// 2^63 and 2^64, which are doubles.
const TWO_63: f64 = 9_223_372_036_854_775_808.0;
const TWO_64: f64 = 18_446_744_073_709_551_616.0;

pub(super) fn to_bool<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Bool(_) => Ok(a.clone()),
        Value::String(text) => match &**text {
            "1" | "t" | "T" | "true" | "True" | "TRUE" => Ok(Value::Bool(true)),
            "0" | "f" | "F" | "false" | "False" | "FALSE" => Ok(Value::Bool(false)),
            _ => Err(EvalError::Conversion),
        },
        _ => Err(EvalError::Type),
    }
}

/// Bytes of a string: its UTF-8, where it is already.
pub(super) fn to_bytes<'v>(a: Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Bytes(_) => Ok(a),
        Value::String(Text::Borrowed(text)) => Ok(Value::Bytes(Octets::Borrowed(text.as_bytes()))),
        Value::String(Text::Owned(text)) => {
            budget.scan(text.len())?;
            Ok(Value::Bytes(Octets::Owned(Rc::from(text))))
        }
        _ => Err(EvalError::Type),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "CEL rounds to the nearest double"
)]
pub(super) fn to_double<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Double(_) => Ok(a.clone()),
        Value::Int(a) => Ok(Value::Double(*a as f64)),
        Value::Uint(a) => Ok(Value::Double(*a as f64)),
        Value::String(text) => read(text, |text| text.parse().ok().map(Value::Double), budget),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn to_duration<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Duration(_) => Ok(a.clone()),
        Value::String(text) => read(
            text,
            |text| text::duration(text).map(Value::Duration),
            budget,
        ),
        _ => Err(EvalError::Type),
    }
}

/// Whole numbers; of doubles without what is behind the point; of timestamps the seconds.
pub(super) fn to_int<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Int(_) => Ok(a.clone()),
        Value::Uint(a) => i64::try_from(*a)
            .map(Value::Int)
            .map_err(|_| EvalError::Overflow),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "within the range of i64; the fraction is meant to go"
        )]
        Value::Double(a) if *a > -TWO_63 && *a < TWO_63 => Ok(Value::Int(*a as i64)),
        Value::Double(_) => Err(EvalError::Overflow),
        Value::String(text) => read(text, |text| text.parse().ok().map(Value::Int), budget),
        Value::Timestamp(time) => Ok(Value::Int(time.seconds)),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn to_uint<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Uint(_) => Ok(a.clone()),
        Value::Int(a) => u64::try_from(*a)
            .map(Value::Uint)
            .map_err(|_| EvalError::Overflow),
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within the range of u64; the fraction is meant to go"
        )]
        Value::Double(a) if *a >= 0.0 && *a < TWO_64 => Ok(Value::Uint(*a as u64)),
        Value::Double(_) => Err(EvalError::Overflow),
        // A number without a sign has none at all.
        Value::String(text) if text.starts_with('+') => Err(EvalError::Conversion),
        Value::String(text) => read(text, |text| text.parse().ok().map(Value::Uint), budget),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn to_string<'v>(a: Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    match a {
        Value::String(_) => Ok(a),
        Value::Bytes(octets) => utf8(octets, budget),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Uint(_)
        | Value::Double(_)
        | Value::Timestamp(_)
        | Value::Duration(_)
        | Value::Ip(_)
        | Value::Cidr(_) => {
            // A few hundred bytes at most, whatever the value.
            let text = text::string(&a);
            budget.allocate(text.len())?;
            Ok(Value::owned_text(text))
        }
        _ => Err(EvalError::Type),
    }
}

fn utf8<'v>(octets: Octets<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    budget.scan(octets.len())?;
    match octets {
        Octets::Borrowed(octets) => {
            let text = str::from_utf8(octets).map_err(|_| EvalError::Conversion)?;
            Ok(Value::text(text))
        }
        Octets::Owned(octets) => {
            let text = str::from_utf8(&octets).map_err(|_| EvalError::Conversion)?;
            budget.allocate(text.len())?;
            Ok(Value::owned_text(text))
        }
    }
}

pub(super) fn to_timestamp<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Timestamp(_) => Ok(a.clone()),
        Value::Int(seconds) => {
            let time = Timestamp {
                seconds: *seconds,
                nanos: 0,
            };
            let inside = time.is_in_range().then_some(Value::Timestamp(time));
            inside.ok_or(EvalError::Overflow)
        }
        Value::String(text) => read(
            text,
            |text| text::timestamp(text).map(Value::Timestamp),
            budget,
        ),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn type_of<'v>(a: &Value<'_>) -> Value<'v> {
    Value::Type(Text::Borrowed(a.type_name()))
}

/// What a text says, every character of which may have to be looked at.
fn read<'v>(
    text: &str,
    says: impl Fn(&str) -> Option<Value<'v>>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    budget.steps(text.len() / 16)?;
    says(text).ok_or(EvalError::Conversion)
}
