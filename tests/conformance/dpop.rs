//! DPoP proofs (RFC 9449 section 4.3).
//!
//! What the engine leaves to its caller is done here as a caller does it: one proof only, and none
//! that was there before.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use remit_engine::crypto::NoHostCrypto;
use remit_engine::plan::Algorithm;
use remit_engine::time::UnixTime;
use remit_engine::token::dpop::{self, Expected};
use remit_tests::vectors::{DPOP, Tally};
use serde_json::Value;

/// Clock difference that a gateway allows, in seconds.
const LEEWAY: u32 = 5;

pub(crate) fn run() -> Vec<Tally> {
    let mut tally = Tally::new(DPOP.name);
    for file in DPOP.files().expect("the suite is there") {
        for case in DPOP.cases(&file).expect("cases") {
            let id = case["id"].as_str().expect("a case has an id");
            let verdict = judge(&case);
            match (case["expect"].as_str(), verdict) {
                (Some("accept"), Ok(())) | (Some("reject"), Err(_)) => tally.pass(),
                (expect, verdict) if case["strength"] == "should" => {
                    tally.note(format!("{id}: {verdict:?}, and should be {expect:?}"));
                    tally.pass();
                }
                (expect, verdict) => {
                    tally.fail(id, &format!("{verdict:?}, expected {expect:?}"));
                }
            }
        }
    }
    vec![tally]
}

fn judge(case: &Value) -> Result<(), String> {
    let proofs = proofs(case);
    let [proof] = proofs.as_slice() else {
        return Err(format!("{} proofs", proofs.len()));
    };
    let request = &case["request"];
    let text = |value: &'static str| request[value].as_str().unwrap_or_default();
    let key = case["token_cnf_jkt"]
        .as_str()
        .or(case["expected_jkt"].as_str());
    let thumbprint = URL_SAFE_NO_PAD.decode(key.ok_or("no thumbprint")?);
    let thumbprint = thumbprint.map_err(|error| error.to_string())?;
    let now = case["now"].as_i64().ok_or("no time")?;
    let max_age = case["max_age_s"].as_u64().ok_or("no greatest age")?;
    let algorithms: Vec<Algorithm> = Algorithm::NAMES.iter().map(|(_, one)| *one).collect();
    let expected = Expected {
        method: text("method"),
        uri: text("url"),
        access_token: request["access_token"].as_str().map(str::as_bytes),
        thumbprint: thumbprint.try_into().map_err(|_| "no thumbprint")?,
        nonce: case["required_nonce"].as_str(),
        now: UnixTime::from_seconds(now),
        max_age: u32::try_from(max_age).map_err(|error| error.to_string())?,
        leeway: LEEWAY,
        algorithms: &algorithms,
    };
    let check = || {
        dpop::check(proof.as_bytes(), &expected, &NoHostCrypto).map_err(|error| error.to_string())
    };
    let mut seen = BTreeSet::new();
    if was_seen(case, proof) {
        seen.insert(check()?.id);
    }
    if seen.insert(check()?.id) {
        Ok(())
    } else {
        Err("replayed".to_owned())
    }
}

/// The values of the request's `DPoP` fields.
fn proofs(case: &Value) -> Vec<String> {
    let proof = case["proof"].as_str().unwrap_or_default().to_owned();
    match &case["headers_dpop"] {
        Value::Array(many) => many
            .iter()
            .map(|one| one.as_str().unwrap_or_default().to_owned())
            .collect(),
        Value::Number(count) => {
            vec![proof; usize::try_from(count.as_u64().unwrap_or_default()).unwrap_or_default()]
        }
        _ => vec![proof],
    }
}

/// Whether the proof's `jti` is one that was there before.
fn was_seen(case: &Value, proof: &str) -> bool {
    let payload = proof.split('.').nth(1).unwrap_or_default();
    let payload = URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
    let claims: Value = serde_json::from_slice(&payload).unwrap_or_default();
    let seen = case["already_seen_jti"].as_array().into_iter().flatten();
    seen.into_iter().any(|jti| *jti == claims["jti"])
}
