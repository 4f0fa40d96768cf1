//! The functions of conditions.
//!
//! Operand types choose what a function does, as CEL's overloads have it; what no overload takes
//! is [`EvalError::Type`]. Work and memory that grow with operands are paid for before they are
//! done. Comparisons, membership and predicates of strings make no allocation.

mod arithmetic;
mod comparison;
mod conversions;
mod cost;
mod editing;
mod encoders;
mod format;
mod lists;
mod math;
mod network;
mod optionals;
mod strings;
mod times;

use super::budget::Budget;
use super::containers;
use super::error::EvalError;
use super::value::Value;
use crate::plan::{Function, Zone};

pub(super) use comparison::text_is_in;
pub(super) use cost::comparison_cost;
pub(super) use lists::sort_by;

/// What a value takes in a list.
const VALUE_BYTES: usize = size_of::<Value<'_>>();

/// A function of one operand.
pub(super) fn unary<'v>(
    function: Function,
    a: Value<'v>,
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    match function {
        Function::Negate => arithmetic::negate(&a),

        Function::ToBool => conversions::to_bool(&a),
        Function::ToBytes => conversions::to_bytes(a, budget),
        Function::ToDouble => conversions::to_double(&a, budget),
        Function::ToDuration => conversions::to_duration(&a, budget),
        Function::ToDyn => Ok(a),
        Function::ToInt => conversions::to_int(&a, budget),
        Function::ToString => conversions::to_string(a, budget),
        Function::ToTimestamp => conversions::to_timestamp(&a, budget),
        Function::ToUint => conversions::to_uint(&a, budget),
        Function::TypeOf => Ok(conversions::type_of(&a)),

        Function::Size => strings::size(&a, budget),
        Function::Join => editing::join(&a, "", budget),
        Function::LowerAscii => editing::lower(a, budget),
        Function::UpperAscii => editing::upper(a, budget),
        Function::Quote => editing::quote(&a, budget),
        Function::Reverse => editing::reverse(&a, budget),
        Function::Trim => strings::trim(&a, budget),

        Function::Greatest => math::greatest_of(&a, budget),
        Function::Least => math::least_of(&a, budget),
        Function::Abs => math::abs(&a),
        Function::BitNot => math::bit_not(&a),
        Function::Ceil => math::rounded(&a, f64::ceil),
        Function::Floor => math::rounded(&a, f64::floor),
        Function::Round => math::rounded(&a, f64::round),
        Function::Trunc => math::rounded(&a, f64::trunc),
        Function::IsFinite => math::is(&a, f64::is_finite),
        Function::IsInf => math::is(&a, f64::is_infinite),
        Function::IsNan => math::is(&a, f64::is_nan),
        Function::Sign => math::sign(&a),
        Function::Sqrt => math::sqrt(&a),

        Function::Base64Decode => encoders::decode(&a, budget),
        Function::Base64Encode => encoders::encode(&a, budget),

        Function::Distinct => lists::distinct(&a, budget),
        Function::First => lists::first(&a, budget),
        Function::Last => lists::last(&a, budget),
        Function::Flatten => lists::flatten(&a, 1, budget),
        Function::Range => lists::range(&a, budget),
        Function::Sort => lists::sort(&a, budget),

        Function::OptionalOf => optionals::of(a, budget),
        Function::OptionalOfNonZero => optionals::of_non_zero(a, budget),
        Function::HasValue => optionals::has_value(&a),
        Function::OptionalValue => optionals::value(&a),
        Function::Unwrap => optionals::unwrap(&a, budget),

        Function::Ip => network::ip(&a),
        Function::Cidr => network::cidr(&a),
        Function::IsIp => network::is_ip(&a),
        Function::IsCidr => network::is_cidr(&a),
        Function::IsCanonical => network::is_canonical(&a),
        Function::Family => network::family(&a),
        Function::IsUnspecified => network::is(&a, |address| address.is_unspecified()),
        Function::IsLoopback => network::is(&a, |address| address.is_loopback()),
        Function::IsGlobalUnicast => network::is(&a, network::is_global_unicast),
        Function::IsLinkLocalMulticast => network::is(&a, network::is_link_local_multicast),
        Function::IsLinkLocalUnicast => network::is(&a, network::is_link_local_unicast),
        Function::Masked => network::masked(&a),
        Function::PrefixLength => network::prefix_length(&a),

        part if part.is_time_part() => times::part(part, &a),
        _ => Err(EvalError::Type),
    }
}

/// A function of two operands.
pub(super) fn binary<'v>(
    function: Function,
    a: Value<'v>,
    b: Value<'v>,
    zones: &'v [Zone],
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    match function {
        Function::Less => comparison::less(&a, &b, budget),
        Function::LessOrEqual => comparison::less_or_equal(&a, &b, budget),
        Function::Greater => comparison::less(&b, &a, budget),
        Function::GreaterOrEqual => comparison::less_or_equal(&b, &a, budget),
        Function::In => comparison::is_in(&a, &b, budget),
        Function::StartsWith => strings::starts_with(&a, &b, budget),
        Function::EndsWith => strings::ends_with(&a, &b, budget),
        Function::Contains => strings::contains(&a, &b, budget),
        Function::Index => containers::index(&a, &b),
        Function::OptionalIndex => containers::optional_index(&a, &b),

        Function::Add => arithmetic::add(a, b, budget),
        Function::Subtract => arithmetic::subtract(&a, &b),
        Function::Multiply => arithmetic::multiply(&a, &b),
        Function::Divide => arithmetic::divide(&a, &b),
        Function::Remainder => arithmetic::remainder(&a, &b),

        Function::CharAt => strings::char_at(&a, &b, budget),
        Function::IndexOf => strings::index_of(&a, &b, None, budget),
        Function::LastIndexOf => strings::last_index_of(&a, &b, None, budget),
        Function::Substring => strings::substring(&a, &b, None, budget),
        Function::Format => format::format(&a, &b, budget),
        Function::Join => match &b {
            Value::String(separator) => editing::join(&a, separator, budget),
            _ => Err(EvalError::Type),
        },
        Function::Split => editing::split(&a, &b, None, budget),

        Function::Greatest => math::greatest(&a, &b),
        Function::Least => math::least(&a, &b),
        Function::BitAnd => math::bits(&a, &b, |a, b| a & b),
        Function::BitOr => math::bits(&a, &b, |a, b| a | b),
        Function::BitXor => math::bits(&a, &b, |a, b| a ^ b),
        Function::BitShiftLeft => math::shift(&a, &b, u64::checked_shl),
        Function::BitShiftRight => math::shift(&a, &b, u64::checked_shr),

        Function::Flatten => match b {
            Value::Int(depth) => lists::flatten(&a, depth, budget),
            _ => Err(EvalError::Type),
        },

        Function::ContainsIp => network::contains_ip(&a, &b),
        Function::ContainsCidr => network::contains_cidr(&a, &b),

        part if part.is_time_part() => times::part_in(part, &a, &b, zones),
        _ => Err(EvalError::Type),
    }
}

/// A function of none, or of three or more operands.
pub(super) fn call<'v>(
    function: Function,
    operands: &[Value<'v>],
    budget: &Budget,
) -> Result<Value<'v>, EvalError> {
    match (function, operands) {
        (Function::OptionalNone, []) => Ok(Value::Optional(None)),
        (Function::IndexOf, [a, b, from]) => strings::index_of(a, b, Some(from), budget),
        (Function::LastIndexOf, [a, b, to]) => strings::last_index_of(a, b, Some(to), budget),
        (Function::Substring, [a, from, to]) => strings::substring(a, from, Some(to), budget),
        (Function::Replace, [a, b, c]) => editing::replace(a, b, c, None, budget),
        (Function::Replace, [a, b, c, most]) => editing::replace(a, b, c, Some(most), budget),
        (Function::Split, [a, b, most]) => editing::split(a, b, Some(most), budget),
        (Function::Slice, [a, from, to]) => lists::slice(a, from, to, budget),
        (Function::Greatest, operands) => math::greatest_in(operands.iter(), budget),
        (Function::Least, operands) => math::least_in(operands.iter(), budget),
        _ => Err(EvalError::Type),
    }
}

#[cfg(test)]
mod tests;
