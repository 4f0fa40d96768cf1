//! An authorization server that others wrote, and a client of it: `issuer/provider.mjs` as a process
//! that lives as long as the test.

use std::process::Command;
use std::sync::Mutex;

use serde_json::{Value, json};

use crate::lines::Process;
use crate::places;

/// Algorithms that it signs with. Each has a client of its own.
pub const ALGORITHMS: [&str; 3] = ["ES256", "RS256", "EdDSA"];

/// A running authorization server.
pub struct Issuer {
    process: Mutex<Process>,
    url: String,
}

/// Whose key proves possession.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prover {
    /// The client's, which its tokens are bound to.
    Client,
    /// Somebody else's.
    Stranger,
}

impl Issuer {
    /// Starts one on a free port of the loopback interface.
    #[must_use]
    pub fn start() -> Self {
        let mut node = Command::new(places::node());
        node.arg("--preserve-symlinks-main").arg(places::issuer());
        let mut process = Process::start("provider.mjs", &mut node);
        let url = text(&process.hear(), "issuer");
        Self {
            process: Mutex::new(process),
            url,
        }
    }

    /// Its `iss`; its keys are at `/jwks` below.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The agent that the client of an algorithm is.
    #[must_use]
    pub fn agent(alg: &str) -> String {
        format!("https://agents.corp.example/{}/1", alg.to_lowercase())
    }

    /// A new token (RFC 9068) for anyone who shows it.
    #[must_use]
    pub fn bearer(&self, alg: &str) -> String {
        self.token(alg, "Bearer")
    }

    /// A new token that is bound to the client's key (RFC 9449).
    #[must_use]
    pub fn bound(&self, alg: &str) -> String {
        self.token(alg, "DPoP")
    }

    fn token(&self, alg: &str, kind: &str) -> String {
        let answer = self.ask(&json!({"op": "token", "alg": alg, "bound": kind == "DPoP"}));
        assert_eq!(text(&answer, "type"), kind);
        text(&answer, "token")
    }

    /// A new proof of a key's possession.
    #[must_use]
    pub fn proof(&self, by: Prover, method: &str, url: &str, token: &str) -> String {
        let by = match by {
            Prover::Client => "client",
            Prover::Stranger => "stranger",
        };
        let request =
            json!({"op": "proof", "method": method, "url": url, "token": token, "by": by});
        text(&self.ask(&request), "proof")
    }

    /// Signs with new keys from now on. Those before are still published.
    pub fn rotate(&self) {
        self.ask(&json!({"op": "rotate"}));
    }

    /// Publishes the keys that it signs with and no others.
    pub fn retire(&self) {
        self.ask(&json!({"op": "retire"}));
    }

    fn ask(&self, request: &Value) -> Value {
        let mut process = self.process.lock().expect("no test panicked while asking");
        let answer = process.ask(request);
        assert_eq!(answer.get("error"), None, "{request}");
        answer
    }
}

fn text(answer: &Value, name: &str) -> String {
    let value = answer[name].as_str();
    value
        .unwrap_or_else(|| panic!("no `{name}` in {answer}"))
        .to_owned()
}
