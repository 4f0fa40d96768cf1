//! Reading claims with the types that RFC 7519 section 4.1 and the policy give them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::json::{Json, Object};
use crate::cel;
use crate::decision::Reason;
use crate::limits;
use crate::order::sorted;
use crate::plan::{Datum, Presence, Timestamp, Type};
use crate::time::UnixTime;

/// The claims of a token, read but not believed.
pub(crate) struct Claims<'t>(Object<'t>);

impl<'t> Claims<'t> {
    pub(crate) fn new(payload: Object<'t>) -> Self {
        Self(payload)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.member(name).is_some()
    }

    pub(crate) fn member(&self, name: &str) -> Option<&Json<'t>> {
        self.0.member(name)
    }

    /// A string claim at a path; any other type is refused.
    pub(crate) fn text(&self, path: &[String]) -> Result<Option<&str>, Reason> {
        string(self.0.at(path))
    }

    /// A string claim at the top level.
    pub(crate) fn top_text(&self, name: &str) -> Result<Option<&str>, Reason> {
        string(self.0.member(name))
    }

    /// A NumericDate at the top level.
    pub(crate) fn date(&self, name: &str) -> Result<Option<UnixTime>, Reason> {
        match self.0.member(name) {
            None => Ok(None),
            Some(value) => numeric_date(value).map(Some).ok_or(Reason::ClaimMalformed),
        }
    }

    /// `aud`: a string or an array of strings (RFC 7519 section 4.1.3).
    pub(crate) fn audiences(&self) -> Result<Vec<&str>, Reason> {
        match self.0.member("aud") {
            None => Err(Reason::ClaimMissing),
            Some(Json::String(audience)) => Ok(vec![audience]),
            Some(Json::Array(members)) if members.len() <= limits::AUDIENCES => members
                .iter()
                .map(|member| match member {
                    Json::String(audience) => Ok(audience.as_ref()),
                    _ => Err(Reason::ClaimMalformed),
                })
                .collect(),
            Some(_) => Err(Reason::ClaimMalformed),
        }
    }

    /// A declared claim, with the type that it was declared with.
    pub(crate) fn declared(&self, path: &[String], ty: &Type) -> Result<Option<Datum>, Reason> {
        let value = self.0.at(path);
        value
            .map(|value| datum(value, ty).ok_or(Reason::ClaimMalformed))
            .transpose()
    }
}

/// A NumericDate (RFC 7519 section 2) between 1970 and 9999.
pub(crate) fn numeric_date(value: &Json<'_>) -> Option<UnixTime> {
    let seconds = match value {
        #[expect(
            clippy::cast_precision_loss,
            reason = "beyond 2^53 it is out of range anyway"
        )]
        Json::Int(seconds) => *seconds as f64,
        Json::Double(seconds) => *seconds,
        _ => return None,
    };
    UnixTime::from_numeric_date(seconds)
}

fn string<'j>(value: Option<&'j Json<'_>>) -> Result<Option<&'j str>, Reason> {
    match value {
        None => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(Reason::ClaimMalformed),
    }
}

/// A value with a declared type. What the type does not say is refused; fields that an object
/// does not declare are not looked at.
fn datum(value: &Json<'_>, ty: &Type) -> Option<Datum> {
    match (ty, value) {
        (Type::Dyn, value) => dynamic(value),
        (Type::AtMost(ty, most), value) => {
            let read = datum(value, ty)?;
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
            .map(|element| datum(element, ty))
            .collect::<Option<_>>()
            .map(Datum::List),
        (Type::Map(ty), Json::Object(object)) => {
            let entries = object
                .members()
                .map(|(name, value)| Some((name, datum(value, ty)?)));
            map(entries.collect::<Option<_>>()?)
        }
        (Type::Object(fields), Json::Object(object)) => {
            let mut entries = Vec::with_capacity(fields.len());
            for field in fields {
                match (object.member(&field.name), field.presence) {
                    (Some(value), _) => {
                        entries.push((field.name.as_str(), datum(value, &field.ty)?))
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

#[cfg(test)]
mod tests;
