//! Bodies, trailers, waiting and framing: nothing of a refused request reaches the upstream.

use std::time::Duration;

use remit_tests::client::h1::Connection;
use remit_tests::client::h2;
use remit_tests::upstream::CASE;

use crate::protocols::refused;
use crate::world::{GATEWAY, allowed, case, good, request, setup, started};

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

/// An upstream that speaks HTTP/2 does get trailers. They stay apart from the head, and what the
/// head may not have is not among them: a server may merge the two (RFC 9110 section 6.5.1).
#[test]
fn trailers_arrive_without_identities_where_the_upstream_gets_them() {
    let http2 = "explicit_http_config: {http2_protocol_options: {}}";
    let kind = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";
    let options = format!("{kind}: {{\"@type\": type.googleapis.com/{kind}, {http2}}}");
    let cluster = "name: \"orders\"\n    type: \"STATIC\"";
    let speaking = format!("{cluster}\n    typed_extension_protocol_options: {{{options}}}");
    let gateway = started(&setup().edit(cluster, &speaking));
    let name = case("trailers");
    let response = h2::Request::new("POST", "/v1/orders/A-17/refunds", "api.corp.example")
        .field(CASE, &name)
        .field("authorization", good())
        .data(b"wiki")
        .trailer("x-sum", "1")
        .trailer("x-remit-agent", "spiffe://corp.example/forged")
        .trailer("x.remit.task", "forged")
        .trailer("x-original-url", "/admin")
        .send(gateway.agents());
    assert_eq!(response.status, 200);
    let arrival = gateway.upstream("orders").only_arrival_of(&name);
    assert_eq!(arrival.version, http::Version::HTTP_2);
    assert_eq!(
        arrival.values("x-remit-agent"),
        ["spiffe://corp.example/support/bot-7"]
    );
    let trailers = arrival.trailers.expect("HTTP/2 has trailers on both sides");
    let names: Vec<&str> = trailers.keys().map(|name| name.as_str()).collect();
    assert_eq!(names, ["x-sum"]);
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
