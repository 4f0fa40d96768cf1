//! Values at run time.
//!
//! A value borrows from plan, token or request wherever it can; what is computed is shared, so
//! that a copy of a value is never a copy of its parts.

mod compare;
mod text;

use std::net::IpAddr;
use std::ops::Deref;
use std::rc::Rc;

use crate::plan::{Cidr, Datum, Duration, Timestamp};

pub(crate) use compare::key_order;

/// A value.
#[derive(Debug, Clone)]
pub enum Value<'v> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// An unsigned integer.
    Uint(u64),
    /// A floating-point number.
    Double(f64),
    /// A string.
    String(Text<'v>),
    /// Bytes.
    Bytes(Octets<'v>),
    /// A point in time.
    Timestamp(Timestamp),
    /// A span of time.
    Duration(Duration),
    /// A list.
    List(List<'v>),
    /// A map, or an object.
    Map(Map<'v>),
    /// An optional.
    Optional(Option<Rc<Value<'v>>>),
    /// A type, by its name.
    Type(Text<'v>),
    /// An IP address.
    Ip(IpAddr),
    /// A range of IP addresses.
    Cidr(Cidr),
}

/// The text of a string.
#[derive(Debug, Clone)]
pub enum Text<'v> {
    /// From plan, token or request.
    Borrowed(&'v str),
    /// Computed.
    Owned(Rc<str>),
}

impl Deref for Text<'_> {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        match self {
            Self::Borrowed(text) => text,
            Self::Owned(text) => text,
        }
    }
}

/// The octets of a bytes value.
#[derive(Debug, Clone)]
pub enum Octets<'v> {
    /// From plan or token.
    Borrowed(&'v [u8]),
    /// Computed.
    Owned(Rc<[u8]>),
}

impl Deref for Octets<'_> {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            Self::Borrowed(octets) => octets,
            Self::Owned(octets) => octets,
        }
    }
}

/// The elements of a list.
#[derive(Debug, Clone)]
pub enum List<'v> {
    /// From plan, token or request.
    Borrowed(&'v [Datum]),
    /// Computed.
    Owned(Rc<[Value<'v>]>),
}

impl<'v> List<'v> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Borrowed(elements) => elements.len(),
            Self::Owned(elements) => elements.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at a position.
    #[must_use]
    pub fn get(&self, position: usize) -> Option<Value<'v>> {
        match self {
            Self::Borrowed(elements) => elements.get(position).map(Value::from),
            Self::Owned(elements) => elements.get(position).cloned(),
        }
    }

    /// The elements in order.
    pub fn iter(&self) -> impl Iterator<Item = Value<'v>> + '_ {
        (0..self.len()).filter_map(|position| self.get(position))
    }
}

/// The entries of a map, in the order of [`key_order`], each key once.
#[derive(Debug, Clone)]
pub enum Map<'v> {
    /// From plan, token or request.
    Borrowed(&'v [(Datum, Datum)]),
    /// Computed.
    Owned(Rc<[(Value<'v>, Value<'v>)]>),
}

impl<'v> Map<'v> {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            Self::Borrowed(entries) => entries.len(),
            Self::Owned(entries) => entries.len(),
        }
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The entry at a position.
    #[must_use]
    pub fn entry(&self, position: usize) -> Option<(Value<'v>, Value<'v>)> {
        match self {
            Self::Borrowed(entries) => entries
                .get(position)
                .map(|(key, value)| (key.into(), value.into())),
            Self::Owned(entries) => entries.get(position).cloned(),
        }
    }

    /// The entries in the order of keys.
    pub fn iter(&self) -> impl Iterator<Item = (Value<'v>, Value<'v>)> + '_ {
        (0..self.len()).filter_map(|position| self.entry(position))
    }

    /// The value under a key; numbers are the same key whatever their type.
    #[must_use]
    pub fn get(&self, key: &Value<'_>) -> Option<Value<'v>> {
        match self {
            Self::Borrowed(entries) => {
                let found = entries.binary_search_by(|(other, _)| key_order(&other.into(), key));
                entries.get(found.ok()?).map(|(_, value)| value.into())
            }
            Self::Owned(entries) => {
                let found = entries.binary_search_by(|(other, _)| key_order(other, key));
                entries.get(found.ok()?).map(|(_, value)| value.clone())
            }
        }
    }

    /// The value of a field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<Value<'v>> {
        self.get(&Value::String(Text::Borrowed(name)))
    }
}

impl<'v> Value<'v> {
    /// A string that stands elsewhere.
    #[inline]
    #[must_use]
    pub fn text(text: &'v str) -> Self {
        Self::String(Text::Borrowed(text))
    }

    /// A string that was computed.
    #[must_use]
    pub fn owned_text(text: impl Into<Rc<str>>) -> Self {
        Self::String(Text::Owned(text.into()))
    }

    /// A list that was computed.
    #[must_use]
    pub fn owned_list(elements: impl Into<Rc<[Value<'v>]>>) -> Self {
        Self::List(List::Owned(elements.into()))
    }

    /// An optional with a value.
    #[must_use]
    pub fn some(value: Self) -> Self {
        Self::Optional(Some(Rc::new(value)))
    }

    /// An optional of what may be there.
    #[must_use]
    pub fn optional(value: Option<Self>) -> Self {
        Self::Optional(value.map(Rc::new))
    }

    /// The name of its type.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null_type",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Uint(_) => "uint",
            Self::Double(_) => "double",
            Self::String(_) => "string",
            Self::Bytes(_) => "bytes",
            Self::Timestamp(_) => "google.protobuf.Timestamp",
            Self::Duration(_) => "google.protobuf.Duration",
            Self::List(_) => "list",
            Self::Map(_) => "map",
            Self::Optional(_) => "optional_type",
            Self::Type(_) => "type",
            Self::Ip(_) => "net.IP",
            Self::Cidr(_) => "net.CIDR",
        }
    }
}

impl<'v> From<&'v Datum> for Value<'v> {
    #[inline]
    fn from(datum: &'v Datum) -> Self {
        match datum {
            Datum::Null => Self::Null,
            Datum::Bool(value) => Self::Bool(*value),
            Datum::Int(value) => Self::Int(*value),
            Datum::Uint(value) => Self::Uint(*value),
            Datum::Double(value) => Self::Double(*value),
            Datum::String(value) => Self::String(Text::Borrowed(value)),
            Datum::Bytes(value) => Self::Bytes(Octets::Borrowed(value)),
            Datum::Timestamp(value) => Self::Timestamp(*value),
            Datum::Duration(value) => Self::Duration(*value),
            Datum::List(value) => Self::List(List::Borrowed(value)),
            Datum::Map(value) => Self::Map(Map::Borrowed(value)),
            Datum::Optional(value) => Self::optional(value.as_deref().map(Self::from)),
            Datum::Type(value) => Self::Type(Text::Borrowed(value)),
            Datum::Ip(value) => Self::Ip(*value),
            Datum::Cidr(value) => Self::Cidr(*value),
        }
    }
}

#[cfg(test)]
mod tests;
