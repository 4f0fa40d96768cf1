//! Reading claims with the types that RFC 7519 section 4.1 and the policy give them.

use crate::decision::Reason;
use crate::json::{Json, Object, typed};
use crate::limits;
use crate::plan::{Datum, Type};
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

    /// A claim at a path.
    pub(crate) fn at(&self, path: &[String]) -> Option<&Json<'t>> {
        self.0.at(path)
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
            .map(|value| typed(value, ty).ok_or(Reason::ClaimMalformed))
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

#[cfg(test)]
mod tests;
