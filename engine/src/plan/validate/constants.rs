//! What must hold in constants and types: depth within bounds, and what evaluation takes for
//! granted of a value.

use std::cmp::Ordering;

use super::InvalidPlan;
use crate::cel::{Value, key_order};
use crate::limits;
use crate::plan::{Cidr, Datum, Type};

pub(super) fn check(datum: &Datum) -> Result<(), InvalidPlan> {
    if is_value(datum, limits::DATA_DEPTH) {
        Ok(())
    } else {
        Err(InvalidPlan::MalformedConstant)
    }
}

fn is_value(datum: &Datum, depth: usize) -> bool {
    let Some(inside) = depth.checked_sub(1) else {
        return false;
    };
    match datum {
        Datum::Timestamp(time) => time.is_in_range(),
        Datum::Cidr(Cidr { address, prefix }) => {
            *prefix <= if address.is_ipv4() { 32 } else { 128 }
        }
        Datum::List(elements) => elements.iter().all(|element| is_value(element, inside)),
        Datum::Map(entries) => {
            let key = |(key, _): &(Datum, Datum)| {
                matches!(
                    key,
                    Datum::Bool(_) | Datum::Int(_) | Datum::Uint(_) | Datum::String(_)
                )
            };
            entries.iter().all(key)
                && entries.is_sorted_by(|(a, _), (b, _)| {
                    key_order(&Value::from(a), &Value::from(b)) == Ordering::Less
                })
                && entries.iter().all(|(_, value)| is_value(value, inside))
        }
        Datum::Optional(Some(value)) => is_value(value, inside),
        Datum::Null
        | Datum::Bool(_)
        | Datum::Int(_)
        | Datum::Uint(_)
        | Datum::Double(_)
        | Datum::String(_)
        | Datum::Bytes(_)
        | Datum::Duration(_)
        | Datum::Optional(None)
        | Datum::Type(_)
        | Datum::Ip(_) => true,
    }
}

pub(super) fn check_type(ty: &Type) -> Result<(), InvalidPlan> {
    if is_shallow(ty, limits::DATA_DEPTH) {
        Ok(())
    } else {
        Err(InvalidPlan::TypeTooDeep)
    }
}

fn is_shallow(ty: &Type, depth: usize) -> bool {
    let Some(inside) = depth.checked_sub(1) else {
        return false;
    };
    match ty {
        Type::List(ty) | Type::Map(ty) | Type::AtMost(ty, _) => is_shallow(ty, inside),
        Type::Object(fields) => fields.iter().all(|field| is_shallow(&field.ty, inside)),
        Type::Dyn
        | Type::Null
        | Type::Bool
        | Type::Int
        | Type::Uint
        | Type::Double
        | Type::String
        | Type::Bytes
        | Type::Timestamp
        | Type::Duration => true,
    }
}
