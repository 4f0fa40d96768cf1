use std::fs;

use super::*;
use crate::example::Example;

const TOKENS: &str = r#"
tokens:
  desk:
    key: keys/one.jwk.json
    type: at+jwt
    lifetime_seconds: 300
    claims: {task: triage, ticket: {severity: 2}, extra: true}
    identity: {agent: desk-1, task: triage}
"#;

fn load(requests: &str) -> Result<Example, ExampleError> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = format!("{TOKENS}requests:\n{requests}");
    fs::write(folder.path().join(Example::FILE), text).expect("it can be written");
    Example::load(folder.path())
}

fn only(request: &str) -> Request {
    match load(request) {
        Ok(example) => example.requests()[0].clone(),
        Err(error) => panic!("{error}"),
    }
}

fn refused(request: &str) -> String {
    match load(request) {
        Ok(example) => panic!("{example:?}"),
        Err(error) => error.to_string(),
    }
}

const ALLOWED: &str = "expect: {status: 200, decision: allow, reason: allowed}";

#[test]
fn a_request_is_taken_apart() {
    let request = only(&format!(
        "  - {{name: a, send: 'GET http://h:8/p?q=1', headers: ['A: b: c'], {ALLOWED}}}"
    ));
    assert_eq!(request.method, "GET");
    assert_eq!(request.host, "h:8");
    assert_eq!(request.target, "/p?q=1");
    assert_eq!(request.headers, [(String::from("A"), String::from("b: c"))]);
    assert!(request.token.is_none());
}

#[test]
fn a_token_is_like_another_but_for_what_is_changed() {
    let request = only(&format!(
        "  - {{name: a, send: GET http://h/, {ALLOWED}, token: {{like: desk, key: keys/two.jwk.json, \
         issued_seconds_ago: 9, claims: {{ticket: {{severity: 3}}}}, without: [extra]}}}}"
    ));
    let token = request.token.expect("it has one");
    assert!(token.key.ends_with("keys/two.jwk.json"));
    assert_eq!((token.lifetime_seconds, token.issued_seconds_ago), (300, 9));
    let claims = serde_json::json!({"task": "triage", "ticket": {"severity": 3}});
    assert_eq!(Value::Object(token.claims), claims);
}

#[test]
fn only_what_is_allowed_reaches_the_upstream() {
    let upstream = |expect: &str| {
        let token = "token: {like: desk}";
        only(&format!(
            "  - {{name: a, send: GET http://h/, {token}, expect: {{{expect}}}}}"
        ))
        .expected
        .upstream
        .map(|told| told.identity.to_string())
    };
    let allowed = upstream("status: 200, decision: allow, reason: allowed");
    assert_eq!(allowed.as_deref(), Some("agent `desk-1`, task `triage`"));
    let public = upstream("status: 200, decision: allow, reason: public");
    assert_eq!(public.as_deref(), Some("without identity"));
    assert_eq!(
        upstream("status: 403, decision: challenge, reason: not_allowed"),
        None
    );
}

#[test]
fn what_is_not_in_order_is_refused() {
    let cases = [
        ("send: GET http://h/, frobs: 1", "frobs"),
        ("send: GET http://h/, name: b", "duplicate"),
        (
            "send: GET http://h/, token: {like: nobody}",
            "the token `nobody`",
        ),
        (
            "send: GET http://h/, token: {like: desk, clams: {}}",
            "clams",
        ),
        ("send: GET /path", "`GET /path`"),
        ("send: GET https://h/", "`GET https://h/`"),
        ("send: GET http://h", "`GET http://h`"),
        ("send: GET http://h/a b", "`GET http://h/a b`"),
        ("send: GET http://h/, headers: [x]", "header `x`"),
        ("send: GET http://h/?t=<token>", "no token"),
    ];
    for (members, part) in cases {
        let message = refused(&format!("  - {{name: a, {members}, {ALLOWED}}}"));
        assert!(message.contains(part), "{members}: {message}");
    }
}

#[test]
fn expectations_use_the_words_of_the_engine() {
    let cases = [
        (
            "decision: allowed, reason: allowed",
            "no decision is called `allowed`",
        ),
        (
            "decision: deny, reason: because",
            "no reason is called `because`",
        ),
    ];
    for (words, part) in cases {
        let expect = format!("expect: {{status: 403, {words}}}");
        let message = refused(&format!("  - {{name: a, send: GET http://h/, {expect}}}"));
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn names_tell_requests_apart() {
    let one = format!("  - {{name: twice, send: GET http://h/, {ALLOWED}}}\n");
    assert_eq!(refused(&one.repeat(2)), "two requests are named `twice`");
    assert!(refused("  []").contains("has no requests"));
}

#[test]
fn a_folder_without_requests_is_no_example() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    match Example::load(folder.path()) {
        Err(ExampleError::Read { path, .. }) => assert!(path.ends_with(Example::FILE)),
        other => panic!("{other:?}"),
    }
}
