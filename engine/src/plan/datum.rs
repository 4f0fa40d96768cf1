//! What a plan says: types and constant values.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::model::Presence;
use super::nesting;

/// The type of a claim, query parameter or body field, as the policy declares it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Type {
    /// Any JSON value, each with the type that it turns out to have.
    Dyn,
    /// `null`.
    Null,
    /// `bool`.
    Bool,
    /// `int`, 64 bits signed.
    Int,
    /// `uint`, 64 bits unsigned.
    Uint,
    /// `double`.
    Double,
    /// `string`.
    String,
    /// `bytes`, in JSON as base64url or base64.
    Bytes,
    /// `timestamp`, in JSON as RFC 3339 text or NumericDate.
    Timestamp,
    /// `duration`, in JSON as text like `90s` or `1h30m`.
    Duration,
    /// `list(T)`.
    List(#[serde(deserialize_with = "nesting::bounded")] Box<Type>),
    /// `map(string, T)`.
    Map(#[serde(deserialize_with = "nesting::bounded")] Box<Type>),
    /// The same, with at most so many elements, entries or bytes; more is refused.
    AtMost(
        #[serde(deserialize_with = "nesting::bounded")] Box<Type>,
        u32,
    ),
    /// Named fields; others are not looked at.
    Object(#[serde(deserialize_with = "nesting::bounded")] Vec<Field>),
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Whether it may be left out.
    pub presence: Presence,
}

/// A point in time: CEL's `timestamp`, from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    pub seconds: i64,
    /// Nanoseconds on top, below one thousand million.
    pub nanos: u32,
}

impl Timestamp {
    /// 0001-01-01T00:00:00Z.
    pub const FIRST_SECOND: i64 = -62_135_596_800;
    /// 9999-12-31T23:59:59Z.
    pub const LAST_SECOND: i64 = 253_402_300_799;

    /// Whether CEL has such a time.
    #[must_use]
    pub fn is_in_range(self) -> bool {
        (Self::FIRST_SECOND..=Self::LAST_SECOND).contains(&self.seconds)
            && self.nanos < 1_000_000_000
    }
}

/// A span of time: CEL's `duration`, in nanoseconds, so that it spans about 290 years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Duration(pub i64);

/// An address range: an address and how many of its leading bits count. The bits behind them
/// are as they were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cidr {
    /// The address.
    pub address: IpAddr,
    /// Leading bits that count: at most 32 for IPv4, 128 for IPv6.
    pub prefix: u8,
}

/// A constant, or the value of a claim or query parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Datum {
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
    String(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A point in time.
    Timestamp(Timestamp),
    /// A span of time.
    Duration(Duration),
    /// A list.
    List(#[serde(deserialize_with = "nesting::bounded")] Vec<Datum>),
    /// A map: keys are bools, ints, uints or strings, ordered as [`crate::cel`] orders map keys,
    /// each once.
    Map(#[serde(deserialize_with = "nesting::bounded")] Vec<(Datum, Datum)>),
    /// An optional.
    Optional(#[serde(deserialize_with = "nesting::bounded")] Option<Box<Datum>>),
    /// A type, by its name.
    Type(String),
    /// An IP address.
    Ip(IpAddr),
    /// A range of IP addresses.
    Cidr(Cidr),
}

impl Datum {
    /// The text of a string.
    #[inline]
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a list.
    #[inline]
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(elements) => Some(elements),
            _ => None,
        }
    }
}
