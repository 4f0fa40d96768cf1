use std::fs;

use super::*;

const POLICY: &str = r#"
remit: v1
policy: desk
issuers:
  corp:
    issuer: https://sts.corp.example
    algorithms: [EdDSA]
    jwks: {inline: {keys: [{kty: OKP, crv: Ed25519, kid: k1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}]}}
    may_assert: ["spiffe://corp.example/**"]
resources:
  orders:
    host: api.corp.example
    audience: https://api.corp.example
    operations: {read: {http: GET /v1, class: read}}
tasks:
  triage: {issuers: [corp], agents: ["spiffe://corp.example/*"], allow: [orders.read]}
"#;

fn example(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in [("policy.yaml", POLICY)].iter().chain(files) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }
    folder
}

fn request(name: &str, rest: &str) -> String {
    format!(
        "requests:\n  - name: {name}\n    send: GET http://api.corp.example/v1\n    \
         expect: {{decision: allow, reason: allowed, rule: orders.read}}\n    {rest}\n"
    )
}

#[test]
fn requests_stand_in_two_files_and_the_issuers_keys_sign_them() {
    let one = request("one", "token: {claims: {}}");
    let two = request("two", "token: {key: keys/other.jwk.json, claims: {}}");
    let three = request("three", "token: {claims: {}}");
    let both = one + two.strip_prefix("requests:\n").expect("a file of requests");
    let folder = example(&[
        ("requests.test.yaml", &both),
        ("gateway/requests.test.yaml", &three),
        ("keys/corp/b.private.jwk.json", ""),
        ("keys/corp/a.private.jwk.json", ""),
        ("keys/corp/jwks.json", ""),
    ]);
    let example = Example::load(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    let key = |case: &Case| match &case.attempt.credential {
        Credential::Minted(recipe) => recipe.key.clone().map(|key| key.value),
        other => panic!("{other:?}"),
    };
    let keys: Vec<_> = example
        .requests()
        .map(|(case, _)| (case.name.as_str(), key(case).expect("a key")))
        .collect();
    let path = |text: &str| String::from(text);
    assert_eq!(
        keys,
        [
            ("one", path("keys/corp/a.private.jwk.json")),
            ("two", path("keys/other.jwk.json")),
            ("three", path("../keys/corp/a.private.jwk.json")),
        ]
    );
}

/// Two steps, the second of which says this.
fn steps(rest: &str) -> String {
    let step = "send: GET http://api.corp.example/v1, \
                expect: {decision: challenge, reason: no_credential}";
    format!(
        "sequences:\n  - name: s\n    steps:\n      - {{name: first, {step}}}\n      - {{{step}, {rest}}}\n"
    )
}

#[test]
fn those_who_approve_have_a_key_too() {
    let approvals = "approvals: {jwks: {inline: {keys: [{kty: OKP, crv: Ed25519, kid: a1, x: 11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo}]}}}";
    let policy = POLICY.replace("policy: desk", &format!("policy: desk\n{approvals}"));
    let requests = request("one", "token: {claims: {}}\n    approval: true");
    let folder = example(&[
        ("policy.yaml", &policy),
        ("requests.test.yaml", &requests),
        ("keys/corp/a.private.jwk.json", ""),
        ("keys/approvers/b.private.jwk.json", ""),
    ]);
    let example = Example::load(folder.path()).unwrap_or_else(|error| panic!("{error}"));
    let (case, _) = example.requests().next().expect("a request");
    let approval = case.attempt.approval.as_ref().expect("an approval");
    let key = approval.key.as_ref().map(|key| key.value.as_str());
    assert_eq!(key, Some("keys/approvers/b.private.jwk.json"));
}

#[test]
fn what_is_not_in_order_is_refused() {
    let none = "requests: []\n".to_owned();
    for (text, part) in [
        (request("a", "cluster: b"), "has a `cluster`"),
        (request("a", "now: \"2030-01-01T00:00:00Z\""), "has a `now`"),
        (request("a", "frobs: 1"), "frobs"),
        (request("a", "token: {claims: {}}"), "keys/corp"),
        (none, "has no requests"),
        (steps("after: 1m"), "has a `after`"),
        (steps("approval: {of: first}"), "nobody approves"),
    ] {
        let folder = example(&[("requests.test.yaml", &text)]);
        let error = Example::load(folder.path()).expect_err(part).to_string();
        assert!(error.contains(part), "{error}");
    }
    let error = Example::load(example(&[]).path()).expect_err("a policy alone");
    assert!(error.to_string().contains("has no requests"), "{error}");
    let error = Example::load(example(&[("other.yaml", "x: 1")]).path());
    let error = error.expect_err("a policy with errors").to_string();
    assert!(error.contains("other.yaml"), "{error}");
}
