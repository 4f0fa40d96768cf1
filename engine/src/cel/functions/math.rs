//! Extension: math.

use std::borrow::Borrow;
use std::cmp::Ordering;

use crate::cel::budget::Budget;
use crate::cel::error::EvalError;
use crate::cel::value::Value;

/// The greatest number of a list, or a number itself.
pub(super) fn greatest_of<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    match a {
        Value::List(list) => greatest_in(list.iter(), budget),
        a if a.is_number() => Ok(a.clone()),
        _ => Err(EvalError::Type),
    }
}

/// The least number of a list, or a number itself.
pub(super) fn least_of<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    match a {
        Value::List(list) => least_in(list.iter(), budget),
        a if a.is_number() => Ok(a.clone()),
        _ => Err(EvalError::Type),
    }
}

/// The greatest of numbers; an error if there are none.
pub(super) fn greatest_in<'v, V: Borrow<Value<'v>>>(
    numbers: impl Iterator<Item = V>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    extreme(numbers, Ordering::Less, budget)
}

/// The least of numbers; an error if there are none.
pub(super) fn least_in<'v, V: Borrow<Value<'v>>>(
    numbers: impl Iterator<Item = V>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    extreme(numbers, Ordering::Greater, budget)
}

pub(super) fn greatest<'v>(a: &Value<'v>, b: &Value<'v>) -> Result<Value<'v>, EvalError> {
    either(a, b, Ordering::Less)
}

pub(super) fn least<'v>(a: &Value<'v>, b: &Value<'v>) -> Result<Value<'v>, EvalError> {
    either(a, b, Ordering::Greater)
}

fn extreme<'v, V: Borrow<Value<'v>>>(
    numbers: impl Iterator<Item = V>,
    gives_way: Ordering,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let mut best: Option<Value<'v>> = None;
    for number in numbers {
        budget.step()?;
        let number = number.borrow();
        best = Some(either(best.as_ref().unwrap_or(number), number, gives_way)?);
    }
    best.ok_or(EvalError::Argument)
}

/// The first, unless it compares with the second in the way in which it gives way. Nothing is
/// greater or less than NaN: there is no answer with one.
fn either<'v>(a: &Value<'v>, b: &Value<'v>, gives_way: Ordering) -> Result<Value<'v>, EvalError> {
    if !a.is_number() || !b.is_number() {
        return Err(EvalError::Type);
    }
    match a.order(b) {
        None => Err(EvalError::Argument),
        Some(order) if order == gives_way => Ok(b.clone()),
        Some(_) => Ok(a.clone()),
    }
}

pub(super) fn abs<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Int(a) => a.checked_abs().map(Value::Int).ok_or(EvalError::Overflow),
        Value::Uint(a) => Ok(Value::Uint(*a)),
        Value::Double(a) => Ok(Value::Double(a.abs())),
        _ => Err(EvalError::Type),
    }
}

/// -1, 0 or 1, of the operand's type; NaN of NaN.
pub(super) fn sign<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Int(a) => Ok(Value::Int(a.signum())),
        Value::Uint(a) => Ok(Value::Uint((*a).min(1))),
        Value::Double(a) if *a == 0.0 => Ok(Value::Double(0.0)),
        Value::Double(a) => Ok(Value::Double(a.signum())),
        _ => Err(EvalError::Type),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a root is a double whatever it is of"
)]
pub(super) fn sqrt<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Int(a) => Ok(Value::Double((*a as f64).sqrt())),
        Value::Uint(a) => Ok(Value::Double((*a as f64).sqrt())),
        Value::Double(a) => Ok(Value::Double(a.sqrt())),
        _ => Err(EvalError::Type),
    }
}

/// A double made whole in some way; it stays a double.
pub(super) fn rounded<'v>(
    a: &Value<'v>,
    round: impl Fn(f64) -> f64,
) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Double(a) => Ok(Value::Double(round(*a))),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn is<'v>(
    a: &Value<'v>,
    question: impl Fn(f64) -> bool,
) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Double(a) => Ok(Value::Bool(question(*a))),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn bits<'v>(
    a: &Value<'v>,
    b: &Value<'v>,
    join: impl Fn(u64, u64) -> u64,
) -> Result<Value<'v>, EvalError> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => {
            let joined = join(a.cast_unsigned(), b.cast_unsigned());
            Ok(Value::Int(joined.cast_signed()))
        }
        (Value::Uint(a), Value::Uint(b)) => Ok(Value::Uint(join(*a, *b))),
        _ => Err(EvalError::Type),
    }
}

pub(super) fn bit_not<'v>(a: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match a {
        Value::Int(a) => Ok(Value::Int(!a)),
        Value::Uint(a) => Ok(Value::Uint(!a)),
        _ => Err(EvalError::Type),
    }
}

/// Zeros come in from either side, whatever the sign; beyond 63 places nothing else is left.
pub(super) fn shift<'v>(
    a: &Value<'v>,
    places: &Value<'v>,
    shift: impl Fn(u64, u32) -> Option<u64>,
) -> Result<Value<'v>, EvalError> {
    let Value::Int(places) = places else {
        return Err(EvalError::Type);
    };
    let shifted = |bits| {
        let places = u64::try_from(*places).map_err(|_| EvalError::Argument)?;
        let places = u32::try_from(places).ok();
        Ok(places.and_then(|places| shift(bits, places)).unwrap_or(0))
    };
    match a {
        Value::Int(a) => Ok(Value::Int(shifted(a.cast_unsigned())?.cast_signed())),
        Value::Uint(a) => Ok(Value::Uint(shifted(*a)?)),
        _ => Err(EvalError::Type),
    }
}
