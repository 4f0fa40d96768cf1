//! Project Wycheproof: signatures one by one, and compact JWS with keys as JWK.
//!
//! The JWS of this suite are not tokens: their payloads are no claims. So the parts that a token
//! goes through are used one after the other, as the verifier uses them.

use remit_engine::crypto::PublicKey;
use remit_engine::plan::Algorithm;
use remit_tests::vectors::{JOSE_WYCHEPROOF, Tally};
use serde_json::Value;

use crate::judge;

pub(crate) fn run() -> Vec<Tally> {
    let files = JOSE_WYCHEPROOF.files().expect("the suite is there");
    files.iter().map(|file| judge_file(file)).collect()
}

fn judge_file(file: &str) -> Tally {
    if file.starts_with("json_web_") {
        return tokens(file);
    }
    match algorithm(file) {
        Some(algorithm) => signatures(file, algorithm),
        None => {
            let mut tally = named(file);
            tally.skip_all(cases(file).len(), "no algorithm of JOSE signs like this");
            tally
        }
    }
}

/// What the signatures of a file are of, by its name: `rsa_pss_2048_sha256_mgf1_32_test`.
fn algorithm(file: &str) -> Option<Algorithm> {
    let parts: Vec<&str> = file.split('_').collect();
    match parts.as_slice() {
        ["ed25519", ..] => Some(Algorithm::EdDsa),
        ["ecdsa", "secp256r1", "sha256", "p1363", ..] => Some(Algorithm::Es256),
        ["ecdsa", "secp384r1", "sha384", "p1363", ..] => Some(Algorithm::Es384),
        ["ecdsa", "secp521r1", "sha512", "p1363", ..] => Some(Algorithm::Es512),
        ["rsa", "signature", _, "sha256", "test"] => Some(Algorithm::Rs256),
        ["rsa", "signature", _, "sha384", "test"] => Some(Algorithm::Rs384),
        ["rsa", "signature", _, "sha512", "test"] => Some(Algorithm::Rs512),
        ["rsa", "pss", _, "sha256", "mgf1", "32", "test"] => Some(Algorithm::Ps256),
        ["rsa", "pss", _, "sha384", "mgf1", "48", "test"] => Some(Algorithm::Ps384),
        ["rsa", "pss", _, "sha512", "mgf1", "64", "test"] => Some(Algorithm::Ps512),
        _ => None,
    }
}

fn named(file: &str) -> Tally {
    Tally::new(&format!("{}/{file}", JOSE_WYCHEPROOF.name))
}

fn cases(file: &str) -> Vec<(Value, Value)> {
    let groups = JOSE_WYCHEPROOF
        .read(&format!("keys/{file}.groups.json"))
        .expect("keys are there");
    let cases = JOSE_WYCHEPROOF.cases(file).expect("cases are there");
    let group_of = |case: &Value| {
        let group = case["group"]
            .as_u64()
            .and_then(|index| usize::try_from(index).ok());
        group
            .and_then(|index| groups.get(index))
            .expect("a case has a group")
            .clone()
    };
    cases
        .into_iter()
        .map(|case| (group_of(&case), case))
        .collect()
}

fn signatures(file: &str, algorithm: Algorithm) -> Tally {
    let mut tally = named(file);
    for (group, case) in cases(file) {
        let id = case["id"].as_str().expect("a case has an id");
        let key = PublicKey::from_spki(algorithm.key_kind(), &bytes(&group["publicKeyDer"]));
        let verdict = match key {
            Ok(key) => key
                .verify(algorithm, &bytes(&case["msg"]), &bytes(&case["sig"]))
                .map_err(|error| error.to_string()),
            Err(error) if case["result"] == "valid" && has_flag(&case, "SmallPublicKey") => {
                tally.note(format!("{id}: valid, refused on purpose: {error}"));
                tally.pass();
                continue;
            }
            Err(error) => Err(error.to_string()),
        };
        tally.check(id, judged(&case, verdict));
    }
    tally
}

fn has_flag(case: &Value, flag: &str) -> bool {
    case["flags"]
        .as_array()
        .is_some_and(|flags| flags.iter().any(|one| one == flag))
}

fn tokens(file: &str) -> Tally {
    let mut tally = named(file);
    for (group, case) in cases(file) {
        let id = case["id"].as_str().expect("a case has an id");
        let set = if group["public"].is_null() {
            &group["private"]
        } else {
            &group["public"]
        };
        let token = case["jws"]
            .as_str()
            .or_else(|| case["jwe"].as_str())
            .unwrap_or_default();
        let verdict = judge::verify(&judge::keys(set), token);
        match (&verdict, refused_on_purpose(set, token)) {
            (Err(why), Some(purpose)) if case["result"] == "valid" => {
                tally.note(format!(
                    "{id}: valid, refused on purpose: {purpose} ({why})"
                ));
                tally.pass();
            }
            _ => tally.check(id, judged(&case, verdict)),
        }
    }
    tally
}

/// Why a JWS that is valid as such is none that a token may be, or its key none that may verify one.
fn refused_on_purpose(set: &Value, token: &str) -> Option<&'static str> {
    if token.split('.').count() == 5 {
        return Some("encrypted tokens are not read");
    }
    if token.contains("..") {
        return Some("an empty payload is no set of claims");
    }
    if token.contains(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)) {
        return Some("it has a character that base64url has not");
    }
    let header = judge::header(token);
    if header["alg"].as_str()?.starts_with("HS") {
        return Some("who can verify HMAC can also sign");
    }
    let own = set.get("alg")?;
    (*own != header["alg"]).then_some("the key is for another algorithm")
}

fn judged(case: &Value, verdict: Result<(), String>) -> Result<(), String> {
    let comment = &case["comment"];
    match (case["result"].as_str(), verdict) {
        (Some("valid" | "acceptable"), Ok(())) | (Some("invalid" | "acceptable"), Err(_)) => Ok(()),
        (Some("invalid"), Ok(())) => Err(format!("verified, but is invalid: {comment}")),
        (_, Err(why)) => Err(format!("refused, but is valid: {comment}: {why}")),
        (result, Ok(())) => Err(format!("unknown result {result:?}")),
    }
}

fn bytes(hex: &Value) -> Vec<u8> {
    let hex = hex.as_str().expect("bytes in hexadecimal");
    let digits: Vec<u8> = hex.bytes().map(nibble).collect();
    digits
        .chunks(2)
        .map(|pair| pair.iter().fold(0, |byte, digit| byte * 16 + digit))
        .collect()
}

fn nibble(digit: u8) -> u8 {
    let value = char::from(digit).to_digit(16).expect("a hexadecimal digit");
    u8::try_from(value).expect("below 16")
}
