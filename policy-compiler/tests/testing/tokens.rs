//! What is sent, and the tokens that are shown with it.

use std::fs;
use std::path::Path;

use super::*;

#[test]
fn every_way_to_say_what_is_sent_and_shown() {
    // Each: the rest of the request, the decision that must come of it.
    let agent = "token: {like: agent}";
    let read = "{decision: allow, reason: allowed, rule: orders.read";
    let no = |reason: &str| format!("{{decision: challenge, reason: {reason}");
    let cases = [
        (agent.to_owned(), format!("{read}, status: 200}}")),
        (
            "token: {issuer: other, claims: {sub: spiffe://other.example/a, task: look}}".into(),
            format!("{read}}}"),
        ),
        (
            "token: {claims: {iss: https://other.example, sub: spiffe://other.example/a, task: look}}".into(),
            format!("{read}}}"),
        ),
        (String::new(), no("no_credential") + "}"),
        ("token: {like: agent, claims: {sub: null}}".into(), no("claim_missing") + "}"),
        ("token: {like: agent, without: [aud]}".into(), no("claim_missing") + "}"),
        ("token: {like: agent, claims: {aud: x}}".into(), no("wrong_audience") + "}"),
        ("token: {like: agent, claims: {vip: 1}}".into(), no("claim_malformed") + "}"),
        ("token: {like: agent, claims: {vip: \"true\"}}".into(), no("claim_malformed") + "}"),
        ("token: {like: agent, type: JWT}".into(), no("token_type_refused") + "}"),
        ("token: {like: agent, lifetime_seconds: 901}".into(), no("lifetime_exceeded") + "}"),
        ("token: {like: agent, issued_seconds_ago: 305}".into(), no("token_expired") + "}"),
        ("token: {like: agent, issued_seconds_ago: -60}".into(), no("token_not_yet_valid") + "}"),
        ("token: {like: agent, claims: {iss: https://nobody.example}}".into(), no("unknown_issuer") + "}"),
        // Signed by one issuer in the name of another.
        ("token: {like: agent, claims: {iss: https://other.example}, type: JWT}".into(), no("algorithm_refused") + "}"),
        // Not by any key of the policy.
        ("token: {like: agent, key: stranger.jwk.json}".into(), no("bad_signature") + "}"),
        ("token_text: abc".into(), no("token_malformed") + "}"),
        (
            format!("{agent}\n    headers: [\"authorization: Bearer <token>\", \"authorization: Basic eA==\"]"),
            "{decision: deny, reason: multiple_credentials, \
             www_authenticate: {contains: ['error=\"invalid_request\"'], lacks: [scope]}}".into(),
        ),
        (
            format!("{agent}\n    headers: {{X-Remit-Agent: boss, accept: [a, b]}}"),
            format!("{read}, stripped: [x-remit-agent]}}"),
        ),
        (
            "token: {like: agent, identity: {agent: spiffe://corp.example/support/a, \
             principal: mara, task: triage, issuer: corp}}".into(),
            format!("{read}}}"),
        ),
        (format!("{agent}\n    cluster: elsewhere"), "{decision: deny, reason: wrong_cluster}".into()),
        (format!("{agent}\n    now: \"2030-01-01T00:00:00+01:00\""), format!("{read}}}")),
    ];
    let mut requests = String::new();
    for (position, (shown, expected)) in cases.iter().enumerate() {
        requests += &format!("  - name: case {position}\n{READ}    expect: {expected}\n");
        if !shown.is_empty() {
            requests += &format!("    {shown}\n");
        }
    }
    requests += "  - name: in parts\n    token: {like: agent}\n    \
                 request: {method: GET, host: api.corp.example, path: /v1/orders/0}\n    \
                 expect: {decision: allow, reason: allowed, rule: orders.read, observed: [not-zero]}\n";
    let desk = Desk::with(&requests);
    // Another key of the kind that the issuer has, by the id that the policy's key has.
    desk.ends(
        0,
        &[
            "token", "keygen", "--dir", "made", "--alg", "EdDSA", "--kid", "k1",
        ],
    );
    fs::rename(
        desk.path("made/k1.private.jwk.json"),
        desk.path("stranger.jwk.json"),
    )
    .unwrap();
    desk.ends(0, &["test"]);
}

#[test]
fn a_token_from_elsewhere_is_verified_with_the_policys_own_keys() {
    let desk = Desk::new();
    desk.ends(
        0,
        &[
            "token", "keygen", "--dir", "keys", "--alg", "EdDSA", "--kid", "k1",
        ],
    );
    let inline = POLICY
        .lines()
        .find(|line| line.contains("Ed25519"))
        .unwrap();
    desk.write(
        "policy.yaml",
        &POLICY.replace(inline, "    jwks: {file: keys/jwks.json}"),
    );
    let mint = [
        "token",
        "mint",
        "--key",
        "keys/k1.private.jwk.json",
        "--issuer",
        "https://sts.corp.example",
        "--audience",
        "https://api.corp.example",
        "--sub",
        "mara",
        "--client-id",
        "spiffe://corp.example/support/a",
        "--task",
        "triage",
        "--claim",
        "iat=1767268800",
        "--claim",
        "exp=1767269000",
    ];
    let token = desk.ends(0, &mint);
    let token = token.trim();
    let expect = "    expect: {decision: allow, reason: allowed, rule: orders.read}\n";
    let case = format!("  - name: read\n    token_text: {token}\n{READ}{expect}");
    desk.write("policy.test.yaml", &format!("{TOKENS}{case}"));
    desk.ends(0, &["test"]);
    // The same on the command line, where it is not to be seen again.
    let header = format!("authorization: Bearer {token}");
    let request = "GET https://api.corp.example/v1/orders/7";
    let arguments = [
        "explain",
        ".",
        "--request",
        request,
        "-H",
        &header,
        "--now",
        "2026-01-01T12:00:00Z",
    ];
    let shown = desk.ends(0, &arguments);
    assert!(
        shown.contains("allow: allowed, 200, by the rule `orders.read`"),
        "{shown}"
    );
    assert!(!shown.contains(token), "{shown}");
}

#[test]
fn an_issuer_that_signs_with_rsa_only_can_be_tried_too() {
    let desk = Desk::with(PASSES);
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/support-desk");
    fs::create_dir(desk.path("keys")).unwrap();
    let keys = fs::read_to_string(example.join("keys/partner/jwks.json")).unwrap();
    let inline = POLICY
        .lines()
        .find(|line| line.contains("Ed25519"))
        .unwrap();
    let policy = POLICY.replace(inline, "    jwks: {file: keys/jwks.json}");
    for algorithm in ["RS256", "PS512"] {
        let keys = keys.replace("RS256", algorithm);
        fs::write(desk.path("keys/jwks.json"), keys).unwrap();
        let policy = policy.replace("EdDSA", algorithm);
        desk.write("policy.yaml", &policy);
        desk.ends(0, &["test"]);
    }
}

/// No document is fetched: a throw-away key stands in the place of fetched ones, and nothing is
/// held against what was revoked.
#[test]
fn an_issuer_whose_keys_are_fetched_can_be_tried_too() {
    let desk = Desk::with(PASSES);
    let inline = POLICY
        .lines()
        .find(|line| line.contains("Ed25519"))
        .unwrap();
    let remote = "{url: https://sts.corp.example/a, cluster: sts}";
    let fetched = format!("    jwks: {remote}\n    status_lists: [{remote}]");
    let policy = POLICY.replace(inline, &fetched);
    desk.write("policy.yaml", &format!("{policy}\ndeny_feed: {remote}\n"));
    desk.ends(0, &["test"]);
}
