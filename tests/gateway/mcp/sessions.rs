//! Sessions of a server that others wrote belong to those who opened them.

use remit_tests::client::Response;
use remit_tests::client::h1::Request;
use serde_json::json;

use super::HOST;
use super::world::{SHARED, post, recipe, token};

const REVISION: &str = "2025-11-25";

fn open(token: &str) -> String {
    let params = json!({"protocolVersion": REVISION, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}});
    let message = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params});
    let response = post(&SHARED.gateway, token, &[], &message.to_string());
    assert_eq!(response.status, 200, "{}", response.text());
    let session = response
        .value("mcp-session-id")
        .expect("a session")
        .to_owned();
    let ready = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    assert_eq!(within(&session, token, &ready.to_string()).status, 202);
    session
}

fn within(session: &str, token: &str, body: &str) -> Response {
    let fields = [
        ("mcp-session-id", session),
        ("mcp-protocol-version", REVISION),
    ];
    post(&SHARED.gateway, token, &fields, body)
}

fn end(session: &str, token: &str) -> Response {
    Request::new("DELETE", "/mcp", HOST)
        .field("authorization", format!("Bearer {token}"))
        .field("mcp-session-id", session)
        .field("mcp-protocol-version", REVISION)
        .send(SHARED.gateway.agents())
}

#[test]
fn a_session_is_for_whoever_opened_it() {
    let mine = token("triage");
    let session = open(&mine);
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
    let others = [
        recipe("triage")
            .claim("client_id", "spiffe://corp.example/support/bot-8")
            .token(),
        recipe("triage").claim("sub", "user-43").token(),
    ];
    for other in &others {
        assert_eq!(within(&session, other, &list).status, 404);
        assert_eq!(end(&session, other).status, 404);
    }
    // Another token of the same caller's is as good.
    let again = recipe("triage").claim("jti", "t-2").token();
    assert_eq!(within(&session, &again, &list).status, 200);
    assert_eq!(within("made-up", &mine, &list).status, 404);
    assert!([200, 204].contains(&end(&session, &mine).status));
}
