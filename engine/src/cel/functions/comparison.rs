//! Order and membership.

use std::cmp::Ordering;

use super::cost::comparison_cost;
use crate::cel::budget::Budget;
use crate::cel::error::EvalError;
use crate::cel::value::{List, Value};
use crate::plan::Datum;

#[inline]
pub(super) fn less<'v>(
    a: &Value<'_>,
    b: &Value<'_>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    if let (Value::Int(a), Value::Int(b)) = (a, b) {
        return Ok(Value::Bool(a < b));
    }
    Ok(Value::Bool(order(a, b, budget)? == Some(Ordering::Less)))
}

#[inline]
pub(super) fn less_or_equal<'v>(
    a: &Value<'_>,
    b: &Value<'_>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    if let (Value::Int(a), Value::Int(b)) = (a, b) {
        return Ok(Value::Bool(a <= b));
    }
    let order = order(a, b, budget)?;
    Ok(Value::Bool(order.is_some_and(Ordering::is_le)))
}

/// Order of two values; none where one is NaN, so that every comparison with it is false.
fn order(a: &Value<'_>, b: &Value<'_>, budget: &Budget) -> Result<Option<Ordering>, EvalError> {
    budget.steps(comparison_cost(a, b))?;
    match a.order(b) {
        Some(order) => Ok(Some(order)),
        None if a.is_number() && b.is_number() => Ok(None),
        None => Err(EvalError::Type),
    }
}

/// Whether a list has an element, or a map a key, that is equal to a value. A list costs a step
/// for each element, and what comparing with it takes.
pub(super) fn is_in<'v>(
    needle: &Value<'_>,
    of: &Value<'_>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    match (needle, of) {
        (Value::String(needle), Value::List(List::Borrowed(elements))) => {
            text_is_in(needle, elements, budget).map(Value::Bool)
        }
        (needle, Value::List(list)) => value_is_in(needle, list, budget).map(Value::Bool),
        (
            Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::Double(_) | Value::String(_),
            Value::Map(map),
        ) => {
            if let Value::String(needle) = needle {
                budget.scan(needle.len())?;
            }
            Ok(Value::Bool(map.get(needle).is_some()))
        }
        _ => Err(EvalError::Type),
    }
}

/// Whether text is an element of a list, as a scope is among the scopes of a token. A step for
/// each element, paid beforehand; text of another length is told apart without being read.
pub(in crate::cel) fn text_is_in(
    needle: &str,
    elements: &[Datum],
    budget: &Budget,
) -> Result<bool, EvalError> {
    budget.steps(elements.len())?;
    for element in elements {
        if let Datum::String(text) = element
            && text.len() == needle.len()
        {
            budget.scan(needle.len())?;
            if text == needle {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

fn value_is_in(needle: &Value<'_>, list: &List<'_>, budget: &Budget) -> Result<bool, EvalError> {
    let is_needle = |element: &Value<'_>| {
        budget.steps(1 + comparison_cost(needle, element))?;
        Ok(needle.equals(element))
    };
    match list {
        List::Borrowed(elements) => {
            for element in *elements {
                if is_needle(&element.into())? {
                    return Ok(true);
                }
            }
        }
        List::Owned(elements) => {
            for element in elements.iter() {
                if is_needle(element)? {
                    return Ok(true);
                }
            }
        }
    }
    Ok(false)
}
