//! Arithmetic. Operands have the same type or are times; nothing wraps around and nothing is
//! rounded but doubles.

use super::VALUE_BYTES;
use crate::cel::budget::Budget;
use crate::cel::error::EvalError;
use crate::cel::value::{List, Octets, Text, Value};
use crate::plan::{Duration, Timestamp};

const SECOND: i64 = 1_000_000_000;

pub(super) fn negate<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Int(a) => a.checked_neg().map(Value::Int).ok_or(EvalError::Overflow),
        Value::Double(a) => Ok(Value::Double(-a)),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn add<'v>(a: Value<'v>, b: Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => int(a.checked_add(b)),
        (Value::Uint(a), Value::Uint(b)) => uint(a.checked_add(b)),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a + b)),
        (Value::String(a), Value::String(b)) => strings(a, b, budget),
        (Value::Bytes(a), Value::Bytes(b)) => octets(a, b, budget),
        (Value::List(a), Value::List(b)) => lists(a, b, budget),
        (Value::Timestamp(a), Value::Duration(b)) | (Value::Duration(b), Value::Timestamp(a)) => {
            shifted(a, i128::from(b.0))
        }
        (Value::Duration(a), Value::Duration(b)) => duration(a.0.checked_add(b.0)),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn subtract<'v>(a: &Value<'v>, b: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => int(a.checked_sub(*b)),
        (Value::Uint(a), Value::Uint(b)) => uint(a.checked_sub(*b)),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a - b)),
        (Value::Timestamp(a), Value::Duration(b)) => shifted(*a, -i128::from(b.0)),
        (Value::Timestamp(a), Value::Timestamp(b)) => {
            duration(i64::try_from(nanos(*a) - nanos(*b)).ok())
        }
        (Value::Duration(a), Value::Duration(b)) => duration(a.0.checked_sub(b.0)),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn multiply<'v>(a: &Value<'v>, b: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => int(a.checked_mul(*b)),
        (Value::Uint(a), Value::Uint(b)) => uint(a.checked_mul(*b)),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a * b)),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn divide<'v>(a: &Value<'v>, b: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match (a, b) {
        (Value::Int(_), Value::Int(0)) | (Value::Uint(_), Value::Uint(0)) => {
            Err(EvalError::DivisionByZero)
        }
        (Value::Int(a), Value::Int(b)) => int(a.checked_div(*b)),
        (Value::Uint(a), Value::Uint(b)) => uint(a.checked_div(*b)),
        (Value::Double(a), Value::Double(b)) => Ok(Value::Double(a / b)),
        _ => Err(EvalError::Type),
    }
}

/// What division leaves, with the sign of the first operand.
pub(super) fn remainder<'v>(a: &Value<'v>, b: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match (a, b) {
        (Value::Int(_), Value::Int(0)) | (Value::Uint(_), Value::Uint(0)) => {
            Err(EvalError::DivisionByZero)
        }
        (Value::Int(a), Value::Int(b)) => int(a.checked_rem(*b)),
        (Value::Uint(a), Value::Uint(b)) => uint(a.checked_rem(*b)),
        _ => Err(EvalError::Type),
    }
}

fn int<'v>(result: Option<i64>) -> Result<Value<'v>, EvalError> {
    result.map(Value::Int).ok_or(EvalError::Overflow)
}

fn uint<'v>(result: Option<u64>) -> Result<Value<'v>, EvalError> {
    result.map(Value::Uint).ok_or(EvalError::Overflow)
}

fn duration<'v>(result: Option<i64>) -> Result<Value<'v>, EvalError> {
    let duration = result.map(|nanos| Value::Duration(Duration(nanos)));
    duration.ok_or(EvalError::Overflow)
}

/// Nanoseconds since the epoch: more than fit in 64 bits.
fn nanos(time: Timestamp) -> i128 {
    i128::from(time.seconds) * i128::from(SECOND) + i128::from(time.nanos)
}

fn shifted<'v>(time: Timestamp, by: i128) -> Result<Value<'v>, EvalError> {
    let nanos = nanos(time) + by;
    let second = i128::from(SECOND);
    let shifted = Timestamp {
        seconds: i64::try_from(nanos.div_euclid(second)).map_err(|_| EvalError::Overflow)?,
        nanos: u32::try_from(nanos.rem_euclid(second)).map_err(|_| EvalError::Overflow)?,
    };
    if !shifted.is_in_range() {
        return Err(EvalError::Overflow);
    }
    Ok(Value::Timestamp(shifted))
}

fn strings<'v>(a: Text<'v>, b: Text<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    if b.is_empty() {
        return Ok(Value::String(a));
    }
    if a.is_empty() {
        return Ok(Value::String(b));
    }
    budget.allocate(a.len() + b.len())?;
    Ok(Value::owned_text([&*a, &*b].concat()))
}

fn octets<'v>(a: Octets<'v>, b: Octets<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    if b.is_empty() {
        return Ok(Value::Bytes(a));
    }
    if a.is_empty() {
        return Ok(Value::Bytes(b));
    }
    budget.allocate(a.len() + b.len())?;
    Ok(Value::Bytes(Octets::Owned([&*a, &*b].concat().into())))
}

fn lists<'v>(a: List<'v>, b: List<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    if b.is_empty() {
        return Ok(Value::List(a));
    }
    if a.is_empty() {
        return Ok(Value::List(b));
    }
    budget.allocate((a.len() + b.len()) * VALUE_BYTES)?;
    Ok(Value::owned_list(
        a.iter().chain(b.iter()).collect::<Vec<_>>(),
    ))
}
