//! Project Wycheproof: signatures one by one, and compact JWS with keys as JWK.
//!
//! The JWS of this suite are not tokens: their payloads are no claims. So the parts that a token
//! goes through are used one after the other, as the verifier uses them.

use remit_engine::crypto::PublicKey;
use remit_engine::plan::Algorithm;
use remit_engine::token::jws::CompactJws;
use remit_tests::vectors::{JOSE_WYCHEPROOF, Tally};
use serde_json::Value;

use crate::judge;

/// Files of single signatures.
const SIGNATURES: &[(&str, Algorithm)] = &[
    ("ed25519_test", Algorithm::EdDsa),
    ("ecdsa_secp256r1_sha256_p1363_test", Algorithm::Es256),
    ("rsa_signature_2048_sha256_test", Algorithm::Rs256),
    ("rsa_signature_3072_sha256_test", Algorithm::Rs256),
    ("rsa_signature_4096_sha256_test", Algorithm::Rs256),
];

/// Files of compact JWS.
const TOKENS: &[&str] = &[
    "json_web_signature_test",
    "json_web_crypto_test",
    "json_web_key_test",
];

pub(crate) fn run() -> Vec<Tally> {
    let signatures = SIGNATURES
        .iter()
        .map(|(file, algorithm)| signatures(file, *algorithm));
    signatures
        .chain(TOKENS.iter().map(|file| tokens(file)))
        .collect()
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
        let verdict = match PublicKey::from_spki(algorithm, &bytes(&group["publicKeyDer"])) {
            Ok(key) if key.has_signed(&bytes(&case["msg"]), &bytes(&case["sig"])) => Ok(()),
            Ok(_) => Err(String::from("the signature is refused")),
            Err(error) if has_flag(&case, "SmallPublicKey") => {
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
        let verdict = verify(set, token);
        match (&verdict, refused_on_purpose(token)) {
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

/// Why a JWS that is valid as such is none that a token may be.
fn refused_on_purpose(token: &str) -> Option<&'static str> {
    if token.contains("..") {
        return Some("an empty payload is no set of claims");
    }
    if token.split('.').count() == 5 {
        return Some("encrypted tokens are not read");
    }
    if token.contains(|c: char| !c.is_ascii_alphanumeric() && !"-_.".contains(c)) {
        return Some("it has a character that base64url has not");
    }
    let jws = CompactJws::parse(token.as_bytes()).ok()?;
    match jws.header().ok()?.algorithm {
        None => Some("HMAC, PSS and the longer hashes are not supported"),
        Some(_) => None,
    }
}

fn verify(set: &Value, token: &str) -> Result<(), String> {
    let jws = CompactJws::parse(token.as_bytes()).map_err(|reason| reason.to_string())?;
    let header = jws.header().map_err(|reason| reason.to_string())?;
    let algorithm = header.algorithm.ok_or("the algorithm is refused")?;
    let keys = judge::keys(set);
    let kid = header.kid.as_deref();
    let named = keys
        .iter()
        .filter(|key| kid.is_none() || key.kid.as_deref() == kid);
    let fitting: Vec<_> = named.filter(|key| key.algorithm == algorithm).collect();
    let [key] = fitting.as_slice() else {
        return Err(format!("{} keys fit", fitting.len()));
    };
    let key = PublicKey::from_spki(algorithm, &key.spki).map_err(|error| error.to_string())?;
    if key.has_signed(jws.signed(), jws.signature()) {
        Ok(())
    } else {
        Err(String::from("the signature is refused"))
    }
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
