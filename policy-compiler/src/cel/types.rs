//! Types of expressions.

use std::fmt;
use std::sync::Arc;

use remit_engine::plan::{Datum, Field, Type};

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Ty {
    /// Whatever it turns out to be.
    Dyn,
    /// `null`.
    Null,
    /// `bool`.
    Bool,
    /// `int`.
    Int,
    /// `uint`.
    Uint,
    /// `double`.
    Double,
    /// `string`.
    String,
    /// `bytes`.
    Bytes,
    /// `timestamp`.
    Timestamp,
    /// `duration`.
    Duration,
    /// An IP address.
    Ip,
    /// A range of IP addresses.
    Cidr,
    /// `list(T)`.
    List(Box<Ty>),
    /// `map(K, V)`.
    Map(Box<Ty>, Box<Ty>),
    /// An object with declared fields.
    Object(Arc<[Field]>),
    /// `optional(T)`.
    Optional(Box<Ty>),
    /// `type(T)`, the type of types.
    Type(Box<Ty>),
    /// A number, bool, string or bytes that may be null (`google.protobuf.*Value`).
    Wrapper(Box<Ty>),
    /// A type that an environment declares, with parameters.
    Abstract(String, Vec<Ty>),
    /// A type parameter of an overload.
    Parameter(String),
    /// A type that is not known yet.
    Variable(u32),
}

impl Ty {
    /// `list(T)`.
    #[must_use]
    pub fn list(element: Self) -> Self {
        Self::List(Box::new(element))
    }

    /// `map(K, V)`.
    #[must_use]
    pub fn map(key: Self, value: Self) -> Self {
        Self::Map(Box::new(key), Box::new(value))
    }

    /// `optional(T)`.
    #[must_use]
    pub fn optional(inner: Self) -> Self {
        Self::Optional(Box::new(inner))
    }

    /// `int`, `uint` or `double`.
    #[must_use]
    pub fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Uint | Self::Double)
    }

    /// The types that it is made of.
    pub(super) fn parts(&self) -> Vec<&Self> {
        match self {
            Self::List(a) | Self::Optional(a) | Self::Type(a) | Self::Wrapper(a) => vec![a],
            Self::Map(a, b) => vec![a, b],
            Self::Abstract(_, parts) => parts.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The same type with each leaf passed through `leaf`.
    pub(super) fn rebuild(&self, leaf: &mut dyn FnMut(&Self) -> Self) -> Self {
        match self {
            Self::List(a) => Self::list(a.rebuild(leaf)),
            Self::Optional(a) => Self::optional(a.rebuild(leaf)),
            Self::Type(a) => Self::Type(Box::new(a.rebuild(leaf))),
            Self::Wrapper(a) => Self::Wrapper(Box::new(a.rebuild(leaf))),
            Self::Map(a, b) => Self::map(a.rebuild(leaf), b.rebuild(leaf)),
            Self::Abstract(name, parts) => {
                let parts = parts.iter().map(|part| part.rebuild(leaf)).collect();
                Self::Abstract(name.clone(), parts)
            }
            other => leaf(other),
        }
    }

    /// What a value of it could be written as, for advice.
    pub(super) fn example(&self) -> &'static str {
        match self {
            Self::Bool => "false",
            Self::Int => "0",
            Self::Uint => "0u",
            Self::Double => "0.0",
            Self::Bytes => "b''",
            Self::List(_) => "[]",
            Self::Map(..) | Self::Object(_) => "{}",
            Self::Timestamp => "timestamp(0)",
            Self::Duration => "duration('0s')",
            _ => "''",
        }
    }

    /// The type with its article.
    pub(super) fn described(&self) -> String {
        let article = match self {
            Self::Int | Self::Optional(_) | Self::Object(_) | Self::Ip => "an",
            _ => "a",
        };
        format!("{article} {self}")
    }
}

impl From<&Type> for Ty {
    fn from(ty: &Type) -> Self {
        match ty {
            Type::Dyn => Self::Dyn,
            Type::Null => Self::Null,
            Type::Bool => Self::Bool,
            Type::Int => Self::Int,
            Type::Uint => Self::Uint,
            Type::Double => Self::Double,
            Type::String => Self::String,
            Type::Bytes => Self::Bytes,
            Type::Timestamp => Self::Timestamp,
            Type::Duration => Self::Duration,
            Type::List(element) => Self::list(element.as_ref().into()),
            Type::Map(value) => Self::map(Self::String, value.as_ref().into()),
            Type::Object(fields) => Self::Object(fields.as_slice().into()),
            Type::AtMost(ty, _) => ty.as_ref().into(),
        }
    }
}

/// The type of a constant. Lists and maps of one type have it; others are of `dyn`.
impl From<&Datum> for Ty {
    fn from(datum: &Datum) -> Self {
        match datum {
            Datum::Null => Self::Null,
            Datum::Bool(_) => Self::Bool,
            Datum::Int(_) => Self::Int,
            Datum::Uint(_) => Self::Uint,
            Datum::Double(_) => Self::Double,
            Datum::String(_) => Self::String,
            Datum::Bytes(_) => Self::Bytes,
            Datum::Timestamp(_) => Self::Timestamp,
            Datum::Duration(_) => Self::Duration,
            Datum::Ip(_) => Self::Ip,
            Datum::Cidr(_) => Self::Cidr,
            Datum::Type(_) => Self::Type(Box::new(Self::Dyn)),
            Datum::Optional(None) => Self::optional(Self::Dyn),
            Datum::Optional(Some(value)) => Self::optional(value.as_ref().into()),
            Datum::List(elements) => Self::list(common(elements.iter())),
            Datum::Map(entries) => Self::map(
                common(entries.iter().map(|(key, _)| key)),
                common(entries.iter().map(|(_, value)| value)),
            ),
        }
    }
}

fn common<'d>(data: impl Iterator<Item = &'d Datum>) -> Ty {
    let mut types = data.map(Ty::from);
    match types.next() {
        Some(first) if types.all(|other| other == first) => first,
        _ => Ty::Dyn,
    }
}

impl fmt::Display for Ty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dyn | Self::Variable(_) => f.write_str("dyn"),
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Uint => f.write_str("uint"),
            Self::Double => f.write_str("double"),
            Self::String => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::Duration => f.write_str("duration"),
            Self::Ip => f.write_str("ip"),
            Self::Cidr => f.write_str("cidr"),
            Self::List(element) => write!(f, "list({element})"),
            Self::Map(key, value) => write!(f, "map({key}, {value})"),
            Self::Object(fields) => {
                let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
                write!(f, "object({})", names.join(", "))
            }
            Self::Optional(inner) => write!(f, "optional({inner})"),
            Self::Type(inner) => write!(f, "type({inner})"),
            Self::Wrapper(inner) => write!(f, "wrapper({inner})"),
            Self::Abstract(name, parts) if parts.is_empty() => f.write_str(name),
            Self::Abstract(name, parts) => {
                let parts: Vec<String> = parts.iter().map(Self::to_string).collect();
                write!(f, "{name}({})", parts.join(", "))
            }
            Self::Parameter(name) => f.write_str(name),
        }
    }
}
