//! Types of expressions.

use std::fmt;

use remit_engine::plan::{Datum, Scalar, ScalarType, Type};

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ValueType {
    /// One value.
    Scalar(ScalarType),
    /// `list(T)`.
    List(ScalarType),
    /// `[]`, which fits every list.
    EmptyList,
    /// `optional(T)`.
    Optional(Type),
}

impl ValueType {
    pub(super) const BOOL: Self = Self::Scalar(ScalarType::Bool);
    pub(super) const INT: Self = Self::Scalar(ScalarType::Int);
    pub(super) const STRING: Self = Self::Scalar(ScalarType::String);

    /// Whether values of the two types can be equal.
    pub(super) fn can_equal(self, other: Self) -> bool {
        match (self, other) {
            (Self::Scalar(a), Self::Scalar(b)) | (Self::List(a), Self::List(b)) => {
                scalars_can_equal(a, b)
            }
            (Self::EmptyList | Self::List(_), Self::EmptyList)
            | (Self::EmptyList, Self::List(_)) => true,
            (Self::Scalar(_) | Self::List(_) | Self::EmptyList | Self::Optional(_), _) => false,
        }
    }

    /// The one type of two branches.
    pub(super) fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (Self::EmptyList, list @ Self::List(_)) | (list @ Self::List(_), Self::EmptyList) => {
                Some(list)
            }
            (Self::Scalar(_) | Self::List(_) | Self::EmptyList | Self::Optional(_), _) => None,
        }
    }
}

/// Numbers stand on one line; other types are never equal to each other.
pub(super) fn scalars_can_equal(a: ScalarType, b: ScalarType) -> bool {
    let number = |ty| matches!(ty, ScalarType::Int | ScalarType::Double);
    a == b || number(a) && number(b)
}

impl From<Type> for ValueType {
    fn from(ty: Type) -> Self {
        match ty {
            Type::Scalar(scalar) => Self::Scalar(scalar),
            Type::List(scalar) => Self::List(scalar),
        }
    }
}

impl From<&Scalar> for ValueType {
    fn from(scalar: &Scalar) -> Self {
        Self::Scalar(scalar_type(scalar))
    }
}

impl From<&Datum> for ValueType {
    fn from(datum: &Datum) -> Self {
        match datum {
            Datum::Scalar(scalar) => scalar.into(),
            Datum::List(list) => list
                .first()
                .map_or(Self::EmptyList, |first| Self::List(scalar_type(first))),
        }
    }
}

pub(super) fn scalar_type(scalar: &Scalar) -> ScalarType {
    match scalar {
        Scalar::Bool(_) => ScalarType::Bool,
        Scalar::Int(_) => ScalarType::Int,
        Scalar::Double(_) => ScalarType::Double,
        Scalar::String(_) => ScalarType::String,
    }
}

/// The name of a type without parts.
pub(super) fn scalar_name(ty: ScalarType) -> &'static str {
    match ty {
        ScalarType::Bool => "bool",
        ScalarType::Int => "int",
        ScalarType::Double => "double",
        ScalarType::String => "string",
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scalar(ty) => f.write_str(scalar_name(*ty)),
            Self::List(ty) => write!(f, "list({})", scalar_name(*ty)),
            Self::EmptyList => f.write_str("list"),
            Self::Optional(ty) => write!(f, "optional({})", ValueType::from(*ty)),
        }
    }
}
