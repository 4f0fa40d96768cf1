//! `remit explain`.

use serde_json::{Value, json};

use super::*;

#[test]
fn an_explanation_shows_each_part_and_no_secret() {
    let desk = Desk::with(PASSES);
    let request = "POST https://api.corp.example/v1/orders/7/refunds";
    let claims =
        r#"{"sub": "mara", "client_id": "spiffe://corp.example/support/a", "task": "triage"}"#;
    let explain = |more: &[&str]| {
        let arguments = [
            &[
                "explain",
                ".",
                "--request",
                request,
                "--issuer",
                "corp",
                "--now",
                "2026-01-01T12:00:00Z",
                "--claims",
                claims,
            ],
            more,
        ]
        .concat();
        desk.ends(0, &arguments)
    };
    assert_eq!(
        explain(&["api_key=sk-hunter22"]),
        "POST https://api.corp.example/v1/orders/7/refunds
at 2026-01-01T12:00:00Z

allow: allowed, 200, by the rule `refund-vip`
    A rule of the task allows it.
    operation  orders.refund (write)
    issuer     corp
    agent      spiffe://corp.example/support/a
    principal  mara
    task       triage

allow triage/refund-vip: allows  <- decided  policy.yaml:30
    token.?vip.orValue(false) || token.?api_key.orValue(\"\").startsWith(\"sk-…  true
      token.?vip.orValue(false)                                               false
      token.?api_key.orValue(\"\").startsWith(\"sk-\")                            true
        token.?api_key.orValue(\"\")                                            *** (11 characters)
"
    );
    let document: Value =
        serde_json::from_str(&explain(&["vip=true", "--format", "json"])).unwrap();
    assert_eq!(document["decision"], json!("allow"));
    assert_eq!(document["now"], json!("2026-01-01T12:00:00Z"));
    let rule = &document["rules"][0];
    assert_eq!(
        (&rule["rule"], &rule["holds"], &rule["part"]),
        (&json!("triage/refund-vip"), &json!(true), &json!("decided"))
    );
    let condition = rule["condition"].as_array().unwrap();
    assert_eq!(condition.last().unwrap()["evaluated"], json!(false));
    assert_eq!(condition[1]["text"], json!("token.?vip.orValue(false)"));
    assert_eq!(condition[1]["values"], json!(["true"]));
    assert_eq!(condition[1]["at"]["column"], json!(15));
}

#[test]
fn what_cannot_be_explained_is_told() {
    let desk = Desk::with(PASSES);
    desk.write("more.test.yaml", &format!("{TOKENS}{PASSES}"));
    let request = "GET https://api.corp.example/v1/orders/7";
    for (arguments, wanted) in [
        (&["explain", "."][..], "--case"),
        (
            &["explain", ".", "--case", "raed"],
            "there is no test `raed`; there are `read`",
        ),
        (
            &["explain", ".", "--case", "read"],
            "both have a test `read`: say which with `--tests`",
        ),
        (
            &["explain", ".", "--request", "GET /"],
            "`GET /` is not `METHOD https://host/path`",
        ),
        (
            &["explain", ".", "--request", request, "--claims", "sub"],
            "`sub` is not claims",
        ),
        (
            &["explain", ".", "--request", request, "--claims", "{"],
            "not a JSON object",
        ),
        (
            &["explain", ".", "--request", request, "--claims", "sub=a"],
            "the token has no issuer",
        ),
        (
            &[
                "explain",
                ".",
                "--request",
                request,
                "--claims",
                "sub=a",
                "--issuer",
                "x",
            ],
            "no issuer `x`",
        ),
        (
            &["explain", ".", "--request", request, "--now", "noon"],
            "`noon` is not a time",
        ),
        (
            &["explain", ".", "--case", "read", "--request", request],
            "cannot be used with",
        ),
    ] {
        let message = desk.ends(2, arguments);
        assert!(message.contains(wanted), "{wanted}\n{message}");
    }
    let one = [
        "explain",
        ".",
        "--case",
        "read",
        "--tests",
        "more.test.yaml",
    ];
    assert!(desk.ends(0, &one).contains("the test `read`"));
}

#[test]
fn of_a_token_that_is_refused_the_claims_are_shown() {
    let desk = Desk::new();
    let request = "GET https://api.corp.example/v1/orders/7";
    let arguments = [
        "explain",
        ".",
        "--request",
        request,
        "--issuer",
        "corp",
        "--now",
        "2026-01-01T12:00:00Z",
        "--claims",
        "sub=mara",
        "aud=elsewhere",
        "api_key=sk-hunter22",
    ];
    assert_eq!(
        desk.ends(0, &arguments),
        "GET https://api.corp.example/v1/orders/7
at 2026-01-01T12:00:00Z

challenge: claim_missing, 401
    A claim that the profile or the policy requires is not there.
    operation  orders.read (read)

what the token says:
    api_key  \"*** (11 characters)\"
    aud      \"elsewhere\"
    exp      1767269100 (2026-01-01T12:05:00Z)
    iat      1767268800 (2026-01-01T12:00:00Z)
    iss      \"https://sts.corp.example\"
    jti      \"remit-test-1\"
    sub      \"mara\"

No rule was looked at: it was decided before.
"
    );
}
