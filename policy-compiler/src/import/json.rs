//! JSON of strangers: strict, so that what is imported is what any other reader sees.

use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::INPUT_BYTES;

/// The text is no JSON that everybody reads the same way.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotJson {
    /// Longer than [`INPUT_BYTES`].
    #[error("it is longer than {INPUT_BYTES} bytes")]
    TooLong,
    /// It is not JSON, or a member name stands twice in an object.
    #[error("it is not JSON: {reason}")]
    Malformed {
        /// What is wrong, and where.
        reason: String,
    },
}

/// Reads the JSON texts that stand one after another, as in JSON lines.
pub(super) fn read_all(text: &[u8]) -> Result<Vec<Value>, NotJson> {
    if text.len() > INPUT_BYTES {
        return Err(NotJson::TooLong);
    }
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let malformed = |error: serde_json::Error| NotJson::Malformed {
        reason: error.to_string(),
    };
    let mut reader = serde_json::Deserializer::from_slice(text);
    let mut values = Vec::new();
    loop {
        if reader.end().is_ok() {
            return Ok(values);
        }
        values.push(Strict.deserialize(&mut reader).map_err(malformed)?);
    }
}

/// Any value without repeated member names.
struct Strict;

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(Strict)? {
            array.push(element);
        }
        Ok(array.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            let value = members.next_value_seed(Strict)?;
            if object.contains_key(&name) {
                return Err(A::Error::custom(format!(
                    "`{name}` stands twice in an object"
                )));
            }
            object.insert(name, value);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests;
