//! Approvals of calls that are told by bodies, and tokens for one use that send one.

use super::a2a::{send, travel};
use super::http::{REFUNDS, refunds};
use super::mcp::{SEARCH, helpdesk, tool};
use super::*;
use crate::host::Ledger;
use crate::tests::{key, sign};

const HEADER: &str = "x-remit-approval";

/// Whatever the task may do takes an approval.
fn approved(mut plan: Plan) -> Plan {
    plan.approvals = Some(Approvals {
        header: HEADER.into(),
        keys: vec![key(7)],
        max_lifetime: 900,
    });
    let issuer = &mut plan.issuers[0];
    issuer.names.task_id = Some(vec!["task_id".into()]);
    issuer.names.approvals = Some(vec!["grants".into()]);
    let id = u32::try_from(plan.rules.len()).unwrap();
    plan.rules.push(Rule {
        demand: Some(Demand::Approval),
        ..rule("approved", Effect::Require, None)
    });
    for (_, rules) in &mut plan.tasks[0].rules {
        rules.always.push(RuleId(id));
    }
    plan
}

fn approve(action: &str, jti: &str) -> String {
    let claims = json!({
        "jti": jti, "iat": NOW, "exp": NOW + 60, "aud": "https://api.corp.example",
        "sub": "agent/one", "task_id": "run-1", "action": action,
    });
    let header = r#"{"typ":"remit-approval+jwt","alg":"EdDSA"}"#;
    sign(header, &claims.to_string())
}

/// The action that an answer names, wherever it does.
fn action(came: &Came) -> String {
    assert_eq!(came.reason, Reason::ApprovalRequired, "{:?}", came.record);
    let (_, answer) = came.answer.as_ref().unwrap();
    let places = [&answer["action"], &answer["error"]["data"]["action"]];
    let action = places.into_iter().find_map(Value::as_str);
    action.unwrap().to_owned()
}

#[test]
fn what_a_body_says_is_approved_with_it() {
    let (engine, host) = (engine(&approved(refunds())), Local::default());
    let ask = || Tried::new(&engine, &host, REFUNDS);
    let twenty = action(&ask().sends(r#"{"amount":20}"#));
    assert_eq!(action(&ask().sends(r#"{ "amount" : 2e1 }"#)), twenty);
    assert_ne!(action(&ask().sends(r#"{"amount":20.01}"#)), twenty);
    let other = Tried::new(&engine, &host, "/v1/orders/43/refunds");
    assert_ne!(action(&other.sends(r#"{"amount":20}"#)), twenty);
    let approval = approve(&twenty, "j");
    let shown = || ask().with(HEADER, &approval);
    let more = shown().sends(r#"{"amount":21}"#);
    assert_eq!(more.reason, Reason::ApprovalRefused);
    assert_eq!(shown().sends(r#"{"amount":20}"#).reason, Reason::Allowed);
    assert_eq!(
        shown().sends(r#"{"amount":20}"#).reason,
        Reason::ApprovalUsed
    );
}

#[test]
fn the_arguments_of_a_tool_are_approved_with_it() {
    let (engine, host) = (engine(&approved(helpdesk())), Local::default());
    let mcp = || Tried::new(&engine, &host, "/mcp");
    let search = |text: &str| tool("search_tickets", json!({"q": text}));
    let came = mcp().calls(&search("a"));
    let (status, answer) = came.answer.as_ref().unwrap();
    assert_eq!(*status, 403);
    assert_eq!(answer["error"]["data"]["error"], "approval_required");
    let a = action(&came);
    assert_ne!(action(&mcp().calls(&search("b"))), a);
    let close = mcp().calls(&tool("close_ticket", json!({"ticket_id": "T-1"})));
    assert_ne!(action(&close), a);
    let approval = approve(&a, "j");
    let shown = mcp().with(HEADER, &approval);
    assert_eq!(shown.calls(&search("b")).reason, Reason::ApprovalRefused);
    let came = shown.calls(&search("a"));
    assert_eq!(came.reason, Reason::Allowed);
    assert_eq!(came.record["approval"], "j");
    assert_eq!(shown.calls(&search("a")).reason, Reason::ApprovalUsed);
}

/// Each call of a batch takes an approval of its own.
#[test]
fn one_approval_does_not_do_for_two_calls_of_a_batch() {
    let (engine, host) = (engine(&approved(helpdesk())), Local::default());
    let mcp = |token: String| Tried::new(&engine, &host, "/mcp").by(token);
    let search = tool("search_tickets", json!({"q": "a"}));
    let a = action(&mcp(mint(TRIAGE)).calls(&search));
    let twice = json!([search, search]);
    let batch = |tried: Tried<'_>| {
        tried
            .with("mcp-protocol-version", "2025-03-26")
            .calls(&twice)
    };
    let approval = approve(&a, "j");
    let came = batch(mcp(mint(TRIAGE)).with(HEADER, &approval));
    assert_eq!(came.reason, Reason::ApprovalUsed);
    let used = || {
        let marks = host.marks.borrow();
        let of_approvals = marks.keys().filter(|(one, _)| *one == Ledger::Approvals);
        of_approvals.count()
    };
    assert_eq!(used(), 0, "what was refused has used nothing");
    let grants = json!([{"action": a, "jti": "g"}, {"action": a, "jti": "h"}]);
    let token = mint(&format!(r#"{TRIAGE},"grants":{grants}"#));
    assert_eq!(batch(mcp(token.clone())).reason, Reason::Allowed);
    assert_eq!(used(), 2);
    assert_eq!(batch(mcp(token)).reason, Reason::ApprovalUsed);
}

/// What a method of the protocol is about stands in other parameters than `arguments`.
#[test]
fn all_parameters_of_a_method_are_approved() {
    let mut plan = helpdesk();
    plan.operations[SEARCH as usize].call =
        call(CallKind::Method, Target::Name("completion/complete".into()));
    let (engine, host) = (engine(&approved(plan)), Local::default());
    let complete = |params: Value| {
        let message =
            json!({"jsonrpc": "2.0", "id": 1, "method": "completion/complete", "params": params});
        action(&Tried::new(&engine, &host, "/mcp").calls(&message))
    };
    let a = complete(json!({"ref": "a", "arguments": {}}));
    assert_ne!(complete(json!({"ref": "b", "arguments": {}})), a);
    let meta = json!({"ref": "a", "arguments": {}, "_meta": {"progressToken": 7}});
    assert_eq!(complete(meta), a);
}

#[test]
fn the_task_in_a_path_is_approved() {
    let mut plan = travel();
    plan.resources[1].endpoint.as_mut().unwrap().rest = Some(vec!["v1".into()]);
    let (engine, host) = (engine(&approved(plan)), Local::default());
    let by_path = |path| {
        let tried = Tried::new(&engine, &host, path).by_http("GET");
        action(&tried.sends(""))
    };
    let one = by_path("/v1/tasks/one");
    assert_eq!(by_path("/v1/tasks/one"), one);
    assert_ne!(by_path("/v1/tasks/two"), one);
    let message = |id: &str| {
        let tried = Tried::new(&engine, &host, "/a2a");
        action(&tried.calls(&send("GetTask", json!({"id": id}))))
    };
    assert_ne!(message("one"), message("two"));
    assert_ne!(message("one"), one);
}

#[test]
fn a_token_for_one_use_sends_one_body() {
    let mut plan = refunds();
    plan.issuers[0].uses = Uses::One;
    let (engine, host) = (engine(&plan), Local::default());
    let refund = Tried::new(&engine, &host, REFUNDS);
    let sent = |body: &str| refund.sends(body).reason;
    assert_eq!(sent(r#"{"amount":51}"#), Reason::NotAllowed);
    assert_eq!(sent("{"), Reason::BodyMalformed);
    assert_eq!(sent(r#"{"amount":20}"#), Reason::Allowed);
    assert_eq!(sent(r#"{"amount":20}"#), Reason::TokenReplayed);
}
