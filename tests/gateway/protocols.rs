//! Things that HTTP can do besides a plain request: none lets anything past the decision.

use std::time::Duration;

use remit_tests::client::h1::{Connection, Request};
use remit_tests::client::h2;
use remit_tests::gateway::Gateway;
use remit_tests::upstream::{CASE, MARK};

use crate::world::{GATEWAY, allowed, case, good, request, setup, started};

fn refused(gateway: &Gateway, case: &str, reason: &str) {
    let entry = gateway.entry_of(case);
    let record = entry
        .record()
        .unwrap_or_else(|| panic!("{case} has no record: {entry:?}"));
    assert_eq!(record["reason"], reason, "{case}");
    assert_eq!(gateway.arrivals_of(case), 0, "{case} reached an upstream");
}

#[test]
fn head_is_decided_as_head() {
    let (known, unknown) = (case("head"), case("head-unknown"));
    let head = |target: &str, case: &str| {
        request("HEAD", target, case)
            .field("authorization", good())
            .send(GATEWAY.agents())
    };
    let response = head("/v1/orders/A-17", &known);
    assert_eq!(
        (response.status, response.value(MARK)),
        (200, Some("orders"))
    );
    assert_eq!(
        GATEWAY.upstream("orders").only_arrival_of(&known).method,
        "HEAD"
    );
    // That GET is allowed says nothing of HEAD.
    assert_eq!(head("/v1/audit", &unknown).status, 403);
    refused(&GATEWAY, &unknown, "unknown_operation");
}

#[test]
fn connect_is_refused() {
    let (name, nameless) = (case("connect"), case("connect-h2"));
    let connect = Request::new("CONNECT", "api.corp.example:443", "api.corp.example:443")
        .field(CASE, &name)
        .field("authorization", good());
    assert_eq!(connect.send(GATEWAY.agents()).status, 403);
    refused(&GATEWAY, &name, "connect_refused");
    let connect = h2::Request::new("CONNECT", "", "api.corp.example:443")
        .field(CASE, &nameless)
        .field("authorization", good());
    assert_eq!(connect.send(GATEWAY.agents()).status, 403);
    refused(&GATEWAY, &nameless, "connect_refused");
}

fn upgrade(case: &str, protocol: &str) -> Request {
    allowed(case)
        .field("connection", "Upgrade")
        .field("upgrade", protocol)
}

/// As it is shipped Envoy refuses upgrades itself, before any filter.
#[test]
fn envoy_as_configured_refuses_an_upgrade() {
    for protocol in ["websocket", "h2c", "TLS/1.0"] {
        let name = case("upgrade");
        let response = upgrade(&name, protocol).send(GATEWAY.agents());
        let arrived = GATEWAY.arrivals_of(&name);
        // An upgrade to h2c that is ignored (RFC 9110 section 7.8) is a plain request.
        match protocol {
            "h2c" if response.status == 200 => assert_eq!(arrived, 1),
            _ => assert_eq!((response.status, arrived), (403, 0), "{protocol}"),
        }
    }
}

/// Where an operator lets Envoy upgrade for other routes, the filter refuses.
#[test]
fn the_filter_refuses_an_upgrade_that_envoy_would_make() {
    let upgrading = "upgrade_configs: [{upgrade_type: websocket}, {upgrade_type: CONNECT}]";
    let gateway = started(&setup().add_below("stat_prefix: agents", upgrading));
    let (name, tunnel) = (case("websocket"), case("tunnel"));
    assert_eq!(
        upgrade(&name, "websocket").send(gateway.agents()).status,
        403
    );
    refused(&gateway, &name, "upgrade_refused");
    let connect = Request::new("CONNECT", "api.corp.example:443", "api.corp.example:443")
        .field(CASE, &tunnel)
        .field("authorization", good());
    assert_eq!(connect.send(gateway.agents()).status, 403);
    refused(&gateway, &tunnel, "connect_refused");
    assert_eq!(allowed(&case("plain")).send(gateway.agents()).status, 200);
}

#[test]
fn a_refused_request_leaves_no_byte_of_its_body() {
    let (h1, h2) = (case("body"), case("body-h2"));
    let chunked = request("POST", "/v1/orders/A-17/refunds", &h1)
        .field("transfer-encoding", "chunked")
        .body(b"4\r\nwiki\r\n0\r\n\r\n");
    assert_eq!(chunked.send(GATEWAY.agents()).status, 401);
    refused(&GATEWAY, &h1, "no_credential");
    let framed = h2::Request::new("POST", "/v1/orders/A-17/refunds", "api.corp.example")
        .field(CASE, &h2)
        .data(b"wiki")
        .data(b"pedia");
    assert_eq!(framed.send(GATEWAY.agents()).status, 401);
    refused(&GATEWAY, &h2, "no_credential");
}

#[test]
fn an_allowed_body_arrives_whole_with_its_trailers() {
    let (h1, h2) = (case("whole"), case("whole-h2"));
    let chunked = request("POST", "/v1/orders/A-17/refunds", &h1)
        .field("authorization", good())
        .field("transfer-encoding", "chunked")
        .body(b"4\r\nwiki\r\n5\r\npedia\r\n0\r\n\r\n");
    assert_eq!(chunked.send(GATEWAY.agents()).status, 200);
    assert_eq!(
        GATEWAY.upstream("orders").only_arrival_of(&h1).body,
        b"wikipedia"
    );
    let framed = h2::Request::new("POST", "/v1/orders/A-17/refunds", "api.corp.example")
        .field(CASE, &h2)
        .field("authorization", good())
        .data(b"wiki")
        .trailer("x-sum", "1");
    assert_eq!(framed.send(GATEWAY.agents()).status, 200);
    assert_eq!(
        GATEWAY.upstream("orders").only_arrival_of(&h2).body,
        b"wiki"
    );
}

/// What comes after the head cannot change who is asking.
#[test]
fn trailers_carry_no_credential_and_no_identity() {
    let (late, forged) = (case("late"), case("forged"));
    let post = |case: &str| {
        h2::Request::new("POST", "/v1/orders/A-17/refunds", "api.corp.example")
            .field(CASE, case)
            .data(b"x")
    };
    let response = post(&late)
        .trailer("authorization", good())
        .send(GATEWAY.agents());
    assert_eq!(response.status, 401);
    refused(&GATEWAY, &late, "no_credential");
    let response = post(&forged)
        .field("authorization", good())
        .trailer("x-remit-agent", "spiffe://corp.example/forged")
        .send(GATEWAY.agents());
    assert_eq!(response.status, 200);
    let arrival = GATEWAY.upstream("orders").only_arrival_of(&forged);
    assert_eq!(
        arrival.values("x-remit-agent"),
        ["spiffe://corp.example/support/bot-7"]
    );
    assert!(
        arrival
            .trailers
            .is_none_or(|trailers| !trailers.contains_key("x-remit-agent"))
    );
}

/// A client that asks before it sends: the decision falls on the head alone.
#[test]
fn expect_continue_is_answered_only_after_the_decision() {
    let (bad, fine) = (case("expect-bad"), case("expect"));
    let head = |case: &str| {
        request("POST", "/v1/orders/A-17/refunds", case)
            .field("expect", "100-continue")
            .field("content-length", "4")
    };
    let mut connection = Connection::open(GATEWAY.agents());
    connection.send(&head(&bad).bytes());
    let response = connection.receive(false);
    assert_eq!(response.status, 401);
    refused(&GATEWAY, &bad, "no_credential");
    let mut connection = Connection::open(GATEWAY.agents());
    connection.send(&head(&fine).field("authorization", good()).bytes());
    connection.send(b"wiki");
    let response = connection.receive(false);
    assert_eq!(response.status, 200, "after {:?}", response.interim);
    assert_eq!(
        GATEWAY.upstream("orders").only_arrival_of(&fine).body,
        b"wiki"
    );
}

/// A head that never ends is not decided, and does not arrive.
#[test]
fn half_a_head_arrives_nowhere() {
    let name = case("half");
    let whole = allowed(&name).bytes();
    let half = whole.strip_suffix(b"\r\n").unwrap_or(&whole);
    let mut connection = Connection::open(GATEWAY.agents());
    connection.send(half);
    assert!(connection.is_silent_for(Duration::from_millis(300)));
    assert_eq!(GATEWAY.arrivals_of(&name), 0);
    connection.send(b"\r\n");
    assert_eq!(connection.receive(false).status, 200);
    assert_eq!(GATEWAY.arrivals_of(&name), 1);
}

/// Two requests in one write: each is decided for itself.
#[test]
fn pipelined_requests_are_decided_one_by_one() {
    let (first, second) = (case("pipe"), case("pipe-bad"));
    let bytes = [
        allowed(&first).bytes(),
        request("GET", "/v1/orders", &second).bytes(),
    ]
    .concat();
    let mut connection = Connection::open(GATEWAY.agents());
    connection.send(&bytes);
    assert_eq!(connection.receive(false).status, 200);
    assert_eq!(connection.receive(false).status, 401);
    refused(&GATEWAY, &second, "no_credential");
}

/// Framing by which a second request could hide in the first (RFC 9112 section 11.2).
#[test]
fn no_request_hides_in_another() {
    let (outer, inner) = (case("outer"), case("inner"));
    let hidden = request("DELETE", "/v1/orders/A-17", &inner).bytes();
    let length = hidden.len().to_string();
    let both = allowed(&outer)
        .field("content-length", &length)
        .field("transfer-encoding", "chunked")
        .body(&[b"0\r\n\r\n".as_slice(), &hidden].concat());
    assert_eq!(both.send(GATEWAY.agents()).status, 400);
    let two_lengths = allowed(&outer)
        .field("content-length", "0")
        .field("content-length", &length);
    assert_eq!(two_lengths.body(&hidden).send(GATEWAY.agents()).status, 400);
    assert_eq!(GATEWAY.arrivals_of(&outer) + GATEWAY.arrivals_of(&inner), 0);
}

/// Only the version that says how it is framed is read.
#[test]
fn old_versions_are_refused() {
    let name = case("http10");
    let line = format!("GET /v1/orders HTTP/1.0\r\nHost: api.corp.example\r\n{CASE}: {name}\r\n");
    let mut connection = Connection::open(GATEWAY.agents());
    connection.send(format!("{line}Authorization: {}\r\n\r\n", good()).as_bytes());
    assert_eq!(connection.receive(false).status, 426);
    assert_eq!(GATEWAY.arrivals_of(&name), 0);
}
