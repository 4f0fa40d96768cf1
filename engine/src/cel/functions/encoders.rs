//! Extension: base64, with padding or without (RFC 4648 section 4).

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::cel::budget::Budget;
use crate::cel::error::EvalError;
use crate::cel::value::{Octets, Value};

/// Reads either; bits behind the last octet must be zero, so that bytes have one text of each kind.
const EITHER: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn decode<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    let Value::String(text) = a else {
        return Err(EvalError::Type);
    };
    budget.allocate(text.len())?;
    let octets = EITHER.decode(text.as_bytes());
    let octets = octets.map_err(|_| EvalError::Conversion)?;
    Ok(Value::Bytes(Octets::Owned(octets.into())))
}

pub(super) fn encode<'v>(a: &Value<'v>, budget: &Budget) -> Result<Value<'v>, EvalError> {
    let Value::Bytes(octets) = a else {
        return Err(EvalError::Type);
    };
    budget.allocate(octets.len().div_ceil(3).saturating_mul(4))?;
    Ok(Value::owned_text(STANDARD.encode(&**octets)))
}
