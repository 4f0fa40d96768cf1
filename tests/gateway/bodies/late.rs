//! Bodies that do not come: they are given up, and nothing of their requests arrives.

use std::time::{Duration, Instant};

use remit_tests::client::h1::Connection;
use remit_tests::gateway::Gateway;

use super::{GATEWAY, REFUNDS, SMALL, chunks, post, setup};
use crate::protocols::refused;
use crate::world::{allowed, case, started};

/// Ten seconds (`PATIENCE` of the filter), up to a second until it is seen, and a busy machine.
const IN_TIME: std::ops::Range<Duration> = Duration::from_secs(9)..Duration::from_secs(16);

/// Sends the beginning of a body and nothing more: it is refused with 408.
fn is_given_up(gateway: &Gateway, body: &[u8]) {
    let name = case("late");
    let head = post(&name, REFUNDS).field("transfer-encoding", "chunked");
    let started = Instant::now();
    let mut connection = Connection::open(gateway.agents());
    connection.send(&head.body(&chunks(body, 5)).bytes());
    assert!(connection.is_silent_for(Duration::from_millis(300)));
    let response = connection.receive(false);
    assert_eq!(response.status, 408);
    assert!(
        IN_TIME.contains(&started.elapsed()),
        "{:?}",
        started.elapsed()
    );
    refused(gateway, &name, "body_late");
    let entry = gateway.entry_of(&name);
    assert_eq!(entry.0["details"], "remit:body_late", "{entry:?}");
}

/// Each byte is another chance, up to Envoy's own time limit for a request.
#[test]
fn a_body_that_drips_is_given_up_by_envoy() {
    let gateway = started(&setup().edit("request_timeout: 60s", "request_timeout: 1s"));
    let name = case("drips");
    let head = post(&name, REFUNDS).field("transfer-encoding", "chunked");
    let mut connection = Connection::open(gateway.agents());
    connection.send(&head.bytes());
    let patience = Instant::now() + Duration::from_secs(10);
    while connection.is_silent_for(Duration::from_millis(100)) {
        assert!(Instant::now() < patience, "it goes on");
        connection.send(&chunks(b" ", 1));
    }
    assert_eq!(connection.receive(false).status, 408);
    let entry = gateway.entry_of(&name);
    assert_eq!(entry.record(), None, "{entry:?}");
    assert_eq!(gateway.arrivals_of(&name), 0);
}

/// Without `allow_on_headers_stop_iteration` Envoy never shows the filter a body. No request gets
/// past it for that: each is given up like one whose body stops.
#[test]
fn a_body_that_stops_or_is_not_handed_over_is_given_up() {
    let gateway = started(&setup().edit("allow_on_headers_stop_iteration: true", ""));
    let name = case("whole");
    let length = SMALL.len().to_string();
    let whole = post(&name, REFUNDS)
        .field("content-length", length)
        .body(SMALL);
    let (first, _) = SMALL.split_at(12);
    std::thread::scope(|scope| {
        scope.spawn(|| is_given_up(&GATEWAY, first));
        scope.spawn(|| is_given_up(&gateway, SMALL));
        let response = whole.send(gateway.agents());
        assert_eq!(response.status, 408);
        refused(&gateway, &name, "body_late");
    });
    // What has no body is decided as ever.
    let name = case("bodiless");
    assert_eq!(allowed(&name).send(gateway.agents()).status, 200);
    let none = case("none");
    assert_eq!(post(&none, REFUNDS).send(gateway.agents()).status, 400);
    refused(&gateway, &none, "body_malformed");
}
