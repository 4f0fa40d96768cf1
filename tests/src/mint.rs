//! Tokens from an independent library: `mint.py` as a process that lives as long as the test.

use std::collections::BTreeMap;
use std::process::Command;
use std::sync::{LazyLock, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::lines::Process;
use crate::places;

/// The process and its keys.
pub struct Mint {
    process: Mutex<Process>,
    keys: BTreeMap<String, Value>,
}

/// The key that signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signer<'k> {
    /// One of the mint's own keys.
    Key(&'k str),
    /// A secret, for HMAC.
    Secret(&'k [u8]),
    /// None, for `none`.
    Nobody,
}

impl Mint {
    /// The mint that all tests of a binary share, so that its keys are the same everywhere.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Mint> = LazyLock::new(Mint::start);
        &SHARED
    }

    fn start() -> Self {
        let script = places::workspace().join("tests/mint.py");
        let mut process = Process::start("mint.py", Command::new(places::python()).arg(script));
        let mut answer = process.ask(&json!({"op": "keys"}));
        let keys = serde_json::from_value(answer["keys"].take()).expect("keys by name");
        Self {
            process: Mutex::new(process),
            keys,
        }
    }

    /// A public key, as a JWK.
    pub fn jwk(&self, key: &str) -> &Value {
        self.keys
            .get(key)
            .unwrap_or_else(|| panic!("mint.py has no key `{key}`"))
    }

    /// A JWK Set of some of the keys.
    pub fn jwks(&self, keys: &[&str]) -> Value {
        json!({"keys": keys.iter().map(|key| self.jwk(key)).collect::<Vec<_>>()})
    }

    /// A SPIFFE bundle of some of the keys (SPIFFE Trust Domain and Bundle section 4) that wants to
    /// be fetched every second. The library makes no key with their `use`.
    pub fn bundle(&self, keys: &[&str]) -> Value {
        let keys = keys.iter().map(|key| {
            let mut jwk = self.jwk(key).clone();
            jwk["use"] = json!("jwt-svid");
            jwk
        });
        json!({"keys": keys.collect::<Vec<_>>(), "spiffe_sequence": 1, "spiffe_refresh_hint": 1})
    }

    /// A token as the library's own encoder makes it. `header` is without `alg`.
    pub fn token(&self, key: &str, alg: &str, header: &Value, claims: &Value) -> String {
        self.mint(&json!({
            "op": "token", "key": key, "alg": alg, "header": header, "claims": claims,
        }))
    }

    /// A token whose header and payload are these bytes, whatever they are.
    pub fn parts(&self, signer: Signer<'_>, alg: &str, header: &[u8], payload: &[u8]) -> String {
        let mut request = json!({
            "op": "parts",
            "alg": alg,
            "header": STANDARD.encode(header),
            "payload": STANDARD.encode(payload),
        });
        match signer {
            Signer::Key(key) => request["key"] = json!(key),
            Signer::Secret(secret) => request["secret"] = json!(STANDARD.encode(secret)),
            Signer::Nobody => {}
        }
        self.mint(&request)
    }

    fn mint(&self, request: &Value) -> String {
        let answer = self
            .process
            .lock()
            .expect("no test panicked while minting")
            .ask(request);
        match answer["token"].as_str() {
            Some(token) => token.to_owned(),
            None => panic!("mint.py refused {request}: {answer}"),
        }
    }
}
