//! Requests for the module as it is shipped, which a gateway in JavaScript sends.

use remit_bench_cases::decision::NOW;
use remit_bench_cases::rules::Rules;
use remit_engine::decision::Outcome;
use serde_json::{Value, json};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::{cases, head};

/// The names of the requests.
#[must_use]
pub fn names() -> Vec<String> {
    let (_, requests) = cases::requests();
    requests
        .into_iter()
        .map(|(name, ..)| name.to_owned())
        .collect()
}

/// The plan and the requests of the filter's cases, and new tokens.
#[must_use]
pub fn for_module(new_tokens: u32) -> Value {
    let (plan, requests) = cases::requests();
    let requests = requests.into_iter().map(|(name, head, reason)| {
        let fields: Vec<[String; 2]> = head.with_fields(|fields| {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let fields = fields.iter();
            fields
                .map(|(name, value)| [text(name), text(value)])
                .collect()
        });
        let request = json!({
            "fields": fields,
            "reason": reason.code(),
            "goesOn": reason.outcome() == Outcome::Allow,
        });
        (name.to_owned(), request)
    });
    let requests: serde_json::Map<String, Value> = requests.collect();
    let request = Rules::ONE.allowed();
    let tokens = (0..new_tokens).map(|number| {
        let head = head::with_token(&request, &format!("module-{number}"));
        head.authorization
    });
    json!({
        "plan": STANDARD.encode(plan),
        "seconds": NOW,
        "requests": requests,
        "tokens": tokens.collect::<Vec<_>>(),
    })
}
