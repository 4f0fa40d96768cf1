//! Answers that stay open are handed on as they come.

use std::time::Duration;

use remit_tests::client::h1::{Connection, Request};
use remit_tests::client::tail::Tail;
use remit_tests::runtime::until;
use remit_tests::upstream::Script;
use serde_json::json;

use super::GATEWAY;
use super::messages::{Caller, MCP, SHOWN, TOOLS, call, method};
use crate::world::{allowed, case, good, request};

/// Longer than any test waits.
const OPEN: Duration = Duration::from_secs(30);
const PROGRESS: &str = "data: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/progress\"}\n\n";

fn comes_while_open(upstream: &str, request: impl Fn(&str) -> Request, script: Script, text: &str) {
    let name = case("open");
    GATEWAY
        .upstream(upstream)
        .answer_with(&name, script.pause(OPEN).piece(b"late"));
    let tail = Tail::of(&request(&name), GATEWAY.agents());
    tail.wait_for(text);
    assert!(tail.is_open(), "{}", tail.received());
    assert!(!tail.received().contains("late"));
}

#[test]
fn events_come_while_the_stream_is_open() {
    let caller = Caller::ours();
    let events = Script::events(PROGRESS, 4096);
    let search = call("search", &json!({}));
    comes_while_open(
        "ledger",
        |name| caller.request(name, MCP, &search),
        events.clone(),
        "progress",
    );
    // Those that are looked at as well.
    comes_while_open(
        "ledger",
        |name| caller.request(name, MCP, &method("tools/list")),
        events.clone(),
        "progress\"}\n\n",
    );
    comes_while_open(
        "ledger",
        |name| caller.bodiless(name, "GET"),
        events.clone(),
        "progress\"}\n\n",
    );
    let list = Script::events(&format!("data: {TOOLS}\n\n"), 4096);
    comes_while_open("ledger", |name| caller.bodiless(name, "GET"), list, SHOWN);
    // Other resources are none of the matter.
    comes_while_open("orders", allowed, events, "progress");
}

#[test]
fn a_result_comes_as_it_is_written() {
    let caller = Caller::ours();
    let search = call("search", &json!({}));
    let half = Script::new(200)
        .field("content-type", "application/json")
        .piece(b"{\"half\":");
    comes_while_open(
        "ledger",
        |name| caller.request(name, MCP, &search),
        half,
        "half",
    );
}

/// What is not decided by its body is not held for it, nor bounded, in a policy that reads bodies
/// elsewhere; and neither is what it is answered with.
#[test]
fn bodies_that_nobody_reads_go_on_as_they_come() {
    let (name, piece) = (case("upload"), vec![b'x'; 1 << 20]);
    let long = Script::new(200).field("content-type", "application/json");
    let long = [(); 4].iter().fold(long, |script, ()| script.piece(&piece));
    let upstream = GATEWAY.upstream("orders");
    upstream.answer_with(&name, long);
    let put = request("PUT", "/v1/uploads", &name).field("authorization", good());
    let put = put.field("content-length", (4 * piece.len()).to_string());
    let mut connection = Connection::open(GATEWAY.agents());
    connection.send(&put.bytes());
    connection.send(&piece);
    let has_come = || {
        upstream
            .arrivals_of(&name)
            .iter()
            .map(|one| one.body.len())
            .sum::<usize>()
    };
    until("the first piece", || has_come() == piece.len());
    for _ in 1..4 {
        connection.send(&piece);
    }
    let response = connection.receive(false);
    assert_eq!(
        (response.status, response.body.len()),
        (200, 4 * piece.len())
    );
    assert_eq!(upstream.only_arrival_of(&name).body.len(), 4 * piece.len());
}
