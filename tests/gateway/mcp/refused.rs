//! What a client is told of a refusal: HTTP's status, and an error that bears the message's id.

use serde_json::json;

use super::world::{SHARED, World, json, post, recipe, token};

#[test]
fn an_error_bears_the_id() {
    let gateway = &SHARED.gateway;
    for id in [json!(7), json!("seven"), json!(-1)] {
        let params = json!({"name": "refund", "arguments": {"order_id": "A-17", "amount": 1000}});
        let message = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params});
        let response = post(gateway, &token("triage"), &[], &message.to_string());
        assert_eq!(response.status, 403, "{}", response.text());
        assert_eq!(response.value("content-type"), Some("application/json"));
        let error = json(&response);
        assert_eq!((&error["jsonrpc"], &error["id"]), (&json!("2.0"), &id));
        assert_eq!(error["error"]["code"], -31_999);
        assert_eq!(error["result"], json!(null));
    }
}

/// What cannot be called and what there is not are told alike, whatever the method.
#[test]
fn unknown_and_forbidden_look_alike() {
    let gateway = &SHARED.gateway;
    let pairs = [
        ("tools/call", "name", "ns/export.v2", "nothing"),
        ("prompts/get", "name", "escalation", "nothing"),
        ("resources/read", "uri", "desk://salaries", "desk://nothing"),
    ];
    for (method, member, forbidden, unknown) in pairs {
        let told = [forbidden, unknown].map(|name| {
            let message =
                json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {member: name}});
            let response = post(gateway, &token("triage"), &[], &message.to_string());
            (response.status, response.headers.len(), json(&response))
        });
        assert_eq!(told[0], told[1], "{method}");
        assert_eq!(told[0].0, 403);
    }
}

/// Arguments of another kind than the policy declares are an error of the caller's.
#[test]
fn arguments_are_those_that_are_declared() {
    let World { desk, gateway } = &*SHARED;
    let wrong = [
        (json!({"order_id": "B-99"}), -32_602),
        (json!({"order_id": "B-99", "amount": "5"}), -32_602),
        (
            json!({"order_id": "B-99", "amount": 5, "currency": "EUR"}),
            -32_602,
        ),
        (json!({"order_id": 99, "amount": 5}), -32_602),
        // No arguments at all, as MCP has them.
        (json!(["B-99", 5]), -32_600),
    ];
    for (arguments, code) in wrong {
        let params = json!({"name": "refund", "arguments": arguments});
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        let response = post(gateway, &token("triage"), &[], &message.to_string());
        assert_eq!(response.status, 400, "{params}");
        let error = json(&response);
        assert_eq!(
            (&error["id"], &error["error"]["code"]),
            (&json!(1), &json!(code))
        );
    }
    let called = desk.called();
    assert!(
        called.iter().all(|call| call[1]["order_id"] != "B-99"),
        "{called:?}"
    );
}

/// Without a token there is nobody to tell an id to, and the challenge says where to get one.
#[test]
fn who_shows_no_token_is_challenged() {
    let gateway = &SHARED.gateway;
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
    let other = recipe("triage")
        .claim("aud", "https://api.corp.example")
        .token();
    for token in ["", "nonsense", &other] {
        let response = post(gateway, token, &[], &message);
        assert_eq!(response.status, 401, "{token}");
        let challenge = response.value("www-authenticate").unwrap_or_default();
        assert!(challenge.starts_with("Bearer"), "{challenge}");
    }
}

/// What a message is about is looked for before anything is asked of the server.
#[test]
fn a_message_that_is_about_nothing_is_none() {
    for method in [
        "tools/call",
        "prompts/get",
        "resources/read",
        "resources/subscribe",
    ] {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {}});
        let response = post(
            &SHARED.gateway,
            &token("running"),
            &[],
            &message.to_string(),
        );
        assert_eq!(response.status, 400, "{method}");
        assert_eq!(json(&response)["error"]["code"], -32_600, "{method}");
    }
}
