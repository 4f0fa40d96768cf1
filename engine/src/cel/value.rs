//! Values at run time.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::plan::{Datum, Scalar};

/// A value, borrowed from plan, token or request wherever it can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'v> {
    /// An optional that is empty.
    Absent,
    /// A bool.
    Bool(bool),
    /// An int.
    Int(i64),
    /// A double.
    Double(f64),
    /// A string.
    String(Cow<'v, str>),
    /// A list.
    List(&'v [Scalar]),
}

impl<'v> From<&'v Datum> for Value<'v> {
    fn from(datum: &'v Datum) -> Self {
        match datum {
            Datum::Scalar(scalar) => scalar.into(),
            Datum::List(list) => Self::List(list),
        }
    }
}

impl<'v> From<&'v Scalar> for Value<'v> {
    fn from(scalar: &'v Scalar) -> Self {
        match scalar {
            Scalar::Bool(value) => Self::Bool(*value),
            Scalar::Int(value) => Self::Int(*value),
            Scalar::Double(value) => Self::Double(*value),
            Scalar::String(value) => Self::String(Cow::Borrowed(value)),
        }
    }
}

impl std::fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Absent => f.write_str("optional.none()"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Double(value) => write!(f, "{value:?}"),
            Self::String(value) => write!(f, "{value:?}"),
            Self::List(list) => {
                f.write_str("[")?;
                for (at, item) in list.iter().enumerate() {
                    let comma = if at == 0 { "" } else { ", " };
                    write!(f, "{comma}{}", Value::from(item))?;
                }
                f.write_str("]")
            }
        }
    }
}

impl Value<'_> {
    /// Equality as CEL has it: numbers on one line, other types never equal to each other.
    /// `None` where an empty optional is compared, which the compiler does not let happen.
    pub(crate) fn equals(&self, other: &Value<'_>) -> Option<bool> {
        match (self, other) {
            (Value::Absent, _) | (_, Value::Absent) => None,
            (Value::Bool(a), Value::Bool(b)) => Some(a == b),
            (Value::String(a), Value::String(b)) => Some(a == b),
            (Value::List(a), Value::List(b)) => {
                if a.len() != b.len() {
                    return Some(false);
                }
                a.iter().zip(*b).try_fold(true, |equal, (a, b)| {
                    Some(equal && Value::from(a).equals(&Value::from(b))?)
                })
            }
            (a, b) if a.is_number() && b.is_number() => Some(a.compare(b) == Some(Ordering::Equal)),
            _ => Some(false),
        }
    }

    /// Order as CEL has it. `None` for what has none: different types, NaN, lists.
    pub(crate) fn compare(&self, other: &Value<'_>) -> Option<Ordering> {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
            (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
            (Value::Double(a), Value::Double(b)) => a.partial_cmp(b),
            (Value::Int(a), Value::Double(b)) => compare_int_double(*a, *b),
            (Value::Double(a), Value::Int(b)) => compare_int_double(*b, *a).map(Ordering::reverse),
            (Value::String(a), Value::String(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
            _ => None,
        }
    }

    fn is_number(&self) -> bool {
        matches!(self, Value::Int(_) | Value::Double(_))
    }
}

/// Compares exactly: no int is rounded on the way.
fn compare_int_double(int: i64, double: f64) -> Option<Ordering> {
    /// 2^63, which is a double.
    const BEYOND: f64 = 9_223_372_036_854_775_808.0;
    if double.is_nan() {
        return None;
    }
    if double >= BEYOND {
        return Some(Ordering::Less);
    }
    if double < -BEYOND {
        return Some(Ordering::Greater);
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "within the range of i64, checked above"
    )]
    let whole = double.trunc() as i64;
    Some(int.cmp(&whole).then_with(|| {
        0.0_f64
            .partial_cmp(&double.fract())
            .unwrap_or(Ordering::Equal)
    }))
}

#[cfg(test)]
mod tests;
