//! Tokens of the development issuer: what `remit token` mints, the gateway accepts and refuses
//! like anyone's.

use std::fs;
use std::path::Path;
use std::process::Command;

use remit_tests::client::h1::Request;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::places;
use remit_tests::policy::Compiled;
use remit_tests::recipe::{API, CORP, CORP_AGENT};
use remit_tests::upstream::CASE;
use tempfile::TempDir;

use crate::world::{case, started};

fn remit(arguments: &[&str]) -> String {
    let output = Command::new(places::remit())
        .args(arguments)
        .output()
        .expect("remit runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "remit {arguments:?}: {said}");
    String::from_utf8(output.stdout)
        .expect("text")
        .trim()
        .to_owned()
}

/// Makes keys as `remit token keygen` does, and puts them where the policy of the table looks.
fn keys(folder: &Path) {
    let folder = folder.to_str().expect("a path that is text");
    for (alg, kid) in [("EdDSA", "dev-ed"), ("ES256", "dev-ec")] {
        remit(&[
            "token", "keygen", "--dir", folder, "--alg", alg, "--kid", kid,
        ]);
    }
}

fn mint(folder: &Path, kid: &str, more: &[&str]) -> String {
    let key = folder.join(format!("{kid}.private.jwk.json"));
    let key = key.to_str().expect("a path that is text");
    let fixed = [
        "token",
        "mint",
        "--key",
        key,
        "--issuer",
        CORP,
        "--audience",
        API,
        "--sub",
        "user-42",
        "--client-id",
        CORP_AGENT,
        "--task",
        "triage",
        "--claim",
        r#"ticket={"id":"T-1","severity":2}"#,
    ];
    remit(&[fixed.as_slice(), more].concat())
}

fn ask(gateway: &Gateway, token: &str) -> (u16, String) {
    let name = case("dev");
    let response = Request::new("GET", "/v1/orders", "api.corp.example")
        .field(CASE, &name)
        .field("authorization", format!("Bearer {token}"))
        .send(gateway.agents());
    let record = gateway
        .entry_of(&name)
        .record()
        .expect("a decision has a record");
    (
        response.status,
        record["reason"].as_str().unwrap_or_default().to_owned(),
    )
}

#[test]
fn tokens_of_the_development_issuer() {
    let folder = TempDir::new().expect("a temporary folder");
    keys(folder.path());
    let public = fs::read_to_string(folder.path().join("jwks.json")).expect("public keys");
    assert!(
        !public.contains("\"d\""),
        "a private key among the public ones: {public}"
    );
    let policy = Compiled::policy_with_keys("cases", &[("corp.jwks.json", &public)]);
    let gateway = started(&Setup::new(&policy.plan));
    for kid in ["dev-ed", "dev-ec"] {
        let token = mint(folder.path(), kid, &[]);
        assert_eq!(
            ask(&gateway, &token),
            (200, String::from("allowed")),
            "{kid}"
        );
        let long = mint(folder.path(), kid, &["--lifetime", "2h"]);
        assert_eq!(
            ask(&gateway, &long),
            (401, String::from("lifetime_exceeded")),
            "{kid}"
        );
        let other = mint(folder.path(), kid, &["--typ", "JWT"]);
        assert_eq!(
            ask(&gateway, &other),
            (401, String::from("token_type_refused")),
            "{kid}"
        );
    }
}
