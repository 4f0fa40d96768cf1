//! What a decision record must say, member by member, and nothing else.

use serde_json::{Map, Value, json};

use super::{Credential, Errand, Stage, expected, told};

/// The record of a case without `version`, `token` and `time`, which differ from run to run.
#[must_use]
pub fn expected_record(errand: &Errand, credential: &Credential) -> Value {
    let finding = expected(errand, credential);
    let mut record = Map::new();
    let mut say = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            record.insert(name.to_owned(), json!(value));
        }
    };
    say("decision", Some(told(finding.reason).outcome));
    say("reason", Some(finding.reason.code()));
    say("policy", Some("cases"));
    say("rule", finding.rule);
    let operation = errand.operation.filter(|_| finding.stage > Stage::Request);
    if let Some(operation) = operation {
        say("resource", operation.resource);
        say("operation", Some(operation.name));
        say("class", Some(operation.class));
    }
    for (name, value) in believed(errand, credential).into_iter().flatten() {
        say(name, Some(value));
    }
    if !finding.observed.is_empty() {
        record.insert(String::from("observed"), json!(finding.observed));
    }
    Value::Object(record)
}

/// The identity that a record names: that of a token which was verified, if one was looked at.
fn believed<'c>(
    errand: &Errand,
    credential: &'c Credential,
) -> Option<&'c super::credentials::Identity> {
    let looked_at = expected(errand, credential).stage >= Stage::Credential;
    credential.identity.as_ref().filter(|_| looked_at)
}

/// Holds a record against the table.
///
/// # Errors
/// What is wrong with it.
pub fn verify_record(
    errand: &Errand,
    credential: &Credential,
    record: &Value,
) -> Result<(), String> {
    let mut rest = record
        .as_object()
        .cloned()
        .ok_or("the record is no object")?;
    let mut take = |name: &str| rest.remove(name);
    let digits = |value: Option<Value>| {
        let text = value.and_then(|value| value.as_str().map(str::len));
        text.unwrap_or_default()
    };
    let (version, token, time) = (digits(take("version")), digits(take("token")), take("time"));
    if version != 16 {
        return Err(format!("the version has {version} digits"));
    }
    // Half a SHA-256: enough to find a token in a log, not enough to be one.
    let fingerprint = if believed(errand, credential).is_some() {
        32
    } else {
        0
    };
    if token != fingerprint {
        return Err(format!(
            "the token's fingerprint has {token} digits, not {fingerprint}"
        ));
    }
    if !time.is_some_and(|time| time.is_i64()) {
        return Err(String::from("there is no time"));
    }
    let (rest, expected) = (Value::Object(rest), expected_record(errand, credential));
    if rest == expected {
        return Ok(());
    }
    Err(format!("the record is {rest}, not {expected}"))
}
