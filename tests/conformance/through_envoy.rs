//! The JWT attack corpus through the gateway.
//!
//! Envoy has no other clock than the machine's, and the corpus is of June 2025: its good tokens
//! have expired. So each token must be refused here for the reason for which the engine refuses it
//! natively now, must reach no upstream and must not harm the filter.

use remit_engine::decision::Reason;
use remit_engine::plan::{self, Key};
use remit_engine::time::UnixTime;
use remit_tests::client::h1::{Request, Session};
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::plans;
use remit_tests::upstream::CASE;
use remit_tests::vectors::{JWT_ATTACKS, Tally};
use serde_json::Value;

use crate::judge;

pub(crate) fn run() -> Vec<Tally> {
    let mut tally = Tally::new(&format!("{}/through Envoy", JWT_ATTACKS.name));
    let jwks = JWT_ATTACKS
        .read("keys/jwks.json")
        .expect("the vectors are there");
    let keys = || -> Vec<Key> { judge::keys(&jwks) };
    let plan =
        plans::for_token_vectors("https://issuer.test", "https://api.test", "agent-1", keys());
    let (bytes, _) = plan::encode(&plan).expect("a plan that can be loaded");
    let gateway = Setup::new(&bytes).start().expect("Envoy starts");
    let mut session = Session::new(gateway.agents());
    for file in JWT_ATTACKS.files().expect("the vectors are there") {
        for case in JWT_ATTACKS.cases(&file).expect("the vectors are there") {
            let id = case["id"].as_str().expect("a case has an id");
            let token = case["token"].as_str().expect("a token is text");
            let engine = judge::engine(&plan);
            let natively = judge::reason(&engine, plans::HOST, token.trim(), now());
            if token.bytes().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
                tally.check(id, verify_impossible(&gateway, id, token));
                continue;
            }
            let name = id.replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
            let request = Request::new("GET", "/", plans::HOST)
                .field(CASE, &name)
                .field("authorization", format!("Bearer {token}"));
            let response = session.send(&request);
            let record = gateway.entry_of(&name).record().unwrap_or_default();
            tally.check(
                id,
                verify(&gateway, &name, natively, response.status, &record),
            );
        }
    }
    vec![tally]
}

fn verify(
    gateway: &Gateway,
    name: &str,
    natively: Reason,
    status: u16,
    record: &Value,
) -> Result<(), String> {
    if natively == Reason::Allowed || gateway.arrivals_of(name) != 0 {
        return Err(String::from("a token of 2025 passes"));
    }
    if record["reason"] != natively.code() || status != natively.status() {
        return Err(format!(
            "answered {status}, recorded {record}, natively {natively}"
        ));
    }
    Ok(())
}

/// No header field can hold such a token: Envoy ends the request itself.
fn verify_impossible(gateway: &Gateway, id: &str, token: &str) -> Result<(), String> {
    let before = gateway.arrivals();
    let request = Request::new("GET", "/", plans::HOST).field(
        "authorization",
        format!("Bearer {}", token.trim_end_matches('\n')),
    );
    let token_ends_the_line = token.trim_end_matches('\n') != token;
    let status = request.send(gateway.agents()).status;
    let refused = matches!(status, 400 | 401) && gateway.arrivals() == before;
    if refused && (status == 400 || token_ends_the_line) {
        Ok(())
    } else {
        Err(format!("{id} was answered {status}"))
    }
}

fn now() -> UnixTime {
    UnixTime::from_seconds(crate::now())
}
