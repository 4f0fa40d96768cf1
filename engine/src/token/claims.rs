//! Reading claims with the types that RFC 7519 section 4.1 and the policy give them.

use super::json::{Json, Object};
use crate::decision::Reason;
use crate::limits;
use crate::plan::{Datum, Scalar, ScalarType, Type};
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
        let seconds = match self.0.member(name) {
            None => return Ok(None),
            #[expect(
                clippy::cast_precision_loss,
                reason = "beyond 2^53 it is out of range anyway"
            )]
            Some(Json::Int(seconds)) => *seconds as f64,
            Some(Json::Double(seconds)) => *seconds,
            Some(_) => return Err(Reason::ClaimMalformed),
        };
        UnixTime::from_numeric_date(seconds)
            .map(Some)
            .ok_or(Reason::ClaimMalformed)
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
    pub(crate) fn declared(&self, path: &[String], ty: Type) -> Result<Option<Datum>, Reason> {
        let value = self.0.at(path);
        value
            .map(|value| datum(value, ty).ok_or(Reason::ClaimMalformed))
            .transpose()
    }
}

fn string<'j>(value: Option<&'j Json<'_>>) -> Result<Option<&'j str>, Reason> {
    match value {
        None => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(Reason::ClaimMalformed),
    }
}

fn datum(value: &Json<'_>, ty: Type) -> Option<Datum> {
    match (ty, value) {
        (Type::Scalar(ty), value) => scalar(value, ty).map(Datum::Scalar),
        (Type::List(ty), Json::Array(elements)) => elements
            .iter()
            .map(|element| scalar(element, ty))
            .collect::<Option<_>>()
            .map(Datum::List),
        (Type::List(_), _) => None,
    }
}

fn scalar(value: &Json<'_>, ty: ScalarType) -> Option<Scalar> {
    match (ty, value) {
        (ScalarType::Bool, Json::Bool(value)) => Some(Scalar::Bool(*value)),
        (ScalarType::Int, Json::Int(value)) => Some(Scalar::Int(*value)),
        (ScalarType::Double, Json::Double(value)) => Some(Scalar::Double(*value)),
        #[expect(
            clippy::cast_precision_loss,
            reason = "a JSON number read as a double, as declared"
        )]
        (ScalarType::Double, Json::Int(value)) => Some(Scalar::Double(*value as f64)),
        (ScalarType::String, Json::String(value)) => Some(Scalar::String(value.to_string())),
        _ => None,
    }
}
