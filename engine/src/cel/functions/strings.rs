//! Strings as they are: sizes, predicates, positions and parts. Positions count code points.
//!
//! A part of what stands in plan, token or request is a borrow of it, not a copy.

use crate::cel::budget::Budget;
use crate::cel::error::EvalError;
use crate::cel::value::{Text, Value};

/// Code points of a string, octets of bytes, elements of a list, entries of a map.
pub(super) fn size<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    let size = match a {
        Value::String(text) => {
            budget.scan(text.len())?;
            text.chars().count()
        }
        Value::Bytes(octets) => octets.len(),
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        _ => return Err(EvalError::Type),
    };
    count(size)
}

#[inline]
pub(super) fn starts_with<'v>(
    a: &Value<'_>,
    b: &Value<'_>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let (a, b) = both(a, b)?;
    budget.scan(a.len().min(b.len()))?;
    Ok(Value::Bool(a.starts_with(b)))
}

#[inline]
pub(super) fn ends_with<'v>(
    a: &Value<'_>,
    b: &Value<'_>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let (a, b) = both(a, b)?;
    budget.scan(a.len().min(b.len()))?;
    Ok(Value::Bool(a.ends_with(b)))
}

pub(super) fn contains<'v>(
    a: &Value<'_>,
    b: &Value<'_>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let (a, b) = both(a, b)?;
    pay_for_search(a, budget)?;
    Ok(Value::Bool(a.contains(b)))
}

/// The code point at a position; right behind the last one an empty string.
pub(super) fn char_at<'v>(
    a: &Value<'v>,
    at: &Value<'v>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let (Value::String(text), Value::Int(at)) = (a, at) else {
        return Err(EvalError::Type);
    };
    if behind(text, *at, budget)?.is_empty() {
        return Ok(Value::text(""));
    }
    part(text, *at, at.checked_add(1), budget)
}

pub(super) fn index_of<'v>(
    a: &Value<'v>,
    b: &Value<'v>,
    from: Option<&Value<'v>>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let (a, b) = both(a, b)?;
    let from = match from {
        None => 0,
        Some(Value::Int(from)) => *from,
        Some(_) => return Err(EvalError::Type),
    };
    pay_for_search(a, budget)?;
    let rest = behind(a, from, budget)?;
    let before = rest.split_once(b).map(|(before, _)| before);
    found(before, from)
}

pub(super) fn last_index_of<'v>(
    a: &Value<'v>,
    b: &Value<'v>,
    to: Option<&Value<'v>>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let (a, b) = both(a, b)?;
    pay_for_search(a, budget)?;
    let searched = match to {
        None => a,
        Some(Value::Int(to)) => {
            // What begins at `to` or before it ends within its own length behind `to`.
            let begin = a.len() - behind(a, *to, budget)?.len();
            let end = a.floor_char_boundary(begin.saturating_add(b.len()));
            a.get(..end).ok_or(EvalError::Argument)?
        }
        Some(_) => return Err(EvalError::Type),
    };
    let before = searched.rsplit_once(b).map(|(before, _)| before);
    found(before, 0)
}

pub(super) fn substring<'v>(
    a: &Value<'v>,
    from: &Value<'v>,
    to: Option<&Value<'v>>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let (Value::String(text), Value::Int(from)) = (a, from) else {
        return Err(EvalError::Type);
    };
    match to {
        None => part(text, *from, None, budget),
        Some(Value::Int(to)) => part(text, *from, Some(*to), budget),
        Some(_) => Err(EvalError::Type),
    }
}

/// Without Unicode's white space at both ends.
pub(super) fn trim<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    let Value::String(text) = a else {
        return Err(EvalError::Type);
    };
    pay_for_search(text, budget)?;
    match text {
        Text::Borrowed(text) => Ok(Value::text(text.trim())),
        Text::Owned(text) => copy(text.trim(), budget),
    }
}

/// Searching is linear, but its steps are longer than those of comparing.
pub(super) fn pay_for_search(text: &str, budget: &Budget) -> Result<(), EvalError> {
    budget.steps(text.len() / 16)
}

/// A string that was made of another one.
pub(super) fn copy<'v>(text: &str, budget: &Budget) -> Result<Value<'v>, EvalError> {
    budget.allocate(text.len())?;
    Ok(Value::owned_text(text))
}

#[inline]
fn both<'a>(a: &'a Value<'_>, b: &'a Value<'_>) -> Result<(&'a str, &'a str), EvalError> {
    match (a, b) {
        (Value::String(a), Value::String(b)) => Ok((a, b)),
        _ => Err(EvalError::Type),
    }
}

/// What is behind so many code points; an error if there are fewer.
fn behind<'t>(text: &'t str, count: i64, budget: &Budget) -> Result<&'t str, EvalError> {
    pay_for_search(text, budget)?;
    let count = usize::try_from(count).map_err(|_| EvalError::Argument)?;
    skip(text, count).ok_or(EvalError::Argument)
}

fn skip(text: &str, count: usize) -> Option<&str> {
    let mut rest = text.chars();
    match count.checked_sub(1) {
        Some(last) => rest.nth(last).map(|_| rest.as_str()),
        None => Some(text),
    }
}

/// From a position, up to another one or the end.
fn part<'v>(
    text: &Text<'v>,
    from: i64,
    to: Option<i64>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    match text {
        Text::Borrowed(text) => Ok(Value::text(between(text, from, to, budget)?)),
        Text::Owned(text) => copy(between(text, from, to, budget)?, budget),
    }
}

fn between<'t>(
    text: &'t str,
    from: i64,
    to: Option<i64>,
    budget: &Budget,
) -> Result<&'t str, EvalError> {
    let begin = behind(text, from, budget)?;
    let Some(to) = to else {
        return Ok(begin);
    };
    let length = to.checked_sub(from).ok_or(EvalError::Argument)?;
    let rest = behind(begin, length, budget)?;
    let end = begin.len() - rest.len();
    begin.get(..end).ok_or(EvalError::Argument)
}

/// The position behind what is before a find, or -1.
fn found<'v>(before: Option<&str>, from: i64) -> Result<Value<'v>, EvalError> {
    let Some(before) = before else {
        return Ok(Value::Int(-1));
    };
    let position = i64::try_from(before.chars().count()).ok();
    let position = position.and_then(|position| position.checked_add(from));
    position.map(Value::Int).ok_or(EvalError::Overflow)
}

fn count<'v>(size: usize) -> Result<Value<'v>, EvalError> {
    i64::try_from(size)
        .map(Value::Int)
        .map_err(|_| EvalError::Overflow)
}
