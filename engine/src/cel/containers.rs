//! Lists and maps: making them, and getting at what is in them.

use super::budget::Budget;
use super::error::EvalError;
use super::eval::Evaluation;
use super::inputs::Inputs;
use super::trace::Trace;
use super::value::{Map, Value, key_order};
use crate::order::sorted;
use crate::plan::{ElementKind, NodeId};

impl<'v, T: Trace, I: Inputs<'v> + ?Sized> Evaluation<'_, 'v, T, I> {
    pub(super) fn list(
        &mut self,
        elements: &'v [(NodeId, ElementKind)],
    ) -> Result<Value<'v>, EvalError> {
        self.budget
            .allocate(elements.len() * size_of::<Value<'_>>())?;
        let mut values = Vec::with_capacity(elements.len());
        for (element, kind) in elements {
            match (kind, self.value(*element)?) {
                (ElementKind::Plain, value) => values.push(value),
                (ElementKind::Optional, Value::Optional(value)) => {
                    values.extend(value.map(|value| (*value).clone()));
                }
                (ElementKind::Optional, _) => return Err(EvalError::Type),
            }
        }
        Ok(Value::owned_list(values))
    }

    pub(super) fn map(
        &mut self,
        entries: &'v [(NodeId, NodeId, ElementKind)],
    ) -> Result<Value<'v>, EvalError> {
        let mut made = Vec::with_capacity(entries.len());
        for (key, value, kind) in entries {
            let (key, value) = (self.value(*key)?, self.value(*value)?);
            match (kind, value) {
                (ElementKind::Plain, value) => made.push((key, value)),
                (ElementKind::Optional, Value::Optional(value)) => {
                    made.extend(value.map(|value| (key, (*value).clone())));
                }
                (ElementKind::Optional, _) => return Err(EvalError::Type),
            }
        }
        map(made, self.budget)
    }

    pub(super) fn field(&mut self, of: NodeId, name: &str) -> Result<Value<'v>, EvalError> {
        match self.value(of)? {
            Value::Map(map) => {
                self.budget.scan(name.len())?;
                map.field(name).ok_or(EvalError::NoKey)
            }
            // A field of an optional is an optional.
            Value::Optional(inner) => select_optional(inner.as_deref(), name),
            _ => Err(EvalError::Type),
        }
    }

    pub(super) fn has_field(&mut self, of: NodeId, name: &str) -> Result<bool, EvalError> {
        match self.value(of)? {
            Value::Map(map) => Ok(map.field(name).is_some()),
            Value::Optional(None) => Ok(false),
            Value::Optional(Some(inner)) => match &*inner {
                Value::Map(map) => Ok(map.field(name).is_some()),
                _ => Err(EvalError::Type),
            },
            _ => Err(EvalError::Type),
        }
    }

    pub(super) fn optional_field(
        &mut self,
        of: NodeId,
        name: &str,
    ) -> Result<Value<'v>, EvalError> {
        match self.value(of)? {
            Value::Optional(inner) => select_optional(inner.as_deref(), name),
            of => select_optional(Some(&of), name),
        }
    }
}

fn select_optional<'v>(of: Option<&Value<'v>>, name: &str) -> Result<Value<'v>, EvalError> {
    match of {
        None => Ok(Value::Optional(None)),
        Some(Value::Map(map)) => Ok(Value::optional(map.field(name))),
        Some(_) => Err(EvalError::Type),
    }
}

/// A map of entries in any order.
///
/// # Errors
/// [`EvalError::Type`] for what cannot be a key, [`EvalError::RepeatedKey`].
pub(super) fn map<'v>(
    entries: Vec<(Value<'v>, Value<'v>)>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    budget.allocate(entries.len() * size_of::<(Value<'_>, Value<'_>)>())?;
    budget.steps(entries.len())?;
    let may_be_key = |(key, _): &(Value<'_>, Value<'_>)| {
        matches!(
            key,
            Value::Bool(_) | Value::Int(_) | Value::Uint(_) | Value::String(_)
        )
    };
    if !entries.iter().all(may_be_key) {
        return Err(EvalError::Type);
    }
    let entries = sorted(entries, |(a, _), (b, _)| key_order(a, b));
    let repeats = |pair: &[(Value<'_>, Value<'_>)]| matches!(pair, [(a, _), (b, _)] if key_order(a, b).is_eq());
    if entries.windows(2).any(repeats) {
        return Err(EvalError::RepeatedKey);
    }
    Ok(Value::Map(Map::Owned(entries.into())))
}

/// `of[index]`: an error where there is none.
pub(super) fn index<'v>(of: &Value<'v>, index: &Value<'v>) -> Result<Value<'v>, EvalError> {
    match of {
        Value::Optional(None) => Ok(Value::Optional(None)),
        Value::Optional(Some(of)) => lookup(of, index).map(Value::optional),
        Value::List(_) => lookup(of, index)?.ok_or(EvalError::NoElement),
        _ => lookup(of, index)?.ok_or(EvalError::NoKey),
    }
}

/// `of[?index]`: an optional.
pub(super) fn optional_index<'v>(
    of: &Value<'v>,
    index: &Value<'v>,
) -> Result<Value<'v>, EvalError> {
    match of {
        Value::Optional(None) => Ok(Value::Optional(None)),
        Value::Optional(Some(of)) => lookup(of, index).map(Value::optional),
        of => lookup(of, index).map(Value::optional),
    }
}

fn lookup<'v>(of: &Value<'v>, index: &Value<'v>) -> Result<Option<Value<'v>>, EvalError> {
    match of {
        Value::List(list) => {
            let position = match index {
                Value::Int(position) => usize::try_from(*position).ok(),
                Value::Uint(position) => usize::try_from(*position).ok(),
                Value::Double(position) => whole(*position)?,
                _ => return Err(EvalError::Type),
            };
            Ok(position.and_then(|position| list.get(position)))
        }
        Value::Map(map) => match index {
            Value::Bool(_)
            | Value::Int(_)
            | Value::Uint(_)
            | Value::Double(_)
            | Value::String(_) => Ok(map.get(index)),
            _ => Err(EvalError::Type),
        },
        _ => Err(EvalError::Type),
    }
}

/// A double as a list's position, if it is a whole number.
fn whole(position: f64) -> Result<Option<usize>, EvalError> {
    const BEYOND: f64 = 4_294_967_296.0;
    if position.fract() != 0.0 || !position.is_finite() {
        return Err(EvalError::Argument);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and within 32 bits"
    )]
    let inside = (0.0..BEYOND)
        .contains(&position)
        .then_some(position as usize);
    Ok(inside)
}

#[cfg(test)]
mod tests;
