//! What lists say of tools that may be called with some arguments, and of those that have changed.

use remit_engine::json::{canonical, parse};
use remit_tests::gateway::{Gateway, Pinned, Setup};
use remit_tests::policy::Compiled;
use remit_tests::upstream::Script;
use serde_json::{Value, json};

use super::messages::{Caller, MCP, TOOLS, Version, call, method};
use crate::world::{case, started};

fn with(from: &str, to: &str) -> Gateway {
    started(&Setup::reading(
        &Compiled::policy_with("bodies", from, to).plan,
    ))
}

#[test]
fn what_depends_on_arguments_is_marked_or_hidden() {
    let path = "path: /mcp}";
    let (caller, list) = (Caller::ours(), method("tools/list"));
    let gateway = with(path, "path: /mcp, conditional: hide}");
    let told = caller.told(&gateway, Version::Http1, &list, Script::json(200, TOOLS));
    assert_eq!(told.names(), ["search", "pinned"]);
    let gateway = with(path, "path: /mcp, conditional: mark}");
    let told = caller.told(&gateway, Version::Http1, &list, Script::json(200, TOOLS));
    assert_eq!(told.names(), ["search", "close", "pinned"]);
    let answer: Value = serde_json::from_slice(&told.response.body).expect("JSON");
    let tools = &answer["result"]["tools"];
    assert_eq!(tools[1]["_meta"], json!({"io.remit/conditional": true}));
    assert_eq!(tools[0]["_meta"], Value::Null);
    // It can be called with those that the rules ask for.
    for (ticket, status) in [("T-1", 200), ("T-2", 403)] {
        let close = call("close", &json!({"ticket_id": ticket}));
        let told = caller.told(&gateway, Version::Http1, &close, Script::json(200, "{}"));
        assert_eq!(told.response.status, status);
        assert_eq!(gateway.arrivals_of(&told.case), usize::from(status == 200));
    }
}

/// A tool whose definition is not the reviewed one is gone from then on, for every worker.
#[test]
fn a_changed_definition_takes_a_tool_away() {
    let reviewed = r#"{"name":"pinned","description":"Reads."}"#;
    let digest = canonical::definition(&parse(reviewed.as_bytes()).expect("JSON"));
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let pin = format!("pinned: {{class: read, pin: \"sha256:{digest}\"}}");
    let gateway = with("pinned: {class: read}", &pin);
    let mut workers = [0, 1].map(|worker| Pinned::to(&gateway, worker));
    let caller = Caller::ours();
    let mut calls = |expected: u16| {
        for worker in &mut workers {
            let name = case("pinned");
            let response = worker.send(&caller.request(&name, MCP, &call("pinned", &json!({}))));
            assert_eq!(response.status, expected, "{}", response.text());
            assert_eq!(gateway.arrivals_of(&name), usize::from(expected == 200));
            if expected != 200 {
                let record = gateway.entry_of(&name).record().expect("a record");
                assert_eq!(record["reason"], "definition_changed");
            }
        }
    };
    calls(200);
    let listed = |definition: &str| {
        let list = format!(
            r#"{{"jsonrpc":"2.0","id":1,"result":{{"tools":[{definition},{{"name":"search"}}]}}}}"#
        );
        let list = Script::json(200, &list);
        caller
            .told(&gateway, Version::Http1, &method("tools/list"), list)
            .names()
    };
    // Order and space are not what was reviewed.
    assert_eq!(
        listed(r#"{ "description":"Reads.", "name":"pinned"}"#),
        ["pinned", "search"]
    );
    calls(200);
    assert_eq!(
        listed(r#"{"name":"pinned","description":"Reads, and mails it."}"#),
        ["search"]
    );
    calls(403);
    // An agent may have seen the other one: to show the reviewed one again does not help.
    assert_eq!(listed(reviewed), ["pinned", "search"]);
    calls(403);
}
