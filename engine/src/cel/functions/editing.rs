//! Strings made of strings. What is made is measured and paid for before it is made.

use super::VALUE_BYTES;
use super::strings::{copy, pay_for_search};
use crate::cel::budget::Budget;
use crate::cel::error::EvalError;
use crate::cel::value::{Text, Value};

pub(super) fn lower<'v>(a: Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    let Value::String(text) = &a else {
        return Err(EvalError::Type);
    };
    pay_for_search(text, budget)?;
    if !text.bytes().any(|each| each.is_ascii_uppercase()) {
        return Ok(a);
    }
    budget.allocate(text.len())?;
    Ok(Value::owned_text(text.to_ascii_lowercase()))
}

pub(super) fn upper<'v>(a: Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    let Value::String(text) = &a else {
        return Err(EvalError::Type);
    };
    pay_for_search(text, budget)?;
    if !text.bytes().any(|each| each.is_ascii_lowercase()) {
        return Ok(a);
    }
    budget.allocate(text.len())?;
    Ok(Value::owned_text(text.to_ascii_uppercase()))
}

/// As a CEL literal in double quotes.
pub(super) fn quote<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    let Value::String(text) = a else {
        return Err(EvalError::Type);
    };
    pay_for_search(text, budget)?;
    budget.allocate(text.len().saturating_mul(2).saturating_add(2))?;
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for each in text.chars() {
        match escape(each) {
            Some(escape) => quoted.push_str(escape),
            None => quoted.push(each),
        }
    }
    quoted.push('"');
    Ok(Value::owned_text(quoted))
}

fn escape(each: char) -> Option<&'static str> {
    Some(match each {
        '\u{7}' => "\\a",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\u{b}' => "\\v",
        '\\' => "\\\\",
        '"' => "\\\"",
        _ => return None,
    })
}

/// Code points, or elements, from the last to the first.
pub(super) fn reverse<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    match a {
        Value::String(text) => {
            pay_for_search(text, budget)?;
            budget.allocate(text.len())?;
            Ok(Value::owned_text(text.chars().rev().collect::<String>()))
        }
        Value::List(list) => {
            budget.allocate(list.len().saturating_mul(VALUE_BYTES))?;
            let mut elements: Vec<_> = list.iter().collect();
            elements.reverse();
            Ok(Value::owned_list(elements))
        }
        _ => Err(EvalError::Type),
    }
}

/// With `c` in the place of `b`, from the front and as often as `most` says; below 0: always. An
/// empty `b` stands before each code point and at the end.
pub(super) fn replace<'v>(
    a: &Value<'v>,
    b: &Value<'v>,
    c: &Value<'v>,
    most: Option<&Value<'v>>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let (Value::String(text), Value::String(b), Value::String(c)) = (a, b, c) else {
        return Err(EvalError::Type);
    };
    let most = limit(most)?;
    pay_for_search(text, budget)?;
    let count = text.matches(&**b).take(most).count();
    if count == 0 {
        return Ok(a.clone());
    }
    let kept = text.len().saturating_sub(count.saturating_mul(b.len()));
    budget.allocate(kept.saturating_add(count.saturating_mul(c.len())))?;
    Ok(Value::owned_text(text.replacen(&**b, c, count)))
}

/// The parts between separators, at most so many, the last with all that is left; below 0: all.
/// An empty separator stands between code points.
pub(super) fn split<'v>(
    a: &Value<'v>,
    separator: &Value<'v>,
    most: Option<&Value<'v>>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let (Value::String(text), Value::String(separator)) = (a, separator) else {
        return Err(EvalError::Type);
    };
    let most = limit(most)?;
    pay_for_search(text, budget)?;
    let count = if separator.is_empty() {
        text.chars().count()
    } else {
        text.matches(&**separator).count() + 1
    };
    let count = count.min(most);
    budget.steps(count)?;
    budget.allocate(count.saturating_mul(VALUE_BYTES))?;
    match text {
        Text::Borrowed(text) => {
            let parts = parts(text, separator, count);
            Ok(Value::owned_list(
                parts.map(Value::text).collect::<Vec<_>>(),
            ))
        }
        Text::Owned(text) => {
            let parts = parts(text, separator, count).map(|part| copy(part, budget));
            Ok(Value::owned_list(parts.collect::<Result<Vec<_>, _>>()?))
        }
    }
}

/// So many parts.
fn parts<'t>(text: &'t str, separator: &str, count: usize) -> impl Iterator<Item = &'t str> {
    let mut rest = text;
    (1..=count).map(move |position| {
        let cut = match rest.chars().next() {
            _ if position == count => None,
            Some(first) if separator.is_empty() => rest.split_at_checked(first.len_utf8()),
            _ => rest.split_once(separator),
        };
        let (part, behind) = cut.unwrap_or((rest, ""));
        rest = behind;
        part
    })
}

/// The strings of a list, with a separator between them.
pub(super) fn join<'v>(
    list: &Value<'v>,
    separator: &str,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    let Value::List(list) = list else {
        return Err(EvalError::Type);
    };
    budget.steps(list.len())?;
    let gaps = list.len().saturating_sub(1);
    let mut length = gaps.saturating_mul(separator.len());
    for element in list.iter() {
        let Value::String(text) = element else {
            return Err(EvalError::Type);
        };
        length = length.saturating_add(text.len());
    }
    budget.allocate(length)?;
    let mut joined = String::with_capacity(length);
    for (position, element) in list.iter().enumerate() {
        if position > 0 {
            joined.push_str(separator);
        }
        if let Value::String(text) = element {
            joined.push_str(&text);
        }
    }
    Ok(Value::owned_text(joined))
}

fn limit(most: Option<&Value<'_>>) -> Result<usize, EvalError> {
    match most {
        None => Ok(usize::MAX),
        // Below 0, or beyond what is addressable: all.
        Some(Value::Int(most)) => Ok(usize::try_from(*most).unwrap_or(usize::MAX)),
        Some(_) => Err(EvalError::Type),
    }
}
