//! Tokens of other profiles and what they are shown with, and rules that ask for more than a condition.

use serde_json::{Value, json};

use super::*;

const POLICY: &str = r#"remit: v1
policy: desk
labels: {impact: [high]}
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks: {inline: {keys: [{kty: OKP, crv: Ed25519, kid: k1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}]}}
    may_assert: ["spiffe://corp.example/**"]
    names: {task: task, task_id: run}
  mesh:
    profile: jwt-svid
    trust_domain: mesh.example
    algorithms: [ES256]
    bundle: {inline: {keys: [{kty: EC, crv: P-256, kid: k1, use: jwt-svid, x: MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4, y: 4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM}]}}
  tts:
    profile: txn-token
    trust_domain: corp.example
    algorithms: [EdDSA]
    jwks: {inline: {keys: [{kty: OKP, crv: Ed25519, kid: k1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}]}}
    may_assert: ["spiffe://corp.example/**"]
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    operations:
      read: {http: "GET /v1/orders/{id}", class: read}
      change: {http: "PUT /v1/orders/{id}", class: write}
      drop: {http: "DELETE /v1/orders/{id}", class: execute, labels: {impact: high}}
tasks:
  look:
    issuers: [mesh]
    agents: ["spiffe://mesh.example/*"]
    allow: [orders.read]
  triage:
    issuers: [corp]
    agents: ["spiffe://corp.example/*"]
    allow: [orders.read, orders.change, orders.drop]
    deny:
      - {id: frozen, operations: [orders.read], when: "path.id == \"0\""}
    require:
      - {id: bound, operations: {class: write}, possession: any}
      - {id: fresh, operations: {class: execute}, first_use: {token_age: 60s}}
      - {id: seen, operations: {class: execute}, authentication: {max_age: 5m, acr: [phr, mfa]}}
break_glass:
  - id: inc-1
    agents: ["spiffe://corp.example/sre"]
    allow: [orders.read]
    overrides: [frozen]
    until: "2026-01-02T00:00:00Z"
    reason: a test
"#;

const TOKENS: &str = r#"tokens:
  agent: {issuer: corp, claims: {sub: mara, client_id: spiffe://corp.example/a, task: triage, run: r-1}}
requests:
"#;

fn desk(cases: &[(&str, &str, &str)]) -> Desk {
    let mut text = TOKENS.to_owned();
    for (name, shown, expected) in cases {
        text += &format!("  - name: {name}\n    {shown}\n    expect: {{{expected}}}\n");
    }
    let desk = Desk::new();
    desk.write("policy.yaml", POLICY);
    desk.write("policy.test.yaml", &text);
    desk
}

const CASES: &[(&str, &str, &str)] = &[
    (
        "an SVID",
        "token: {claims: {sub: spiffe://mesh.example/a, task: look}}\n    send: GET https://api.corp.example/v1/orders/7",
        "decision: allow, reason: allowed, rule: orders.read, record: {issuer: mesh}",
    ),
    (
        "an SVID of another type",
        "token: {type: at+jwt, claims: {sub: spiffe://mesh.example/a, task: look}}\n    send: GET https://api.corp.example/v1/orders/7",
        "decision: challenge, reason: token_type_refused",
    ),
    (
        "not bound",
        "token: {like: agent}\n    send: PUT https://api.corp.example/v1/orders/7",
        "decision: challenge, reason: binding_needed, rule: bound",
    ),
    (
        "a proof",
        "token: {like: agent, dpop: true}\n    send: PUT https://api.corp.example/v1/orders/7",
        "decision: allow, reason: allowed, rule: orders.change",
    ),
    (
        "the proof of another key",
        "token: {like: agent, dpop: true, claims: {cnf: {jkt: 0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I}}}\n    send: PUT https://api.corp.example/v1/orders/7",
        "decision: challenge, reason: proof_refused",
    ),
    (
        "a bound token as a bearer token",
        "token: {like: agent, dpop: true}\n    headers: [\"authorization: Bearer <token>\"]\n    send: GET https://api.corp.example/v1/orders/7",
        "decision: challenge, reason: proof_missing",
    ),
    (
        "a certificate",
        "token: {like: agent, certificate: 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff}\n    send: PUT https://api.corp.example/v1/orders/7",
        "decision: allow, reason: allowed, rule: orders.change",
    ),
    (
        "the certificate of another",
        "token: {like: agent, certificate: 00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff, claims: {cnf: {\"x5t#S256\": AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA}}}\n    send: GET https://api.corp.example/v1/orders/7",
        "decision: challenge, reason: wrong_certificate",
    ),
    (
        "a transaction",
        "token: {like: agent}\n    transaction: {claims: {txn: T-1, sub: mara, scope: all, req_wl: spiffe://corp.example/gateway}}\n    send: GET https://api.corp.example/v1/orders/7",
        "decision: allow, reason: allowed, rule: orders.read, record: {txn: T-1, txn_refused: null}",
    ),
    (
        "a transaction that is over",
        "token: {like: agent}\n    transaction: {issued_seconds_ago: 400, claims: {sub: mara, scope: all, req_wl: spiffe://corp.example/gateway}}\n    send: GET https://api.corp.example/v1/orders/7",
        "decision: challenge, reason: txn_token_refused, record: {txn_refused: token_expired}",
    ),
    (
        "a first time",
        "token: {like: agent, issued_seconds_ago: 60, authenticated_seconds_ago: 300, claims: {acr: mfa}}\n    send: DELETE https://api.corp.example/v1/orders/7",
        "decision: allow, reason: allowed, rule: orders.drop",
    ),
    (
        "a first time with an old token",
        "token: {like: agent, issued_seconds_ago: 61, authenticated_seconds_ago: 300, claims: {acr: mfa}}\n    send: DELETE https://api.corp.example/v1/orders/7",
        "decision: challenge, reason: fresh_token_needed, rule: fresh",
    ),
    (
        "an authentication that is old",
        "token: {like: agent, authenticated_seconds_ago: 301, claims: {acr: mfa}}\n    send: DELETE https://api.corp.example/v1/orders/7",
        "decision: challenge, reason: authentication_needed, rule: seen",
    ),
    (
        "an exception",
        "token: {like: agent, claims: {client_id: spiffe://corp.example/sre}}\n    send: GET https://api.corp.example/v1/orders/0",
        "decision: allow, reason: break_glass, rule: orders.read, record: {break_glass: inc-1}",
    ),
];

#[test]
fn tokens_of_every_profile_and_what_binds_them_can_be_said() {
    let desk = desk(CASES);
    let told = desk.ends(0, &["test", "--coverage"]);
    assert!(told.contains("14 passed, 0 failed"), "{told}");
    assert!(
        told.contains("coverage: rules 8/8, conditions 2/2"),
        "{told}"
    );
}

#[test]
fn what_the_record_must_say_is_compared() {
    let wrong = [(
        "an exception",
        "token: {like: agent}\n    send: GET https://api.corp.example/v1/orders/7",
        "decision: allow, reason: allowed, rule: orders.read, record: {break_glass: inc-1, txn: null}",
    )];
    let told = desk(&wrong).ends(1, &["test"]);
    let difference = r#"record  expected `break_glass` "inc-1", got `break_glass` null"#;
    assert!(told.contains(difference) && !told.contains("txn"), "{told}");
}

#[test]
fn coverage_names_rules_that_ask_for_more_than_a_condition() {
    let some: Vec<_> = CASES
        .iter()
        .filter(|case| case.0 == "not bound")
        .copied()
        .collect();
    let told = desk(&some).ends(0, &["test", "--coverage"]);
    assert!(told.contains("triage/fresh"), "{told}");
    assert!(told.contains("triage/seen"), "{told}");
    assert!(!told.contains("triage/bound"), "{told}");
}

#[test]
fn an_explanation_says_what_such_a_rule_asks_for() {
    let desk = desk(CASES);
    for (case, parts) in [
        (
            "not bound",
            &[
                "require triage/bound: is not met  <- decided",
                "it asks for possession: any",
            ][..],
        ),
        (
            "a first time with an old token",
            &[
                "require triage/fresh: is not met  <- decided",
                "it asks for first_use: token_age 60s",
            ],
        ),
        (
            "an authentication that is old",
            &[
                "require triage/fresh: is met",
                "require triage/seen: is not met  <- decided",
                "it asks for authentication: max_age 300s, acr phr or mfa",
            ],
        ),
        (
            "an exception",
            &[
                "allow: break_glass",
                "break_glass  inc-1",
                "deny triage/frozen: denies  <- overridden",
            ],
        ),
        (
            "a transaction that is over",
            &["challenge: txn_token_refused", "txn_refused  token_expired"],
        ),
    ] {
        let told = desk.ends(0, &["explain", ".", "--case", case]);
        for part in parts {
            assert!(told.contains(part), "{case}: `{part}` in\n{told}");
        }
    }
    let arguments = ["explain", ".", "--case", "a first time", "--format", "json"];
    let document: Value = serde_json::from_str(&desk.ends(0, &arguments)).unwrap();
    let rules = document["rules"].as_array().unwrap();
    let asked: Vec<&Value> = rules.iter().map(|rule| &rule["asks_for"]).collect();
    assert!(
        asked.contains(&&json!({"FirstUse": {"token_age": 60}})),
        "{asked:?}"
    );
}
