//! JSON values with declared types.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::Json;
use crate::cel;
use crate::order::sorted;
use crate::plan::{Datum, Presence, Timestamp, Type};

/// A value with a declared type. What the type does not say is refused; fields that an object
/// does not declare are not looked at.
pub(crate) fn typed(value: &Json<'_>, ty: &Type) -> Option<Datum> {
    match (ty, value) {
        (Type::Dyn, value) => dynamic(value),
        (Type::AtMost(ty, most), value) => {
            let read = typed(value, ty)?;
            (length(&read)? <= *most as usize).then_some(read)
        }
        (Type::Null, Json::Null) => Some(Datum::Null),
        (Type::Bool, Json::Bool(value)) => Some(Datum::Bool(*value)),
        (Type::Int, Json::Int(value)) => Some(Datum::Int(*value)),
        (Type::Uint, Json::Int(value)) => u64::try_from(*value).ok().map(Datum::Uint),
        (Type::Double, Json::Double(value)) => Some(Datum::Double(*value)),
        #[expect(
            clippy::cast_precision_loss,
            reason = "a JSON number read as a double, as declared"
        )]
        (Type::Double, Json::Int(value)) => Some(Datum::Double(*value as f64)),
        (Type::String, Json::String(value)) => Some(Datum::String(value.to_string())),
        (Type::Bytes, Json::String(value)) => octets(value).map(Datum::Bytes),
        (Type::Timestamp, Json::String(value)) => cel::timestamp(value).map(Datum::Timestamp),
        (Type::Timestamp, Json::Int(seconds)) => {
            let timestamp = Timestamp {
                seconds: *seconds,
                nanos: 0,
            };
            timestamp
                .is_in_range()
                .then_some(Datum::Timestamp(timestamp))
        }
        (Type::Duration, Json::String(value)) => cel::duration(value).map(Datum::Duration),
        (Type::List(ty), Json::Array(elements)) => elements
            .iter()
            .map(|element| typed(element, ty))
            .collect::<Option<_>>()
            .map(Datum::List),
        (Type::Map(ty), Json::Object(object)) => {
            let entries = object
                .members()
                .map(|(name, value)| Some((name, typed(value, ty)?)));
            map(entries.collect::<Option<_>>()?)
        }
        (Type::Object(fields), Json::Object(object)) => {
            let mut entries = Vec::with_capacity(fields.len());
            for field in fields {
                match (object.member(&field.name), field.presence) {
                    (Some(value), _) => {
                        entries.push((field.name.as_str(), typed(value, &field.ty)?))
                    }
                    (None, Presence::Optional) => {}
                    (None, Presence::Mandatory) => return None,
                }
            }
            map(entries)
        }
        _ => None,
    }
}

/// What a bound on a type counts.
fn length(datum: &Datum) -> Option<usize> {
    match datum {
        Datum::String(text) => Some(text.len()),
        Datum::Bytes(octets) => Some(octets.len()),
        Datum::List(elements) => Some(elements.len()),
        Datum::Map(entries) => Some(entries.len()),
        _ => None,
    }
}

/// A value with the type that it turns out to have: whole numbers that fit are ints.
fn dynamic(value: &Json<'_>) -> Option<Datum> {
    Some(match value {
        Json::Null => Datum::Null,
        Json::Bool(value) => Datum::Bool(*value),
        Json::Int(value) => Datum::Int(*value),
        Json::Double(value) => Datum::Double(*value),
        Json::String(value) => Datum::String(value.to_string()),
        Json::Array(elements) => Datum::List(elements.iter().map(dynamic).collect::<Option<_>>()?),
        Json::Object(object) => {
            let entries = object
                .members()
                .map(|(name, value)| Some((name, dynamic(value)?)));
            return map(entries.collect::<Option<_>>()?);
        }
    })
}

/// A map with its keys in order, which for strings is that of their bytes.
fn map(entries: Vec<(&str, Datum)>) -> Option<Datum> {
    let entries = sorted(entries, |(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes())).into_iter();
    Some(Datum::Map(
        entries
            .map(|(name, value)| (Datum::String(name.to_owned()), value))
            .collect(),
    ))
}

/// Base64url without padding (RFC 7515 section 2), or base64 with (RFC 4648 section 4).
fn octets(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD
        .decode(text)
        .or_else(|_| STANDARD.decode(text))
        .ok()
}
