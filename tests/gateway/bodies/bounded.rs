//! What a token bounds, the rules cannot widen: amounts, recipients and tools that stand in bodies.

use remit_tests::client::h1;
use remit_tests::recipe::{API, Recipe};
use remit_tests::upstream::Script;
use serde_json::{Value, json};

use super::messages::{Caller, MCP, TOOLS, Version, call, method};
use super::{GATEWAY, REFUNDS, post};
use crate::protocols::refused;
use crate::world::{case, now, request};

/// A token of a mission with these constraints.
fn bounded(constraints: &Value) -> Recipe {
    let entry = json!({
        "type": "mission_resource_access",
        "resource": API,
        "actions": ["orders.*", "helpdesk.*"],
        "constraints": constraints,
    });
    Recipe::corp(now()).claim("authorization_details", json!([entry]))
}

fn most(amount: &str, currency: &str) -> Value {
    json!({"max_amount": {"amount": amount, "currency": currency}})
}

/// The rules allow refunds up to 50.
fn refund(name: &str, token: &Recipe, body: &str) -> h1::Request {
    request("POST", REFUNDS, name)
        .field("authorization", format!("Bearer {}", token.token()))
        .field("content-type", "application/json")
        .field("content-length", body.len().to_string())
        .body(body.as_bytes())
}

#[test]
fn a_token_refuses_a_refund_that_the_rules_allow() {
    for (constraints, body, denial) in [
        (most("30", "EUR"), r#"{"amount": 30}"#, None),
        (most("30.05", "EUR"), r#"{"amount": 30.05}"#, None),
        (
            most("30", "EUR"),
            r#"{"amount": 30.01}"#,
            Some("insufficient_authority"),
        ),
        (
            most("30", "EUR"),
            r#"{"amount": -30}"#,
            Some("insufficient_authority"),
        ),
        (
            most("30", "USD"),
            r#"{"amount": 1}"#,
            Some("insufficient_authority"),
        ),
        (
            json!({"recipient_domain": "corp.example"}),
            r#"{"amount": 1}"#,
            Some("constraint_unrecognized"),
        ),
    ] {
        let name = case("bounded");
        let sent = refund(&name, &bounded(&constraints), body);
        let response = sent.send(GATEWAY.agents());
        let Some(denial) = denial else {
            assert_eq!(response.status, 200, "{}", response.text());
            assert_eq!(GATEWAY.arrivals_of(&name), 1);
            continue;
        };
        assert_eq!(response.status, 403, "{body}");
        let challenge = response.value("www-authenticate").unwrap_or_default();
        let denial = format!("mission_denial=\"{denial}\"");
        assert!(challenge.contains(&denial), "{challenge}");
        refused(&GATEWAY, &name, "authority_missing");
        // It is the token that refuses it.
        if !body.contains('-') {
            let name = case("unbounded");
            let sent = post(&name, REFUNDS)
                .field("content-length", body.len().to_string())
                .body(body.as_bytes());
            assert_eq!(sent.send(GATEWAY.agents()).status, 200, "{body}");
        }
    }
}

#[test]
fn a_tool_is_called_within_what_the_token_bounds() {
    let paid = |amount: &str, currency: &str, to: &[&str]| json!({"amount": amount, "currency": currency, "to": to});
    let mut bounds = most("500.00", "EUR");
    bounds["recipient_domain"] = json!("shop.example");
    bounds["allowed_tools"] = json!(["desk/pay.v1"]);
    let caller = Caller::of(&bounded(&bounds));
    for (arguments, status) in [
        (paid("500", "EUR", &["bo@mail.shop.example"]), 200),
        (
            paid("500.000000000000000001", "EUR", &["bo@shop.example"]),
            403,
        ),
        (paid("1", "USD", &["bo@shop.example"]), 403),
        (
            paid("1", "EUR", &["bo@shop.example", "x@evilshop.example"]),
            403,
        ),
        (paid("1", "EUR", &[]), 403),
    ] {
        let name = case("paid");
        let message = call("desk/pay.v1", &arguments);
        GATEWAY
            .upstream("ledger")
            .answer_with(&name, Script::json(200, "{}"));
        let response = caller.request(&name, MCP, &message).send(GATEWAY.agents());
        assert_eq!(response.status, status, "{arguments}");
        if status == 403 {
            refused(&GATEWAY, &name, "authority_missing");
        }
    }
    // What others may call, the token does not name.
    let list = TOOLS.replace("?", "desk/pay.v1");
    let told = caller.told(
        &GATEWAY,
        Version::Http1,
        &method("tools/list"),
        Script::json(200, &list),
    );
    assert_eq!(told.names(), ["desk/pay.v1"]);
}
