//! JSON as a stranger may send it: strict, bounded, and read the same way by everyone.
//!
//! A member name that stands twice in an object, at any depth and however it is escaped, is
//! refused (RFC 7515 section 4 and RFC 7519 section 4 allow that): two readers that pick
//! different ones would see different tokens.

pub mod canonical;
pub mod reader;
mod typed;

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

use crate::limits;
use crate::order::sorted;

pub(crate) use typed::typed;

/// A JSON value that borrows from its text where it can.
#[derive(Debug, Clone, PartialEq)]
pub enum Json<'t> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number that is written as an integer and fits.
    Int(i64),
    /// Any other number.
    Double(f64),
    /// A string.
    String(Cow<'t, str>),
    /// An array.
    Array(Vec<Json<'t>>),
    /// An object, its members in the order of the text.
    Object(Object<'t>),
}

/// A JSON object without repeated names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Object<'t>(Vec<(Cow<'t, str>, Json<'t>)>);

impl<'t> Object<'t> {
    /// The value of a member.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Json<'t>> {
        self.0
            .iter()
            .find_map(|(key, value)| (key == name).then_some(value))
    }

    /// The value at the end of a path of member names; `None` where one of them is not there.
    #[must_use]
    pub fn at(&self, path: &[String]) -> Option<&Json<'t>> {
        let (first, rest) = path.split_first()?;
        rest.iter()
            .try_fold(self.member(first)?, |value, name| match value {
                Json::Object(object) => object.member(name),
                _ => None,
            })
    }

    /// The same without a member.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let others = self.0.iter().filter(|(other, _)| other != name);
        Self(others.cloned().collect())
    }

    /// Its members, in the order of the text.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Json<'t>)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }

    /// The names of its members.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_ref())
    }
}

impl Json<'_> {
    /// Whether there is no whole number in it that only some readers hold exactly: beyond
    /// 2^53 - 1 either way (RFC 7493 section 2.2).
    pub(crate) fn is_exact(&self) -> bool {
        const MOST: i64 = (1 << 53) - 1;
        match self {
            Self::Null | Self::Bool(_) | Self::String(_) => true,
            Self::Int(int) => (-MOST..=MOST).contains(int),
            #[expect(clippy::cast_precision_loss, reason = "a double holds it")]
            Self::Double(double) => double.abs() <= MOST as f64 || double.fract() != 0.0,
            Self::Array(elements) => elements.iter().all(Self::is_exact),
            Self::Object(object) => object.members().all(|(_, value)| value.is_exact()),
        }
    }
}

/// The text is not JSON, repeats a member name, or is beyond [`limits::JSON_DEPTH`] or
/// [`limits::JSON_VALUES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not strict JSON within bounds")]
pub struct JsonError;

/// Reads one JSON text and nothing behind it.
///
/// # Errors
/// [`JsonError`].
pub fn parse(text: &[u8]) -> Result<Json<'_>, JsonError> {
    parse_up_to(text, limits::JSON_VALUES)
}

/// [`parse`] for what is no token: at most so many values.
///
/// # Errors
/// [`JsonError`].
pub fn parse_up_to(text: &[u8], values: usize) -> Result<Json<'_>, JsonError> {
    let left = Cell::new(values);
    let mut reader = serde_json::Deserializer::from_slice(text);
    let seed = Value {
        deeper: limits::JSON_DEPTH,
        left: &left,
    };
    let value = seed.deserialize(&mut reader).map_err(|_| JsonError)?;
    reader.end().map_err(|_| JsonError)?;
    Ok(value)
}

/// Reads one JSON object and nothing behind it.
///
/// # Errors
/// [`JsonError`].
pub fn parse_object(text: &[u8]) -> Result<Object<'_>, JsonError> {
    match parse(text)? {
        Json::Object(object) => Ok(object),
        _ => Err(JsonError),
    }
}

/// How many levels there may be below, and how many more values.
#[derive(Clone, Copy)]
struct Value<'b> {
    deeper: usize,
    left: &'b Cell<usize>,
}

impl Value<'_> {
    fn inside<E: serde::de::Error>(self) -> Result<Self, E> {
        let deeper = self
            .deeper
            .checked_sub(1)
            .ok_or_else(|| E::custom("too deep"))?;
        Ok(Self { deeper, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Value<'_> {
    type Value = Json<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Json<'de>, D::Error> {
        let left = self
            .left
            .get()
            .checked_sub(1)
            .ok_or_else(|| D::Error::custom("too many"))?;
        self.left.set(left);
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "what fits no int is a double, as in JSON"
        )]
        Ok(i64::try_from(value).map_or(Json::Double(value as f64), Json::Int))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Double(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::String(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Json<'de>, A::Error> {
        let inside = self.inside()?;
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(inside)? {
            array.push(element);
        }
        Ok(Json::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json<'de>, A::Error> {
        let inside = self.inside()?;
        let mut object = Vec::new();
        while let Some(name) = members.next_key_seed(Name)? {
            object.push((name, members.next_value_seed(inside)?));
        }
        if repeats_a_name(&object) {
            return Err(A::Error::custom("repeated name"));
        }
        Ok(Json::Object(Object(object)))
    }
}

/// Up to how many members each name is simply held against the others.
const FEW: usize = 16;

fn repeats_a_name(members: &[(Cow<'_, str>, Json<'_>)]) -> bool {
    if members.len() <= FEW {
        return members.iter().enumerate().any(|(position, (name, _))| {
            members
                .iter()
                .skip(position + 1)
                .any(|(other, _)| other == name)
        });
    }
    let names: Vec<&str> = members.iter().map(|(name, _)| name.as_ref()).collect();
    let names = sorted(names, Ord::cmp);
    names
        .windows(2)
        .any(|pair| matches!(pair, [a, b] if a == b))
}

/// A member name, borrowed unless it is escaped.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(value.to_owned()))
    }
}

#[cfg(test)]
mod tests;
