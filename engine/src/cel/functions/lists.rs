//! Extension: lists. Copies of elements share what the elements are made of.

use std::cmp::Ordering;

use super::VALUE_BYTES;
use super::cost::comparison_cost;
use crate::cel::budget::Budget;
use crate::cel::error::EvalError;
use crate::cel::value::{List, Value};
use crate::order::sorted;

fn list<'a, 'v>(a: &'a Value<'v>) -> Result<&'a List<'v>, EvalError> {
    match a {
        Value::List(list) => Ok(list),
        _ => Err(EvalError::Type),
    }
}

/// The elements that are equal to none before them.
pub(super) fn distinct<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    let list = list(a)?;
    budget.allocate(list.len().saturating_mul(VALUE_BYTES))?;
    let mut distinct: Vec<Value<'v>> = Vec::new();
    for element in list.iter() {
        budget.step()?;
        if !holds(&distinct, &element, budget)? {
            distinct.push(element);
        }
    }
    Ok(Value::owned_list(distinct))
}

fn holds(elements: &[Value<'_>], element: &Value<'_>, budget: &Budget) -> Result<bool, EvalError> {
    for other in elements {
        budget.steps(1 + comparison_cost(other, element))?;
        if other.equals(element) {
            return Ok(true);
        }
    }
    Ok(false)
}

pub(super) fn first<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    budget.allocate(VALUE_BYTES)?;
    Ok(Value::optional(list(a)?.get(0)))
}

pub(super) fn last<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    let list = list(a)?;
    budget.allocate(VALUE_BYTES)?;
    let last = list.len().checked_sub(1);
    Ok(Value::optional(last.and_then(|last| list.get(last))))
}

/// With the elements of lists in their places, so many lists deep.
pub(super) fn flatten<'v>(
    a: &Value<'v>,
    depth: i64,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let list = list(a)?;
    if depth < 0 {
        return Err(EvalError::Argument);
    }
    let mut flat = Vec::new();
    flatten_into(&mut flat, list, depth, budget)?;
    Ok(Value::owned_list(flat))
}

/// Recursion goes as deep as values do.
fn flatten_into<'v>(
    flat: &mut Vec<Value<'v>>,
    list: &List<'v>,
    depth: i64,
    budget: &Budget,
) -> Result<(), EvalError> {
    for element in list.iter() {
        budget.step()?;
        match element {
            Value::List(inner) if depth > 0 => flatten_into(flat, &inner, depth - 1, budget)?,
            element => {
                budget.allocate(VALUE_BYTES)?;
                flat.push(element);
            }
        }
    }
    Ok(())
}

/// The whole numbers from 0 up to one, without it.
pub(super) fn range<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    let Value::Int(end) = a else {
        return Err(EvalError::Type);
    };
    if *end < 0 {
        return Err(EvalError::Argument);
    }
    let length = usize::try_from(*end).unwrap_or(usize::MAX);
    budget.allocate(length.saturating_mul(VALUE_BYTES))?;
    Ok(Value::owned_list(
        (0..*end).map(Value::Int).collect::<Vec<_>>(),
    ))
}

/// The elements from a position up to another one.
pub(super) fn slice<'v>(
    a: &Value<'v>,
    from: &Value<'v>,
    to: &Value<'v>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let (Value::List(list), Value::Int(from), Value::Int(to)) = (a, from, to) else {
        return Err(EvalError::Type);
    };
    let from = usize::try_from(*from).map_err(|_| EvalError::Argument)?;
    let to = usize::try_from(*to).map_err(|_| EvalError::Argument)?;
    let length = to.checked_sub(from).ok_or(EvalError::Argument)?;
    match list {
        List::Borrowed(elements) => {
            let slice = elements.get(from..to).ok_or(EvalError::Argument)?;
            Ok(Value::List(List::Borrowed(slice)))
        }
        List::Owned(elements) => {
            let slice = elements.get(from..to).ok_or(EvalError::Argument)?;
            budget.allocate(length.saturating_mul(VALUE_BYTES))?;
            Ok(Value::owned_list(slice))
        }
    }
}

/// Elements in their own order.
pub(super) fn sort<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    let list = list(a)?;
    budget.allocate(list.len().saturating_mul(2 * VALUE_BYTES))?;
    let keyed = list.iter().map(|element| (element.clone(), element));
    sort_by(keyed.collect(), budget)
}

/// Elements in the order of their keys; equal ones stay as they were. Keys have one type, which
/// has an order, and none of them is NaN.
pub(in crate::cel) fn sort_by<'v>(
    keyed: Vec<(Value<'v>, Value<'v>)>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let rounds = keyed.len().checked_ilog2().unwrap_or(0) as usize + 1;
    budget.steps(keyed.len().saturating_mul(rounds))?;
    budget.allocate(keyed.len().saturating_mul(VALUE_BYTES))?;
    if let Some((first, _)) = keyed.first() {
        for (key, _) in &keyed {
            if std::mem::discriminant(first) != std::mem::discriminant(key) {
                return Err(EvalError::Type);
            }
            match key.order(key) {
                Some(_) => {}
                None if key.is_number() => return Err(EvalError::Argument),
                None => return Err(EvalError::Type),
            }
            // A comparison ends with the shorter of two.
            budget.steps(comparison_cost(key, key).saturating_mul(rounds))?;
        }
    }
    let keyed = sorted(keyed, |(a, _), (b, _)| {
        a.order(b).unwrap_or(Ordering::Equal)
    });
    let sorted: Vec<_> = keyed.into_iter().map(|(_, element)| element).collect();
    Ok(Value::owned_list(sorted))
}
