//! Equality and order of values, as the CEL specification has them ("Equality", "Ordering").

use std::cmp::Ordering;

use super::Value;

/// 2^63 and 2^64, which are doubles.
const TWO_63: f64 = 9_223_372_036_854_775_808.0;
const TWO_64: f64 = 18_446_744_073_709_551_616.0;

impl Value<'_> {
    /// Equality: numbers on one line, values of other types never equal to each other, NaN to
    /// nothing. Recursion goes as deep as values do, which claims and programs bound.
    #[must_use]
    pub fn equals(&self, other: &Value<'_>) -> bool {
        match (self, other) {
            (Value::String(a), Value::String(b)) | (Value::Type(a), Value::Type(b)) => **a == **b,
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Bytes(a), Value::Bytes(b)) => **a == **b,
            (Value::Timestamp(a), Value::Timestamp(b)) => a == b,
            (Value::Duration(a), Value::Duration(b)) => a == b,
            (Value::Ip(a), Value::Ip(b)) => a == b,
            (Value::Cidr(a), Value::Cidr(b)) => a == b,
            (Value::List(a), Value::List(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.equals(&b))
            }
            (Value::Map(a), Value::Map(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .zip(b.iter())
                        .all(|((a, x), (b, y))| a.equals(&b) && x.equals(&y))
            }
            (Value::Optional(a), Value::Optional(b)) => match (a, b) {
                (None, None) => true,
                (Some(a), Some(b)) => a.equals(b),
                (None, Some(_)) | (Some(_), None) => false,
            },
            (a, b) => a.number_order(b) == Some(Ordering::Equal),
        }
    }

    /// Order. `None` for what has none: different types, NaN, lists, maps.
    #[must_use]
    pub fn order(&self, other: &Value<'_>) -> Option<Ordering> {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
            (Value::String(a), Value::String(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
            (Value::Bytes(a), Value::Bytes(b)) => Some((**a).cmp(&**b)),
            (Value::Timestamp(a), Value::Timestamp(b)) => Some(a.cmp(b)),
            (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
            (a, b) => a.number_order(b),
        }
    }

    /// Whether it is a number, NaN too.
    pub(crate) fn is_number(&self) -> bool {
        matches!(self, Value::Int(_) | Value::Uint(_) | Value::Double(_))
    }

    /// Order of numbers, exactly: none is rounded on the way.
    fn number_order(&self, other: &Value<'_>) -> Option<Ordering> {
        match (self, other) {
            (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
            (Value::Uint(a), Value::Uint(b)) => Some(a.cmp(b)),
            (Value::Double(a), Value::Double(b)) => a.partial_cmp(b),
            (Value::Int(a), Value::Uint(b)) => Some(int_uint(*a, *b)),
            (Value::Uint(a), Value::Int(b)) => Some(int_uint(*b, *a).reverse()),
            (Value::Int(a), Value::Double(b)) => int_double(*a, *b),
            (Value::Double(a), Value::Int(b)) => int_double(*b, *a).map(Ordering::reverse),
            (Value::Uint(a), Value::Double(b)) => uint_double(*a, *b),
            (Value::Double(a), Value::Uint(b)) => uint_double(*b, *a).map(Ordering::reverse),
            _ => None,
        }
    }
}

/// A total order over what can be a map's key, with numbers that are equal in the same place.
/// Other values stand behind all keys, so that they are never found.
pub(crate) fn key_order(a: &Value<'_>, b: &Value<'_>) -> Ordering {
    let rank = |value: &Value<'_>| match value {
        Value::Bool(_) => 0,
        Value::Int(_) | Value::Uint(_) => 1,
        Value::Double(number) if !number.is_nan() => 1,
        Value::String(_) => 2,
        _ => 3,
    };
    rank(a)
        .cmp(&rank(b))
        .then_with(|| a.order(b).unwrap_or(Ordering::Greater))
}

fn int_uint(int: i64, uint: u64) -> Ordering {
    u64::try_from(int).map_or(Ordering::Less, |int| int.cmp(&uint))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "within the range of i64, checked before; or meant"
)]
fn int_double(int: i64, double: f64) -> Option<Ordering> {
    if double.is_nan() {
        return None;
    }
    // The ints next to 2^63 are as near to it as doubles can tell (the specification's cases
    // `lossy_double` say so).
    if double == TWO_63 {
        return (int as f64).partial_cmp(&double);
    }
    if double > TWO_63 {
        return Some(Ordering::Less);
    }
    if double < -TWO_63 {
        return Some(Ordering::Greater);
    }
    Some(
        int.cmp(&(double.trunc() as i64))
            .then_with(|| behind_point(double)),
    )
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within the range of u64, checked before"
)]
fn uint_double(uint: u64, double: f64) -> Option<Ordering> {
    if double.is_nan() {
        return None;
    }
    if double >= TWO_64 {
        return Some(Ordering::Less);
    }
    if double < 0.0 {
        return Some(Ordering::Greater);
    }
    Some(
        uint.cmp(&(double.trunc() as u64))
            .then_with(|| behind_point(double)),
    )
}

/// How a whole number compares with a double that has the same whole part.
fn behind_point(double: f64) -> Ordering {
    0.0_f64
        .partial_cmp(&double.fract())
        .unwrap_or(Ordering::Equal)
}
