//! What a token says, for an explanation of why it was refused. Nothing here is verified.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use remit_engine::time::UnixTime;
use serde_json::{Map, Value};

use super::secret::{looks_secret, masked};
use crate::moment::time_text;

/// The claims of a token by name, as JSON, secrets masked and times in words too. None if it is
/// not one.
pub(super) fn claims(token: &str) -> Vec<(String, String)> {
    let payload = token.split('.').nth(1);
    let payload = payload.and_then(|payload| URL_SAFE_NO_PAD.decode(payload).ok());
    let claims: Option<Map<String, Value>> =
        payload.and_then(|payload| serde_json::from_slice(&payload).ok());
    let claims = claims.unwrap_or_default().into_iter();
    claims
        .map(|(name, value)| {
            let shown = shown(&name, &value);
            (name, shown)
        })
        .collect()
}

fn shown(name: &str, value: &Value) -> String {
    if let ("iat" | "exp" | "nbf", Some(seconds)) = (name, value.as_i64()) {
        return format!("{value} ({})", time_text(UnixTime::from_seconds(seconds)));
    }
    without_secrets(name, value).to_string()
}

fn without_secrets(name: &str, value: &Value) -> Value {
    if looks_secret(name) {
        let text = value.as_str().map(str::to_owned);
        let length = text.unwrap_or_else(|| value.to_string()).chars().count();
        return Value::String(masked(length));
    }
    match value {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| (name.clone(), without_secrets(name, value)))
            .collect(),
        Value::Array(elements) => elements
            .iter()
            .map(|element| without_secrets("", element))
            .collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_shown_without_secrets_and_times_in_words() {
        let payload = r#"{"exp": 1767268800, "api": [{"api_key": "hunter22"}], "a_token": 7}"#;
        let token = format!("e30.{}.x", URL_SAFE_NO_PAD.encode(payload));
        let shown = claims(&token);
        let shown: Vec<(&str, &str)> = shown
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            shown,
            [
                ("a_token", r#""*** (1 characters)""#),
                ("api", r#"[{"api_key":"*** (8 characters)"}]"#),
                ("exp", "1767268800 (2026-01-01T12:00:00Z)"),
            ]
        );
        assert!(claims("abc").is_empty() && claims("a.b.c").is_empty());
    }
}
