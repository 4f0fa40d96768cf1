//! Sessions belong to who opened them, and protocol tasks to the task id that started them.

use remit_tests::gateway::Pinned;
use remit_tests::upstream::Script;
use serde_json::{Value, json};

use super::GATEWAY;
use super::messages::{A2A, Caller, MCP, Version, call, method};
use crate::protocols::refused;
use crate::world::case;

#[test]
fn a_session_is_for_who_opened_it() {
    let (ours, other) = (Caller::ours(), Caller::other_agent());
    let opened = Script::json(200, r#"{"jsonrpc":"2.0","id":1,"result":{}}"#)
        .field("mcp-session-id", "s-41");
    let told = ours.told(&GATEWAY, Version::Http1, &method("initialize"), opened);
    assert_eq!(
        (told.response.status, told.response.value("mcp-session-id")),
        (200, Some("s-41"))
    );
    for (caller, session, status) in [
        (&ours, "s-41", 200),
        (&other, "s-41", 404),
        (&ours, "s-42", 404),
        (&ours, "", 404),
    ] {
        for worker in [0, 1] {
            let mut worker = Pinned::to(&GATEWAY, worker);
            let ping = case("ping");
            let requests = [
                (ping.clone(), caller.request(&ping, MCP, &method("ping"))),
                (
                    ping.clone() + "-get",
                    caller.bodiless(&(ping.clone() + "-get"), "GET"),
                ),
                (
                    ping.clone() + "-delete",
                    caller.bodiless(&(ping.clone() + "-delete"), "DELETE"),
                ),
            ];
            for (name, request) in requests {
                let response = worker.send(&request.field("mcp-session-id", session));
                assert_eq!(
                    response.status,
                    status,
                    "{session} {name}: {}",
                    response.text()
                );
                if status == 404 {
                    refused(&GATEWAY, &name, "session_unknown");
                }
            }
        }
    }
}

/// A session that an answer to something else names is nobody's.
#[test]
fn only_opening_a_session_gives_it() {
    let ours = Caller::ours();
    let named = Script::json(200, "{}").field("mcp-session-id", "s-51");
    ours.told(&GATEWAY, Version::Http1, &method("ping"), named);
    let name = case("named");
    let request = ours
        .request(&name, MCP, &method("ping"))
        .field("mcp-session-id", "s-51");
    assert_eq!(request.send(GATEWAY.agents()).status, 404);
    refused(&GATEWAY, &name, "session_unknown");
}

#[test]
fn a_protocol_task_is_for_the_task_id_that_started_it() {
    let (ours, other) = (Caller::ours(), Caller::other_task_id());
    let mut starting = call("search", &json!({}));
    starting["params"]["task"] = json!({"ttl": 1000});
    let task = r#"{"jsonrpc":"2.0","id":1,"result":{"task":{"taskId":"t-61","status":"working"}}}"#;
    // As JSON, and as an event in pieces.
    for (id, script) in [
        ("t-61", Script::json(200, task)),
        (
            "t-62",
            Script::events(&format!("data: {}\n\n", task.replace("t-61", "t-62")), 7),
        ),
    ] {
        let told = ours.told(&GATEWAY, Version::Http1, &starting, script);
        assert_eq!(told.response.status, 200);
        assert!(
            told.response.text().contains(id),
            "{}",
            told.response.text()
        );
        for (caller, id, status) in [(&ours, id, 200), (&other, id, 403), (&ours, "t-63", 403)] {
            for method in ["tasks/get", "tasks/cancel", "tasks/result"] {
                let message =
                    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": {"taskId": id}});
                is_for(caller, MCP, &message, status);
            }
        }
    }
}

#[test]
fn a_task_of_an_agent_is_for_the_task_id_that_started_it() {
    let (ours, other) = (Caller::ours(), Caller::other_task_id());
    let name = case("message");
    let answer = r#"{"jsonrpc":"2.0","id":1,"result":{"task":{"id":"t-71","contextId":"c-1","status":{"state":"TASK_STATE_WORKING"}}}}"#;
    GATEWAY
        .upstream("ledger")
        .answer_with(&name, Script::json(200, answer));
    let parts = json!({"messageId": "m-1", "role": "ROLE_USER", "parts": [{"text": "x"}]});
    let message =
        json!({"jsonrpc": "2.0", "id": 1, "method": "SendMessage", "params": {"message": parts}});
    let response = ours
        .request(&name, A2A, &message)
        .field("a2a-version", "1.0")
        .send(GATEWAY.agents());
    assert_eq!((response.status, response.text().as_str()), (200, answer));
    for (caller, id, status) in [
        (&ours, "t-71", 200),
        (&other, "t-71", 403),
        (&ours, "t-72", 403),
    ] {
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "GetTask", "params": {"id": id}});
        is_for(caller, A2A, &message, status);
    }
    // Of a list each sees what is theirs.
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "ListTasks", "params": {}});
    let tasks = r#"{"jsonrpc":"2.0","id":1,"result":{"tasks":[{"id":"t-70"},{"id":"t-71"}]}}"#;
    for (caller, shown) in [(&ours, r#"[{"id":"t-71"}]"#), (&other, "[]")] {
        let name = case("list");
        GATEWAY
            .upstream("ledger")
            .answer_with(&name, Script::json(200, tasks));
        let response = caller
            .request(&name, A2A, &list)
            .field("a2a-version", "1.0")
            .send(GATEWAY.agents());
        let expected = format!(r#"{{"jsonrpc":"2.0","id":1,"result":{{"tasks":{shown}}}}}"#);
        assert_eq!((response.status, response.text()), (200, expected));
    }
}

fn is_for(caller: &Caller, place: (&str, &str), message: &Value, status: u16) {
    let name = case("task");
    GATEWAY.upstream("ledger").answer_with(
        &name,
        Script::json(200, r#"{"jsonrpc":"2.0","id":1,"result":{}}"#),
    );
    let response = caller.request(&name, place, message).send(GATEWAY.agents());
    assert_eq!(response.status, status, "{message}: {}", response.text());
    if status != 200 {
        refused(&GATEWAY, &name, "not_owner");
    }
}
