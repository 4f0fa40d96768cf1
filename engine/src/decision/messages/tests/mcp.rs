use super::*;
use crate::answers::ListKind;

pub(super) const SEARCH: u32 = 3;
const CLOSE: u32 = 4;
const HIDDEN: u32 = 5;
const TICKET: u32 = 6;

/// A help desk: anyone may search, and close ticket T-1; `purge` is nobody's; ticket 7 may be read.
pub(super) fn helpdesk() -> Plan {
    let mut plan = triage();
    plan.requires.push(Capability::Bodies);
    plan.names.extend(["ticket_id".into(), "id".into()]);
    let (ticket, id) = (NameId(4), NameId(5));
    plan.issuers[0].names.task_id = Some(vec!["task_id".into()]);
    plan.resources.push(Resource {
        name: "helpdesk".into(),
        cluster: None,
        endpoint: Some(Endpoint {
            protocol: Protocol::Mcp,
            path: vec!["mcp".into()],
            rest: None,
            body_bytes: 4096,
            conditional: Conditional::List,
            errors: ErrorCodes::Own(4030),
            origins: vec!["https://console.corp.example".into()],
        }),
        ..plan.resources[0].clone()
    });
    let tool = |name: &str, body| Operation {
        resource: Some(ResourceId(1)),
        body,
        call: call(CallKind::Tool, Target::Name(name.into())),
        ..operation(name, "POST", vec![literal("mcp")])
    };
    let any = || arguments(vec![], Others::Pass);
    let ticket_id = arguments(
        vec![(ticket.0, Type::String, Presence::Mandatory)],
        Others::Refuse,
    );
    plan.operations.extend([
        tool("search_tickets", any()),
        tool("close_ticket", ticket_id),
        tool("purge", any()),
        Operation {
            call: call(
                CallKind::Resource,
                Target::Uri(vec![
                    UriPart::Literal("ticket://".into()),
                    UriPart::Capture(id),
                ]),
            ),
            ..tool("ticket", any())
        },
    ]);
    plan.slots = vec![Slot::Argument(ticket), Slot::Capture(id)];
    plan.programs = vec![equals(0, "T-1"), equals(1, "7")];
    plan.rules.extend([
        rule("search", Effect::Allow, None),
        rule("close-own", Effect::Allow, Some(0)),
        rule("read-own", Effect::Allow, Some(1)),
    ]);
    plan.tasks[0].rules.extend([
        (OperationId(SEARCH), always([1])),
        (OperationId(CLOSE), always([2])),
        (OperationId(TICKET), always([3])),
    ]);
    let _ = HIDDEN;
    plan
}

pub(super) fn tool(name: &str, arguments: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": "c-1", "method": "tools/call",
        "params": {"name": name, "arguments": arguments}})
}

fn method(method: &str) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {}})
}

#[test]
fn the_arguments_decide() {
    let (engine, host) = (engine(&helpdesk()), Local::default());
    let mcp = Tried::new(&engine, &host, "/mcp");
    for (message, reason) in [
        (tool("search_tickets", json!({"q": "x"})), Reason::Allowed),
        (
            tool("close_ticket", json!({"ticket_id": "T-1"})),
            Reason::Allowed,
        ),
        (
            tool("close_ticket", json!({"ticket_id": "T-2"})),
            Reason::NotAllowed,
        ),
        (
            tool("close_ticket", json!({"ticket_id": 1})),
            Reason::ArgumentsRefused,
        ),
        (tool("close_ticket", json!({})), Reason::ArgumentsRefused),
        (
            tool("close_ticket", json!({"ticket_id": "T-1", "x": 1})),
            Reason::ArgumentsRefused,
        ),
        (
            tool(
                "close_ticket",
                json!({"ticket_id": "T-1", "Ticket_ID": "T-2"}),
            ),
            Reason::ArgumentsRefused,
        ),
        (
            tool("close_ticket", json!(["T-1"])),
            Reason::MessageMalformed,
        ),
        (tool("purge", json!({})), Reason::NotAllowed),
        (
            tool("Close_ticket", json!({"ticket_id": "T-1"})),
            Reason::UnknownOperation,
        ),
        (
            tool("close_ticket\0", json!({"ticket_id": "T-1"})),
            Reason::UnknownOperation,
        ),
        (method("x/unknown"), Reason::UnknownOperation),
        (method("completion/complete"), Reason::UnknownOperation),
        (method("sampling/createMessage"), Reason::UnknownOperation),
        (method("tools/call"), Reason::MessageMalformed),
        (method("initialize"), Reason::Session),
        (method("ping"), Reason::Session),
        (method("tools/list"), Reason::Session),
    ] {
        assert_eq!(mcp.calls(&message).reason, reason, "{message}");
    }
    let read = |uri: &str| json!({"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": uri}});
    assert_eq!(mcp.calls(&read("ticket://7")).reason, Reason::Allowed);
    assert_eq!(mcp.calls(&read("ticket://8")).reason, Reason::NotAllowed);
    assert_eq!(
        mcp.calls(&read("ticket://../7")).reason,
        Reason::UnknownOperation
    );
}

#[test]
fn a_notification_is_decided_like_a_request() {
    let (engine, host) = (engine(&helpdesk()), Local::default());
    let mcp = Tried::new(&engine, &host, "/mcp");
    let mut message = tool("purge", json!({}));
    message.as_object_mut().unwrap().remove("id");
    assert_eq!(mcp.calls(&message).reason, Reason::NotAllowed);
}

#[test]
fn a_refusal_bears_the_id_and_unknown_looks_like_forbidden() {
    let (engine, host) = (engine(&helpdesk()), Local::default());
    let mcp = Tried::new(&engine, &host, "/mcp");
    let unknown = mcp.calls(&tool("no_such_tool", json!({})));
    let forbidden = mcp.calls(&tool("purge", json!({})));
    assert_eq!(unknown.answer, forbidden.answer);
    let (status, body) = unknown.answer.unwrap();
    assert_eq!(status, 403);
    assert_eq!(body["id"], "c-1");
    assert_eq!(body["error"]["code"], 4030);
    let (status, body) = mcp.sends("[").answer.unwrap();
    assert_eq!((status, &body["id"]), (400, &Value::Null));
    assert_eq!(body["error"]["code"], -32700);
}

#[test]
fn headers_must_agree_whatever_is_claimed() {
    let (engine, host) = (engine(&helpdesk()), Local::default());
    let close = tool("close_ticket", json!({"ticket_id": "T-1"}));
    for (name, value, reason) in [
        ("mcp-method", "tools/call", Reason::Allowed),
        ("mcp-method", "tools/list", Reason::HeaderMismatch),
        ("mcp-name", "close_ticket", Reason::Allowed),
        ("mcp-name", "search_tickets", Reason::HeaderMismatch),
        ("mcp-param-ticket_id", "T-1", Reason::Allowed),
        ("mcp-param-ticket_id", "T-2", Reason::HeaderMismatch),
        ("mcp-protocol-version", "2025-11-25", Reason::Allowed),
        ("mcp-protocol-version", "2026-07-28", Reason::HeaderMismatch),
    ] {
        let came = Tried::new(&engine, &host, "/mcp")
            .with(name, value)
            .calls(&close);
        assert_eq!(came.reason, reason, "{name}: {value}");
    }
}

#[test]
fn every_message_of_a_batch_counts() {
    let (engine, host) = (engine(&helpdesk()), Local::default());
    let mcp = Tried::new(&engine, &host, "/mcp");
    let search = tool("search_tickets", json!({}));
    let both = json!([method("ping"), search]);
    let came = mcp.calls(&both);
    assert_eq!(came.reason, Reason::Allowed);
    assert_eq!(came.record["called"], "search_tickets");
    let with_purge = json!([search, tool("purge", json!({})), search]);
    assert_eq!(mcp.calls(&with_purge).reason, Reason::NotAllowed);
    assert_eq!(mcp.calls(&json!([])).reason, Reason::MessageMalformed);
    // Only one revision has them.
    let later = Tried::new(&engine, &host, "/mcp").with("mcp-protocol-version", "2025-06-18");
    assert_eq!(later.calls(&both).reason, Reason::MessageMalformed);
}

/// What stands before it in a batch must not keep it out of the record.
#[test]
fn an_exception_in_a_batch_is_on_record() {
    let mut plan = helpdesk();
    plan.break_glass = vec![BreakGlass {
        id: "inc-4711".into(),
        issuers: vec![IssuerId(0)],
        agents: plan.tasks[0].agents.clone(),
        operations: vec![OperationId(HIDDEN)],
        overrides: vec![],
        lifted: vec![],
        until: NOW + 60,
        reason: "incident".into(),
    }];
    let (engine, host) = (engine(&plan), Local::default());
    let mcp = Tried::new(&engine, &host, "/mcp");
    let (search, purge) = (tool("search_tickets", json!({})), tool("purge", json!({})));
    for batch in [
        json!([purge, search]),
        json!([search, purge]),
        json!([search, purge, search]),
    ] {
        let came = mcp.calls(&batch);
        assert_eq!(came.reason, Reason::BreakGlass, "{batch}");
        assert_eq!(came.record["break_glass"], "inc-4711");
        assert_eq!(came.record["called"], "purge");
    }
    let came = mcp.calls(&json!([purge, method("x/unknown")]));
    assert_eq!(came.reason, Reason::UnknownOperation);
    assert!(came.record.get("break_glass").is_none());
}

#[test]
fn lists_show_what_the_rules_leave() {
    let (engine, host) = (engine(&helpdesk()), Local::default());
    let mcp = Tried::new(&engine, &host, "/mcp");
    for (kind, name, expected) in [
        (ListKind::Tools, "search_tickets", Visibility::Open),
        (ListKind::Tools, "close_ticket", Visibility::Conditional),
        (ListKind::Tools, "purge", Visibility::Hidden),
        (ListKind::Tools, "no_such_tool", Visibility::Hidden),
        (ListKind::Resources, "ticket://7", Visibility::Open),
        (ListKind::Resources, "ticket://8", Visibility::Hidden),
        (ListKind::Resources, "other://7", Visibility::Hidden),
        (
            ListKind::ResourceTemplates,
            "ticket://{id}",
            Visibility::Open,
        ),
        (
            ListKind::ResourceTemplates,
            "ticket://{id}/x",
            Visibility::Hidden,
        ),
        (ListKind::Prompts, "search_tickets", Visibility::Hidden),
    ] {
        assert_eq!(mcp.sees(kind, name), expected, "{name}");
    }
    let watch = mcp.calls(&method("tools/list")).watch;
    assert_eq!(watch.answers.unwrap().list, Some(ListKind::Tools));
    assert!(mcp.calls(&method("ping")).watch.is_idle());
}

#[test]
fn a_deny_hides_and_a_require_that_can_fail_marks() {
    let mut plan = helpdesk();
    plan.rules.extend([
        rule("none", Effect::Deny, None),
        rule("must-be-own", Effect::Require, Some(0)),
    ]);
    plan.tasks[0].rules[1].1 = always([1, 5]);
    plan.tasks[0].rules[2].1 = always([2, 4]);
    let (denied, host) = (engine(&plan), Local::default());
    let mcp = Tried::new(&denied, &host, "/mcp");
    assert_eq!(
        mcp.sees(ListKind::Tools, "close_ticket"),
        Visibility::Hidden
    );
    assert_eq!(
        mcp.sees(ListKind::Tools, "search_tickets"),
        Visibility::Conditional
    );
}

#[test]
fn the_session_is_for_who_may_call_something() {
    let mut plan = helpdesk();
    plan.tasks[0].rules.truncate(1);
    let (engine, host) = (engine(&plan), Local::default());
    let mcp = Tried::new(&engine, &host, "/mcp");
    assert_eq!(mcp.calls(&method("initialize")).reason, Reason::NotAllowed);
    let other = Tried::new(&engine, &host, "/mcp").by(mint(r#","task":"other""#));
    assert_eq!(other.calls(&method("ping")).reason, Reason::UnknownTask);
}

/// Servers behind CGI or WSGI take these for the header that names a session.
#[test]
fn a_session_is_named_by_no_other_spelling() {
    let (engine, host) = (engine(&helpdesk()), Local::default());
    for name in ["mcp_session_id", "Mcp-Session_Id", "mcp.session.id"] {
        let mcp = || Tried::new(&engine, &host, "/mcp").with(name, "s-1");
        let came = mcp().calls(&method("ping"));
        assert_eq!(came.reason, Reason::SessionUnknown, "{name}");
        let came = mcp().by_http("DELETE").sends("");
        assert_eq!(came.reason, Reason::SessionUnknown, "{name}");
    }
}

#[test]
fn a_session_is_of_who_opened_it() {
    let (engine, host) = (engine(&helpdesk()), Local::default());
    let opens = Tried::new(&engine, &host, "/mcp").calls(&method("initialize"));
    assert!(opens.watch.session);
    let in_session = || Tried::new(&engine, &host, "/mcp").with("mcp-session-id", "s-1");
    let unknown = in_session().calls(&method("ping"));
    assert_eq!(unknown.reason, Reason::SessionUnknown);
    assert_eq!(unknown.answer.unwrap().0, 404);
    let id = crate::decision::owned::session(
        engine.plan(),
        &engine.plan().resources[1],
        "s-1",
        &verified(&engine, &host),
    );
    let until = UnixTime::from_seconds(NOW + 60);
    let now = UnixTime::from_seconds(NOW);
    use crate::host::{Host as _, Ledger};
    host.mark(Ledger::Owned, &id.unwrap(), until, now).unwrap();
    assert_eq!(in_session().calls(&method("ping")).reason, Reason::Session);
    for http in ["GET", "DELETE"] {
        let came = in_session().by_http(http).sends("");
        assert_eq!(came.reason, Reason::Session, "{http}");
    }
    let sub = r#"{"iss":"https://sts.corp.example","sub":"agent/two","aud":"https://api.corp.example","iat":1000,"exp":1600,"task":"triage","task_id":"run-1"}"#;
    let stranger = crate::tests::sign(r#"{"alg":"EdDSA","kid":"k1"}"#, sub);
    let came = in_session().by(stranger).calls(&method("ping"));
    assert_eq!(came.reason, Reason::SessionUnknown);
}

/// The token of the usual caller, verified.
fn verified(engine: &crate::Engine, host: &Local) -> crate::token::VerifiedToken {
    let token = mint(TRIAGE);
    let unverified = crate::token::UnverifiedToken::parse(token.as_bytes()).unwrap();
    engine
        .verifier()
        .verify(engine.plan(), &unverified, host)
        .unwrap()
}

#[test]
fn protocol_tasks_are_of_the_task_id_that_started_them() {
    let (engine, host) = (engine(&helpdesk()), Local::default());
    let get =
        json!({"jsonrpc": "2.0", "id": 1, "method": "tasks/get", "params": {"taskId": "t-9"}});
    let mcp = Tried::new(&engine, &host, "/mcp");
    assert_eq!(mcp.calls(&get).reason, Reason::NotOwner);
    let id = crate::decision::owned::task(
        engine.plan(),
        &engine.plan().resources[1],
        "t-9",
        &verified(&engine, &host),
    );
    let until = UnixTime::from_seconds(NOW + 60);
    use crate::host::{Host as _, Ledger};
    host.mark(
        Ledger::Owned,
        &id.unwrap(),
        until,
        UnixTime::from_seconds(NOW),
    )
    .unwrap();
    assert_eq!(mcp.calls(&get).reason, Reason::Session);
    let other =
        Tried::new(&engine, &host, "/mcp").by(mint(r#","task":"triage","task_id":"run-2""#));
    assert_eq!(other.calls(&get).reason, Reason::NotOwner);
}

#[test]
fn pages_of_other_origins_are_refused() {
    let (engine, host) = (engine(&helpdesk()), Local::default());
    for (origin, reason) in [
        ("https://console.corp.example", Reason::Session),
        ("https://evil.example", Reason::OriginRefused),
        ("null", Reason::OriginRefused),
    ] {
        let mcp = Tried::new(&engine, &host, "/mcp").with("origin", origin);
        assert_eq!(mcp.calls(&method("ping")).reason, reason, "{origin}");
    }
}

#[test]
fn a_definition_that_changed_is_refused_until_it_is_reviewed() {
    let mut plan = helpdesk();
    plan.operations[SEARCH as usize].call.as_mut().unwrap().pin = Some([7; 32]);
    let (first, host) = (engine(&plan), Local::default());
    let search = tool("search_tickets", json!({}));
    let mcp = Tried::new(&first, &host, "/mcp");
    assert_eq!(mcp.calls(&search).reason, Reason::Allowed);
    use crate::host::{Host as _, Ledger};
    let id = crate::decision::owned::changed(
        &plan.resources[1],
        &plan.operations[SEARCH as usize],
        &[7; 32],
    );
    let until = UnixTime::from_seconds(NOW + 60);
    host.mark(Ledger::Changed, &id, until, UnixTime::from_seconds(NOW))
        .unwrap();
    assert_eq!(mcp.calls(&search).reason, Reason::DefinitionChanged);
    plan.operations[SEARCH as usize].call.as_mut().unwrap().pin = Some([8; 32]);
    let reviewed = engine(&plan);
    let mcp = Tried::new(&reviewed, &host, "/mcp");
    assert_eq!(mcp.calls(&search).reason, Reason::Allowed);
}

/// A server may look at the body whatever the method is.
#[test]
fn what_has_no_body_to_decide_on_brings_none() {
    let (engine, host) = (engine(&helpdesk()), Local::default());
    for method in ["GET", "DELETE"] {
        let mcp = Tried::new(&engine, &host, "/mcp").by_http(method);
        assert_eq!(mcp.sends("").reason, Reason::Session);
        let purge = tool("purge", json!({})).to_string();
        for body in [purge.as_str(), "{}", "no JSON"] {
            assert_eq!(mcp.sends(body).reason, Reason::MessageMalformed, "{body}");
        }
    }
}

/// A policy that names methods on tasks has rules for them, and tasks have owners all the same.
#[test]
fn a_rule_for_a_method_gives_nobody_the_tasks_of_others() {
    let mut plan = helpdesk();
    for name in ["tasks/get", "tasks/list"] {
        let id = OperationId(u32::try_from(plan.operations.len()).unwrap());
        plan.operations.push(Operation {
            call: call(CallKind::Method, Target::Name(name.into())),
            ..plan.operations[SEARCH as usize].clone()
        });
        plan.tasks[0].rules.push((id, always([1])));
    }
    let (engine, host) = (engine(&plan), Local::default());
    let mcp = Tried::new(&engine, &host, "/mcp");
    let get =
        json!({"jsonrpc": "2.0", "id": 1, "method": "tasks/get", "params": {"taskId": "t-9"}});
    assert_eq!(mcp.calls(&get).reason, Reason::NotOwner);
    let came = mcp.calls(&method("tasks/list"));
    assert_eq!(came.reason, Reason::Allowed);
    assert!(came.watch.lists, "the list would go on as it is");
    assert_eq!(
        came.watch.answers.and_then(|watch| watch.list),
        Some(ListKind::Tasks)
    );
}
