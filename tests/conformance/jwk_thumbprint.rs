//! JWK thumbprints (RFC 7638).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use remit_engine::json;
use remit_engine::token::thumbprint;
use remit_tests::vectors::{JWK_THUMBPRINT, Tally};
use serde_json::Value;

pub(crate) fn run() -> Vec<Tally> {
    let mut tally = Tally::new(JWK_THUMBPRINT.name);
    for file in JWK_THUMBPRINT.files().expect("the suite is there") {
        for case in JWK_THUMBPRINT.cases(&file).expect("cases") {
            let id = case["id"].as_str().expect("a case has an id");
            tally.check(id, judge(&case));
        }
    }
    vec![tally]
}

fn judge(case: &Value) -> Result<(), String> {
    let text = case["jwk"].to_string();
    let jwk = json::parse_object(text.as_bytes()).map_err(|error| error.to_string())?;
    let found = thumbprint::sha256(&jwk).map(|hash| URL_SAFE_NO_PAD.encode(hash));
    let expected = case["expected_sha256_b64u"].as_str();
    if found.as_deref() == expected {
        Ok(())
    } else {
        Err(format!("{found:?} and not {expected:?}"))
    }
}
