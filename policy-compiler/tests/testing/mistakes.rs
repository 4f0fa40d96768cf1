//! Mistakes in tests.

use super::*;

/// What is said of a mistake in a request.
fn mistake(request: &str) -> String {
    let desk = Desk::with(request);
    let message = desk.ends(2, &["test", "policy.yaml"]);
    assert!(message.lines().count() <= 24, "{message}");
    message
}

#[test]
fn a_mistake_in_a_test_is_underlined() {
    assert_eq!(
        mistake(&PASSES.replace("rule: orders.read", "rule: orders.raed")),
        "error[unknown-name]: the policy has no rule or limit `orders.raed`
 --> policy.test.yaml:9:54
  |
9 |     expect: {decision: allow, reason: allowed, rule: orders.raed}
  |                                                      ^^^^^^^^^^^
  |
  = help: did you mean `orders.read`?

1 error, 0 warnings
"
    );
    assert_eq!(
        mistake(&PASSES.replace("{like: agent}", "{like: agnet}")),
        "error[unknown-name]: there is no token `agnet` in this file
 --> policy.test.yaml:7:19
  |
7 |     token: {like: agnet}
  |                   ^^^^^
  |
  = help: did you mean `agent`?

1 error, 0 warnings
"
    );
}

#[test]
fn what_can_never_pass_is_a_mistake() {
    let with = |from: &str, to: &str| mistake(&PASSES.replace(from, to));
    let token = "token: {like: agent}";
    for (message, wanted) in [
        (
            with("decision: allow", "decision: deny"),
            "it is always `allow`",
        ),
        (
            with("rule: orders", "status: 201, rule: orders"),
            "it is always 200",
        ),
        (
            with("reason: allowed", "reason: alowed"),
            "did you mean `allowed`?",
        ),
        (
            with("reason: allowed, ", ""),
            "`expect` needs the key `reason`",
        ),
        (
            with("decision: allow, ", ""),
            "`expect` needs the key `decision`",
        ),
        (with("expect", "expcet"), "did you mean `expect`?"),
        (
            with("send: GET https:", "send: GET ftp:"),
            "write `METHOD https://host/path`",
        ),
        (
            with(
                "    send",
                "    request: {method: GET, host: a, path: /}\n    send",
            ),
            "exclude each other",
        ),
        (
            with("    send", "    token_text: x\n    send"),
            "exclude each other",
        ),
        (
            with("    send", "    headers: [accept]\n    send"),
            "this is not a header",
        ),
        (
            with("    send", "    now: today\n    send"),
            "`today` is not a time from 1970 to 9999",
        ),
        (
            with(token, "headers: [\"x: <token>\"]"),
            "a place for a token and no token",
        ),
        (
            with(token, "token: {claims: {sub: a}}"),
            "this token has no issuer",
        ),
        (with(token, "token: {issuer: crop}"), "did you mean `corp`?"),
        (
            with(token, "token: {like: agent, claims: {vip: yes}}"),
            "could be read as a text",
        ),
        (
            with(token, "token: {like: agent, lifetime_seconds: 5m}"),
            "`5m` is no number",
        ),
        (
            with(token, "token: {like: agent, lifetime_second: 5}"),
            "did you mean",
        ),
        (
            with(
                "rule: orders.read",
                "rule: orders.read, www_authenticate: {}",
            ),
            "says nothing here",
        ),
        (
            with(token, "token: {like: agent, dpop: maybe}"),
            "`maybe` is not `true` or `false`",
        ),
        (
            with(token, "token: {like: agent, certificate: \"12:34\"}"),
            "write its 64 hexadecimal digits",
        ),
        (
            with(token, "transaction: {claims: {sub: a}}"),
            "whose transaction token this is",
        ),
        (
            with(token, "transaction: {dpop: true}"),
            "`dpop` is not a key of a transaction token",
        ),
        (
            mistake(&format!("{PASSES}{PASSES}")),
            "the request `read` is defined twice",
        ),
    ] {
        assert!(message.contains(wanted), "{wanted}\n{message}");
    }
}
