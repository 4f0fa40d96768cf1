//! From values back to data: constants that the compiler computed.

use super::value::{Value, key_order};
use crate::limits;
use crate::order::sorted;
use crate::plan::Datum;

/// A value goes deeper than data may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a value goes deeper than data may")]
pub struct DatumError;

impl TryFrom<&Value<'_>> for Datum {
    type Error = DatumError;

    fn try_from(value: &Value<'_>) -> Result<Self, DatumError> {
        datum(value, limits::DATA_DEPTH)
    }
}

impl Datum {
    /// A map of entries in any order; `None` for one with a key twice, or with what is no key.
    #[must_use]
    pub fn map(entries: Vec<(Self, Self)>) -> Option<Self> {
        let may_be_key = |key: &Self| {
            matches!(
                key,
                Self::Bool(_) | Self::Int(_) | Self::Uint(_) | Self::String(_)
            )
        };
        // Before they are sorted: what is no key has no place in a total order.
        if !entries.iter().all(|(key, _)| may_be_key(key)) {
            return None;
        }
        let entries = sorted(entries, |(a, _), (b, _)| key_order(&a.into(), &b.into()));
        let repeats = |pair: &[(Self, Self)]| matches!(pair, [(a, _), (b, _)] if key_order(&a.into(), &b.into()).is_eq());
        (!entries.windows(2).any(repeats)).then_some(Self::Map(entries))
    }
}

fn datum(value: &Value<'_>, depth: usize) -> Result<Datum, DatumError> {
    let depth = depth.checked_sub(1).ok_or(DatumError)?;
    Ok(match value {
        Value::Null => Datum::Null,
        Value::Bool(value) => Datum::Bool(*value),
        Value::Int(value) => Datum::Int(*value),
        Value::Uint(value) => Datum::Uint(*value),
        Value::Double(value) => Datum::Double(*value),
        Value::String(text) => Datum::String(text.to_string()),
        Value::Bytes(octets) => Datum::Bytes(octets.to_vec()),
        Value::Timestamp(value) => Datum::Timestamp(*value),
        Value::Duration(value) => Datum::Duration(*value),
        Value::List(list) => Datum::List(
            list.iter()
                .map(|element| datum(&element, depth))
                .collect::<Result<_, _>>()?,
        ),
        Value::Map(map) => Datum::Map(
            map.iter()
                .map(|(key, value)| Ok((datum(&key, depth)?, datum(&value, depth)?)))
                .collect::<Result<_, _>>()?,
        ),
        Value::Optional(value) => {
            let value = value.as_deref().map(|value| datum(value, depth));
            Datum::Optional(value.transpose()?.map(Box::new))
        }
        Value::Type(name) => Datum::Type(name.to_string()),
        Value::Ip(address) => Datum::Ip(*address),
        Value::Cidr(range) => Datum::Cidr(*range),
    })
}

#[cfg(test)]
mod tests;
