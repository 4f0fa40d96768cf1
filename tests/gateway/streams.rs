//! What lets a stream through has to stand for as long as the stream does.

use std::time::{Duration, Instant};

use remit_tests::client::h2;
use remit_tests::gateway::Gateway;
use remit_tests::recipe::Recipe;
use remit_tests::upstream::{ANSWER, CASE};

use crate::world::{GATEWAY, allowed, case, good, now, request};

/// A token that stands for two to three seconds more. The policy gives it 5 s of leeway.
fn short_lived() -> String {
    let token = Recipe::corp(now()).claim("exp", now() - 2).token();
    format!("Bearer {token}")
}

fn ended(gateway: &Gateway) -> u64 {
    let stats = gateway.stats_with("remit_streams_closed.reason.token_expired");
    stats.iter().map(|(_, count)| count).sum()
}

/// It takes up to a second to be seen, and the machine may be busy.
fn is_in_time(started: Instant) {
    let took = started.elapsed();
    let limits = Duration::from_millis(1500)..Duration::from_secs(6);
    assert!(limits.contains(&took), "it took {took:?}");
}

#[test]
fn events_end_with_the_token_that_let_them_through() {
    let name = case("events");
    let before = ended(&GATEWAY);
    let (agents, started) = (GATEWAY.agents(), Instant::now());
    let response = request("GET", "/v1/orders", &name)
        .field("authorization", short_lived())
        .field(ANSWER, "events:150")
        .send(agents);
    is_in_time(started);
    assert_eq!(response.status, 200);
    assert!(response.body.starts_with(b"data: tick\n\n"));
    assert!(response.body.len() < 100 * b"data: tick\n\n".len());
    let entry = GATEWAY.entry_of(&name);
    assert_eq!(entry.0["details"], "remit:token_expired", "{entry:?}");
    assert!(ended(&GATEWAY) > before);
}

#[test]
fn who_waits_for_an_answer_is_told() {
    let name = case("late");
    let (agents, started) = (GATEWAY.agents(), Instant::now());
    let response = request("GET", "/v1/orders", &name)
        .field("authorization", short_lived())
        .field(ANSWER, "late:150")
        .send(agents);
    is_in_time(started);
    assert_eq!(response.status, 401);
    let challenge = response.value("www-authenticate").unwrap_or_default();
    assert!(challenge.contains("invalid_token"), "{challenge}");
    assert_eq!(GATEWAY.entry_of(&name).0["details"], "remit:token_expired");
}

/// Of the streams of one connection only that one ends.
#[test]
fn an_http2_stream_ends_and_its_connection_goes_on() {
    let (short, long) = (case("h2-short"), case("h2-long"));
    let get = |name: &str, bearer: &str, answer: &str| {
        h2::Request::new("GET", "/v1/orders", "api.corp.example")
            .field(CASE, name)
            .field("authorization", bearer)
            .field(ANSWER, answer)
    };
    let (agents, started) = (GATEWAY.agents(), Instant::now());
    let mut session = h2::Session::new(agents);
    let ended = session.send(&get(&short, &short_lived(), "events:150"));
    is_in_time(started);
    assert_eq!(ended.status, 200);
    assert!(ended.body.len() < 100 * b"data: tick\n\n".len());
    assert_eq!(GATEWAY.entry_of(&short).0["details"], "remit:token_expired");
    let goes_on = session.send(&get(&long, &good(), "events:3"));
    assert_eq!((goes_on.status, goes_on.body.len()), (200, 3 * 12));
}

#[test]
fn a_stream_whose_token_stands_is_left_alone() {
    let name = case("stands");
    let response = allowed(&name)
        .field(ANSWER, "events:40")
        .send(GATEWAY.agents());
    assert_eq!((response.status, response.body.len()), (200, 40 * 12));
    assert_eq!(GATEWAY.entry_of(&name).0["details"], "via_upstream");
}
