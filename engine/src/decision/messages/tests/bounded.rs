//! What a token's own details say of the content of a call.

use super::*;
use crate::answers::ListKind;

const REFUND: u32 = 2;
const PAY: u32 = 3;
const MAIL: u32 = 4;
const EXPORT: u32 = 5;
const ALL: [u32; 4] = [REFUND, PAY, MAIL, EXPORT];

/// Whoever has a token may refund, by HTTP in euros, pay by a tool in any currency, send mail, and
/// export; the policy calls that by another name than its server.
fn desk() -> Plan {
    let mut plan = triage();
    plan.requires.push(Capability::Bodies);
    plan.names
        .extend(["amount", "currency", "to"].map(String::from));
    let [amount, currency, to] = [4, 5, 6].map(NameId);
    plan.resources.push(Resource {
        name: "desk".into(),
        cluster: None,
        endpoint: Some(Endpoint {
            protocol: Protocol::Mcp,
            path: vec!["mcp".into()],
            rest: None,
            body_bytes: 4096,
            conditional: Conditional::Mark,
            errors: ErrorCodes::Own(4030),
            origins: vec![],
        }),
        ..plan.resources[0].clone()
    });
    let some = |name: NameId, ty: Type| (name.0, ty, Presence::Optional);
    let bounded = |declared, amount, recipient| match arguments(declared, Others::Refuse) {
        BodyShape::Json(members) => BodyShape::Json(Members {
            amount,
            recipient,
            ..members
        }),
        BodyShape::Unread => panic!("it has members"),
    };
    plan.operations[2].body = bounded(
        vec![some(amount, Type::Double)],
        Some(AmountIn {
            value: amount,
            currency: Currency::Fixed("EUR".into()),
        }),
        None,
    );
    let tool = |name: &str, wire: &str, body| Operation {
        resource: Some(ResourceId(1)),
        body,
        call: call(CallKind::Tool, Target::Name(wire.into())),
        ..operation(name, "POST", vec![literal("mcp")])
    };
    let paid = bounded(
        vec![some(amount, Type::String), some(currency, Type::String)],
        Some(AmountIn {
            value: amount,
            currency: Currency::Member(currency),
        }),
        None,
    );
    let sent = bounded(vec![some(to, Type::String)], None, Some(to));
    plan.operations.extend([
        tool("pay", "pay", paid),
        tool("mail", "mail", sent),
        tool("export", "ns/export.v2", arguments(vec![], Others::Pass)),
    ]);
    let open = ALL.map(|id| (OperationId(id), always([0])));
    plan.tasks[0].rules.extend(open);
    plan
}

/// A token with one entry, bounded so.
fn bounded(constraints: &Value) -> String {
    let entry = json!([{
        "type": "mission_resource_access",
        "resource": "https://api.corp.example",
        "actions": ["orders.*", "desk.*"],
        "constraints": constraints,
    }]);
    mint(&format!(r#"{TRIAGE},"authorization_details":{entry}"#))
}

fn most(amount: &str) -> String {
    bounded(&json!({"max_amount": {"amount": amount, "currency": "EUR"}}))
}

fn tool(name: &str, arguments: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": name, "arguments": arguments}})
}

#[test]
fn a_refund_keeps_to_what_its_token_says() {
    let (engine, host) = (engine(&desk()), Local::default());
    let refund = |token: String, body: &str| {
        let tried = Tried::new(&engine, &host, "/v1/orders/42/refunds").by(token);
        tried.sends(body).reason
    };
    for (body, reason) in [
        (r#"{"amount": 50}"#, Reason::Allowed),
        (r#"{"amount": 50.00}"#, Reason::Allowed),
        (r#"{"amount": 50.01}"#, Reason::AuthorityMissing),
        (r#"{"amount": -1}"#, Reason::AuthorityMissing),
        ("{}", Reason::AuthorityMissing),
        (r#"{"amount": "50"}"#, Reason::ArgumentsRefused),
        (r#"{"amount": 50, "x": 1}"#, Reason::ArgumentsRefused),
        (r#"{"amount": 50"#, Reason::BodyMalformed),
    ] {
        assert_eq!(refund(most("50"), body), reason, "{body}");
        // Without a bound the rules alone decide.
        if reason == Reason::AuthorityMissing {
            assert_eq!(refund(mint(TRIAGE), body), Reason::Allowed, "{body}");
        }
    }
    let dollars = bounded(&json!({"max_amount": {"amount": "50", "currency": "USD"}}));
    assert_eq!(
        refund(dollars, r#"{"amount": 1}"#),
        Reason::AuthorityMissing
    );
}

/// What does not hold in any case is not worth a body: it is never read.
#[test]
fn what_a_head_can_tell_is_told_by_the_head() {
    let (engine, host) = (engine(&desk()), Local::default());
    let limit = json!({"amount": "50", "currency": "EUR"});
    let token = bounded(&json!({"max_amount": limit, "tenant": "other"}));
    let tried = Tried::new(&engine, &host, "/v1/orders/42/refunds").by(token);
    let came = tried.sends("no JSON");
    assert_eq!(came.reason, Reason::AuthorityMissing);
}

#[test]
fn an_operation_that_says_nothing_of_amounts_is_not_permitted() {
    let mut plan = desk();
    for id in ALL {
        match &mut plan.operations[id as usize].body {
            BodyShape::Json(members) => (members.amount, members.recipient) = (None, None),
            BodyShape::Unread => panic!("it has members"),
        }
    }
    let (engine, host) = (engine(&plan), Local::default());
    let tried = Tried::new(&engine, &host, "/v1/orders/42/refunds").by(most("50"));
    // By the head alone.
    assert_eq!(tried.sends("no JSON").reason, Reason::AuthorityMissing);
    let mcp = Tried::new(&engine, &host, "/mcp").by(most("50"));
    let paid = mcp.calls(&tool("pay", json!({"amount": "1", "currency": "EUR"})));
    assert_eq!(paid.reason, Reason::AuthorityMissing);
}

#[test]
fn a_tool_keeps_to_what_its_token_says() {
    let (engine, host) = (engine(&desk()), Local::default());
    let mcp = Tried::new(&engine, &host, "/mcp").by(most("500.00"));
    for (arguments, reason) in [
        (json!({"amount": "500", "currency": "EUR"}), Reason::Allowed),
        (
            json!({"amount": "500.000000000000000001", "currency": "EUR"}),
            Reason::AuthorityMissing,
        ),
        (
            json!({"amount": "5", "currency": "USD"}),
            Reason::AuthorityMissing,
        ),
        (json!({"amount": "5"}), Reason::AuthorityMissing),
        (json!({"currency": "EUR"}), Reason::AuthorityMissing),
        (
            json!({"amount": "5e0", "currency": "EUR"}),
            Reason::AuthorityMissing,
        ),
    ] {
        let came = mcp.calls(&tool("pay", arguments.clone()));
        assert_eq!(came.reason, reason, "{arguments}");
    }
    let mcp =
        Tried::new(&engine, &host, "/mcp").by(bounded(&json!({"recipient_domain": "example.com"})));
    for (arguments, reason) in [
        (json!({"to": "bo@mail.example.com"}), Reason::Allowed),
        (json!({"to": "bo@evil.net"}), Reason::AuthorityMissing),
        (json!({}), Reason::AuthorityMissing),
    ] {
        let came = mcp.calls(&tool("mail", arguments.clone()));
        assert_eq!(came.reason, reason, "{arguments}");
    }
}

/// What a list shows depends on what is not known yet.
#[test]
fn lists_show_what_a_token_bounds_as_conditional() {
    let (engine, host) = (engine(&desk()), Local::default());
    let sees = |token: &str, name| {
        let mcp = Tried::new(&engine, &host, "/mcp").by(token.to_owned());
        mcp.sees(ListKind::Tools, name)
    };
    assert_eq!(sees(&mint(TRIAGE), "pay"), Visibility::Open);
    assert_eq!(sees(&most("50"), "pay"), Visibility::Conditional);
    // It says nothing of amounts.
    assert_eq!(sees(&most("50"), "mail"), Visibility::Hidden);
}

#[test]
fn tools_are_called_as_their_server_calls_them() {
    let (engine, host) = (engine(&desk()), Local::default());
    let export = tool("ns/export.v2", json!({}));
    let tried = |tools: Value| {
        let token = bounded(&json!({"allowed_tools": tools}));
        Tried::new(&engine, &host, "/mcp").by(token)
    };
    let named = tried(json!(["ns/export.v2"]));
    assert_eq!(named.calls(&export).reason, Reason::Allowed);
    assert_eq!(
        named.sees(ListKind::Tools, "ns/export.v2"),
        Visibility::Open
    );
    assert_eq!(named.sees(ListKind::Tools, "pay"), Visibility::Hidden);
    let ours = tried(json!(["export", "desk.export", "pay"]));
    assert_eq!(ours.calls(&export).reason, Reason::AuthorityMissing);
    // Of an HTTP operation its name is the policy's.
    let refund = |tools: Value| {
        let token = bounded(&json!({"allowed_tools": tools}));
        let tried = Tried::new(&engine, &host, "/v1/orders/42/refunds").by(token);
        tried.sends("{}").reason
    };
    assert_eq!(refund(json!(["refund"])), Reason::Allowed);
    assert_eq!(refund(json!(["pay"])), Reason::AuthorityMissing);
}
