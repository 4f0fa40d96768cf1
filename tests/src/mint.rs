//! Tokens from an independent library: `mint.py` as a process that lives as long as the test.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::{LazyLock, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::places;

/// The process and its keys.
pub struct Mint {
    process: Mutex<Process>,
    keys: BTreeMap<String, Value>,
}

struct Process {
    child: Child,
    requests: ChildStdin,
    answers: BufReader<ChildStdout>,
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
        let mut child = Command::new(places::python())
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("mint.py starts");
        let requests = child.stdin.take().expect("its standard input is piped");
        let answers = BufReader::new(child.stdout.take().expect("its standard output is piped"));
        let mut process = Process {
            child,
            requests,
            answers,
        };
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

impl Process {
    fn ask(&mut self, request: &Value) -> Value {
        let mut line = String::new();
        writeln!(self.requests, "{request}").expect("mint.py reads");
        self.answers.read_line(&mut line).expect("mint.py answers");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("mint.py answered `{line}`"))
    }
}

/// It ends by itself when its input ends; a shared one when the test binary does.
impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
