//! Extension: optionals. Which operands of `or` and `orValue` are looked at, and what `optMap` does,
//! is the evaluator's.

use super::VALUE_BYTES;
use crate::cel::budget::Budget;
use crate::cel::error::EvalError;
use crate::cel::value::Value;
use crate::plan::Duration;

pub(super) fn of<'v>(a: Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    budget.allocate(VALUE_BYTES)?;
    Ok(Value::some(a))
}

pub(super) fn of_non_zero<'v>(a: Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    if is_zero(&a) {
        return Ok(Value::Optional(None));
    }
    of(a, budget)
}

/// Whether it is what a field is that nobody has set.
fn is_zero(value: &Value<'_>) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => !value,
        Value::Int(value) => *value == 0,
        Value::Uint(value) => *value == 0,
        Value::Double(value) => *value == 0.0,
        Value::String(text) => text.is_empty(),
        Value::Bytes(octets) => octets.is_empty(),
        Value::Timestamp(time) => time.seconds == 0 && time.nanos == 0,
        Value::Duration(duration) => *duration == Duration(0),
        Value::List(list) => list.is_empty(),
        Value::Map(map) => map.is_empty(),
        // An empty optional is no zero value: it holds its place.
        Value::Optional(_) | Value::Type(_) | Value::Ip(_) | Value::Cidr(_) => false,
    }
}

pub(super) fn has_value<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Optional(value) => Ok(Value::Bool(value.is_some())),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn value<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Optional(Some(value)) => Ok((**value).clone()),
        Value::Optional(None) => Err(EvalError::NoValue),
        _ => Err(EvalError::Type),
    }
}

/// The values of those that have one.
pub(super) fn unwrap<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    let Value::List(list) = a else {
        return Err(EvalError::Type);
    };
    budget.allocate(list.len().saturating_mul(VALUE_BYTES))?;
    let mut values = Vec::new();
    for element in list.iter() {
        match element {
            Value::Optional(value) => values.extend(value.map(|value| (*value).clone())),
            _ => return Err(EvalError::Type),
        }
    }
    Ok(Value::owned_list(values))
}
