//! A query as form parameters (`application/x-www-form-urlencoded`).

use std::borrow::Cow;

use crate::decision::Reason;
use crate::limits;
use crate::plan::{Datum, NameId, Parameter, Plan, Presence, QueryShape, Type};

/// Parameters that carry a credential (RFC 6750 section 2.3), refused wherever they stand.
const CREDENTIALS: &[&str] = &["access_token"];

/// Parameters by which some servers let the sender replace the method, refused wherever they stand.
const OVERRIDES: &[&str] = &["_method"];

/// The declared parameters of a request, by the names that the plan gives them.
#[derive(Debug, Default)]
pub struct Query(Vec<(NameId, Datum)>);

impl Query {
    /// The value of a declared parameter; `None` if the request has none.
    #[must_use]
    pub fn value(&self, name: NameId) -> Option<&Datum> {
        self.0
            .iter()
            .find_map(|(other, value)| (*other == name).then_some(value))
    }
}

/// A query taken apart, in its order.
pub(crate) type Parameters<'r> = Vec<(Cow<'r, str>, Cow<'r, str>)>;

/// Takes a query apart.
///
/// # Errors
/// [`Reason::QueryAmbiguous`], [`Reason::CredentialInQuery`].
pub(crate) fn parse(query: &str) -> Result<Parameters<'_>, Reason> {
    let mut parameters = Vec::new();
    for part in query.split('&').filter(|part| !part.is_empty()) {
        if parameters.len() == limits::QUERY_PARAMETERS {
            return Err(Reason::QueryAmbiguous);
        }
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let name = decode(name).ok_or(Reason::QueryAmbiguous)?;
        if CREDENTIALS.iter().any(|one| name.eq_ignore_ascii_case(one)) {
            return Err(Reason::CredentialInQuery);
        }
        if OVERRIDES.iter().any(|one| name.eq_ignore_ascii_case(one)) {
            return Err(Reason::QueryAmbiguous);
        }
        parameters.push((name, decode(value).ok_or(Reason::QueryAmbiguous)?));
    }
    Ok(parameters)
}

/// Holds a query against what an operation declares.
///
/// # Errors
/// [`Reason::QueryAmbiguous`], [`Reason::UndeclaredQuery`].
pub(crate) fn read(
    plan: &Plan,
    shape: &QueryShape,
    raw: Option<&str>,
    parameters: &Parameters<'_>,
) -> Result<Query, Reason> {
    let QueryShape::Declared(declared) = shape else {
        return Ok(Query::default());
    };
    // Some servers take `;` for `&` (HTML 4.01 appendix B.2.2).
    if raw.is_some_and(|raw| raw.contains(';')) {
        return Err(Reason::QueryAmbiguous);
    }
    let name_of = |parameter: &Parameter| plan.names.get(parameter.name.index());
    let is_declared = |name: &str| {
        declared
            .iter()
            .any(|one| name_of(one).is_some_and(|n| n == name))
    };
    if !parameters.iter().all(|(name, _)| is_declared(name)) {
        return Err(Reason::UndeclaredQuery);
    }
    let mut query = Query::default();
    for one in declared {
        let name = name_of(one).ok_or(Reason::HostFailure)?;
        let mut values = parameters
            .iter()
            .filter(|(other, _)| other == name)
            .map(|(_, value)| value.as_ref());
        let value = match &one.ty {
            Type::List(ty) => {
                let list: Option<Vec<Datum>> = values.map(|value| element(value, ty)).collect();
                Some(list.ok_or(Reason::QueryAmbiguous)?)
                    .filter(|list| !list.is_empty())
                    .map(Datum::List)
            }
            ty => match (values.next(), values.next()) {
                (None, _) => None,
                (Some(value), None) => Some(scalar(value, ty).ok_or(Reason::QueryAmbiguous)?),
                (Some(_), Some(_)) => return Err(Reason::QueryAmbiguous),
            },
        };
        match (value, one.presence) {
            (Some(value), _) => query.0.push((one.name, value)),
            (None, Presence::Optional) => {}
            (None, Presence::Mandatory) => return Err(Reason::UndeclaredQuery),
        }
    }
    Ok(query)
}

/// Reads a value of which there is one spelling. White space at the ends is what some servers trim
/// and others do not.
fn scalar(text: &str, ty: &Type) -> Option<Datum> {
    match ty {
        Type::String => (text.trim() == text).then(|| Datum::String(text.to_owned())),
        Type::Bool => match text {
            "true" => Some(Datum::Bool(true)),
            "false" => Some(Datum::Bool(false)),
            _ => None,
        },
        // `+5`, `05` and `5` may be three things to three readers.
        Type::Int => text
            .parse()
            .ok()
            .filter(|value: &i64| value.to_string() == text)
            .map(Datum::Int),
        Type::Double => text
            .parse()
            .ok()
            .filter(|_| is_plain_decimal(text))
            .map(Datum::Double),
        // The compiler declares no others; there is no one spelling for them.
        Type::Dyn
        | Type::Null
        | Type::Uint
        | Type::Bytes
        | Type::Timestamp
        | Type::Duration
        | Type::List(_)
        | Type::Map(_)
        | Type::AtMost(..)
        | Type::Object(_) => None,
    }
}

/// An element of a list: a comma within would make two of it for a server that splits at commas
/// (OpenAPI 3.1 section 4.8.12.2, `explode: false`).
fn element(text: &str, ty: &Type) -> Option<Datum> {
    scalar(text, ty).filter(|_| !text.contains(','))
}

/// Digits, perhaps a sign before and a fraction behind, and no more of them than every reader of
/// doubles keeps apart.
fn is_plain_decimal(text: &str) -> bool {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = match unsigned.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (unsigned, None),
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && unsigned.len() <= 15
}

fn decode(text: &str) -> Option<Cow<'_, str>> {
    if !text.contains(['%', '+']) {
        return Some(Cow::Borrowed(text));
    }
    let decoded = percent_decode(
        text.as_bytes(),
        |byte| if byte == b'+' { b' ' } else { byte },
    )?;
    (!decoded.chars().any(char::is_control)).then_some(Cow::Owned(decoded))
}

/// Decodes percent escapes once; bytes outside them go through `plain`. `None` if an escape is
/// broken or the result is not UTF-8.
pub(crate) fn percent_decode(text: &[u8], plain: impl Fn(u8) -> u8) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let (digits, after) = after.split_first_chunk::<2>()?;
            let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
            bytes.push(u8::try_from(high? * 16 + low?).ok()?);
            rest = after;
        } else {
            bytes.push(plain(*first));
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests;
