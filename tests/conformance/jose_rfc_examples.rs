//! Keys and JWS that the JOSE specifications print (RFC 7515, 7517, 7520, 7797, 8037).
//!
//! All are right as such. What a verifier of tokens is to make of them follows here from the JSON
//! alone: a signature that is not symmetric verifies in the compact form, and nothing else does.

use remit_engine::token::jwks::{self, KeyProblem};
use remit_engine::token::jws::CompactJws;
use remit_tests::vectors::{JOSE_RFC_EXAMPLES, Tally};
use serde_json::{Value, json};

use crate::judge;

pub(crate) fn run() -> Vec<Tally> {
    let suite = JOSE_RFC_EXAMPLES;
    let by_file = suite.read("keys/keys_by_file.json").expect("keys");
    let files = suite.files().expect("the suite is there");
    let judge_file = |file: &String| {
        let mut tally = Tally::new(&format!("{}/{file}", suite.name));
        for case in suite.cases(file).expect("cases") {
            let id = case["id"].as_str().expect("a case has an id");
            tally.check(id, judge_case(&case, &by_file));
        }
        tally
    };
    files.iter().map(judge_file).collect()
}

fn judge_case(case: &Value, by_file: &Value) -> Result<(), String> {
    let content = &case["content"];
    let keys_of_file = || by_file.get(case["file"].as_str()?);
    match case["kind"].as_str() {
        Some("jwk") => judge_key(content),
        Some("jwkset") => {
            let keys = content["keys"].as_array().ok_or("no array `keys`")?;
            keys.iter().try_for_each(judge_key)
        }
        Some("jws_compact") => {
            let token = content.as_str().ok_or("no text")?;
            // The example of `none` has no key.
            judge_compact(keys_of_file().unwrap_or(&json!({"keys": []})), token)
        }
        Some("jws_flattened_json" | "jws_general_json") => {
            judge_json(keys_of_file().ok_or("no key")?, content)
        }
        Some("detached_payload") => Ok(()),
        Some("jws" | "curve25519" | "rfc7797") => {
            let (keys, output) = (&content["input"]["key"], &content["output"]);
            if let Some(token) = output["compact"].as_str() {
                judge_compact(keys, token)?;
            }
            let json = ["json", "json_flat"].into_iter();
            json.filter_map(|name| output.get(name))
                .try_for_each(|text| judge_json(keys, text))
        }
        other => Err(format!("unknown kind {other:?}")),
    }
}

/// A public key for signatures is taken, any other is not, and a private one is called that.
fn judge_key(jwk: &Value) -> Result<(), String> {
    let set = json!({"keys": [jwk]}).to_string();
    let found = jwks::parse(set.as_bytes()).map_err(|error| error.to_string())?;
    let why = found.skipped.first().map(|skipped| skipped.why);
    let signs = is_for_signatures(jwk);
    if is_private(jwk) {
        if why != Some(KeyProblem::Private) {
            return Err(format!("a private key: {why:?}"));
        }
        return if signs {
            judge_key(&public(jwk))
        } else {
            Ok(())
        };
    }
    match (signs, found.keys.len()) {
        (true, 1) | (false, 0) => Ok(()),
        (true, _) => Err(format!("refused: {why:?}")),
        (false, _) => Err("taken".to_owned()),
    }
}

fn is_for_signatures(jwk: &Value) -> bool {
    jwk["kty"] != "oct" && jwk["use"] != "enc" && jwk["crv"] != "X25519"
}

fn is_private(jwk: &Value) -> bool {
    jwk.get("d").is_some() || jwk.get("k").is_some()
}

/// A key without its private members.
fn public(jwk: &Value) -> Value {
    let members = jwk.as_object().into_iter().flatten();
    let shown = members.filter(|(name, _)| {
        !["d", "p", "q", "dp", "dq", "qi", "oth", "k"].contains(&name.as_str())
    });
    shown
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn judge_compact(keys: &Value, token: &str) -> Result<(), String> {
    let header = judge::header(token);
    let name = header["alg"].as_str().unwrap_or_default();
    let is_signed = ["RS", "PS", "ES", "Ed"]
        .iter()
        .any(|start| name.starts_with(start));
    let is_whole = token.split('.').filter(|part| !part.is_empty()).count() == 3;
    let verdict = judge::verify(&judge::keys(&public_set(keys)), token);
    match verdict {
        Ok(()) if is_signed && is_whole && header.get("b64").is_none() => Ok(()),
        Ok(()) => Err(format!("verified: {token}")),
        Err(why) if is_signed && is_whole && header.get("b64").is_none() => Err(why),
        Err(_) => Ok(()),
    }
}

/// No JSON is a token; its signatures are, each on its own, if what they sign says how.
fn judge_json(keys: &Value, text: &Value) -> Result<(), String> {
    if CompactJws::parse(text.to_string().as_bytes()).is_ok() {
        return Err("JSON is read as a compact JWS".to_owned());
    }
    let signatures = match text["signatures"].as_array() {
        Some(many) => many.clone(),
        None => vec![text.clone()],
    };
    for signature in &signatures {
        let part = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
        let (protected, payload) = (part(signature, "protected"), part(text, "payload"));
        let token = format!("{protected}.{payload}.{}", part(signature, "signature"));
        judge_compact(keys, &token)?;
    }
    Ok(())
}

/// The public keys of a key, of several, or of a set.
fn public_set(keys: &Value) -> Value {
    let many = keys.as_array().or_else(|| keys["keys"].as_array());
    let public: Vec<Value> = match many {
        Some(many) => many.iter().map(public).collect(),
        None => vec![public(keys)],
    };
    json!({"keys": public})
}
