//! What a body has to be, and how early it is refused.

use std::time::Duration;

use remit_tests::client::h1::Connection;
use remit_tests::gateway::Gateway;

use super::{GATEWAY, LARGE, REFUNDS, SMALL, chunks, post, post_h2};
use crate::protocols::refused;
use crate::world::{allowed, case, good, request};

/// What the operation declares, and nothing else.
#[test]
fn a_body_is_what_the_operation_declares() {
    let bodies: &[(&str, u16, &str)] = &[
        ("{}", 400, "arguments_refused"),
        ("[]", 400, "arguments_refused"),
        (r#"{"amount": "20"}"#, 400, "arguments_refused"),
        (r#"{"amount": 20, "more": 1}"#, 400, "arguments_refused"),
        (r#"{"amount": 20, "amount": 21}"#, 400, "body_malformed"),
        (
            r#"{"amount": 20, "\u0061mount": 21}"#,
            400,
            "body_malformed",
        ),
        (r#"{"amount": 20} {}"#, 400, "body_malformed"),
        ("\u{feff}{\"amount\": 20}", 400, "body_malformed"),
        ("amount=20", 400, "body_malformed"),
        (" ", 400, "body_malformed"),
    ];
    for (body, status, reason) in bodies {
        let name = case("declared");
        let sent = post(&name, REFUNDS)
            .field("content-length", body.len().to_string())
            .body(body.as_bytes());
        assert_eq!(sent.send(GATEWAY.agents()).status, *status, "{body}");
        refused(&GATEWAY, &name, reason);
    }
}

/// Sends the head of a request with a body, and nothing of that.
fn refused_at_the_head(gateway: &Gateway, name: &str, fields: &[(&str, &str)]) -> u16 {
    let request = request("POST", REFUNDS, name).field("authorization", good());
    let request = fields
        .iter()
        .fold(request, |request, (name, value)| request.field(name, value));
    let mut connection = Connection::open(gateway.agents());
    connection.send(&request.bytes());
    connection.receive(false).status
}

/// It is not waited for what would not be read.
#[test]
fn what_is_no_json_is_refused_before_it_comes() {
    let json = ("content-type", "application/json");
    let kinds: &[&[(&str, &str)]] = &[
        &[],
        &[("content-type", "text/plain")],
        &[("content-type", "application/x-www-form-urlencoded")],
        &[("content-type", "application/json; charset=latin1")],
        &[json, ("content-type", "text/plain")],
        &[json, ("content-encoding", "gzip")],
    ];
    for fields in kinds {
        let name = case("kind");
        let fields = [fields, [("content-length", "16")].as_slice()].concat();
        assert_eq!(
            refused_at_the_head(&GATEWAY, &name, &fields),
            415,
            "{fields:?}"
        );
        refused(&GATEWAY, &name, "content_refused");
    }
}

#[test]
fn what_is_too_long_is_refused_before_it_ends() {
    let name = case("announced");
    let fields = [
        ("content-type", "application/json"),
        ("content-length", "65537"),
    ];
    assert_eq!(refused_at_the_head(&GATEWAY, &name, &fields), 413);
    refused(&GATEWAY, &name, "body_too_large");

    let (name, long) = (case("chunks"), vec![b' '; 64 * 1024 + 1]);
    let head = post(&name, REFUNDS).field("transfer-encoding", "chunked");
    let mut connection = Connection::open(GATEWAY.agents());
    connection.send(&head.bytes());
    connection.send(&chunks(&long, 1000));
    assert_eq!(connection.receive(false).status, 413);
    refused(&GATEWAY, &name, "body_too_large");

    let name = case("frames");
    let sent = post_h2(&name, REFUNDS).data(&long).begin(GATEWAY.agents());
    refused(&GATEWAY, &name, "body_too_large");
    drop(sent);

    // Just long enough.
    let (name, body) = (case("whole"), padded(64 * 1024));
    let sent = post_h2(&name, REFUNDS).data(&body);
    assert_eq!(sent.send(GATEWAY.agents()).status, 200);
    assert_eq!(GATEWAY.upstream("orders").only_arrival_of(&name).body, body);
}

fn padded(bytes: usize) -> Vec<u8> {
    let mut body = SMALL.to_vec();
    body.resize(bytes, b' ');
    body
}

/// Envoy holds as much as the longest body of the policy, over either version.
#[test]
fn the_longest_body_passes_whole() {
    let mut body = br#"{"all": [""#.to_vec();
    body.resize(1024 * 1024 - 3, b'x');
    body.extend(br#""]}"#);
    let (h1, h2) = (case("longest"), case("longest-h2"));
    let sized = post(&h1, "/v1/imports").field("content-length", body.len().to_string());
    assert_eq!(sized.body(&body).send(GATEWAY.agents()).status, 200);
    assert!(GATEWAY.upstream("orders").only_arrival_of(&h1).body == body);
    let frames = body
        .chunks(16_000)
        .fold(post_h2(&h2, "/v1/imports"), |request, frame| {
            request.data(frame)
        });
    assert_eq!(frames.send(GATEWAY.agents()).status, 200);
    assert!(GATEWAY.upstream("orders").only_arrival_of(&h2).body == body);
}

/// Until the last byte is there, nothing is answered and nothing arrives.
#[test]
fn an_undecided_body_is_held() {
    let name = case("held");
    let head = post(&name, REFUNDS).field("content-length", SMALL.len().to_string());
    let (first, last) = SMALL.split_at(SMALL.len() - 1);
    let mut connection = Connection::open(GATEWAY.agents());
    connection.send(&head.bytes());
    connection.send(first);
    assert!(connection.is_silent_for(Duration::from_millis(300)));
    assert_eq!(GATEWAY.arrivals_of(&name), 0);
    connection.send(last);
    assert_eq!(connection.receive(false).status, 200);
    assert_eq!(
        GATEWAY.upstream("orders").only_arrival_of(&name).body,
        SMALL
    );
}

/// Envoy asks for the body, since it is that which is decided on; nothing has arrived by then.
#[test]
fn a_client_that_asks_before_it_sends() {
    for (body, status) in [(SMALL, 200), (LARGE, 403)] {
        let name = case("expect");
        let head = post(&name, REFUNDS)
            .field("expect", "100-continue")
            .field("content-length", body.len().to_string());
        let mut connection = Connection::open(GATEWAY.agents());
        connection.send(&head.bytes());
        assert!(!connection.is_silent_for(Duration::from_secs(5)));
        assert_eq!(GATEWAY.arrivals_of(&name), 0);
        connection.send(body);
        let response = connection.receive(false);
        assert_eq!((response.status, response.interim), (status, vec![100]));
        assert_eq!(GATEWAY.arrivals_of(&name), usize::from(status == 200));
    }
}

#[test]
fn a_body_that_breaks_off_arrives_nowhere() {
    let (h1, h2) = (case("broken"), case("broken-h2"));
    let head = post(&h1, REFUNDS).field("content-length", SMALL.len().to_string());
    let mut connection = Connection::open(GATEWAY.agents());
    let (first, _) = SMALL.split_at(12);
    connection.send(&head.body(first).bytes());
    assert!(connection.is_silent_for(Duration::from_millis(100)));
    drop(connection);
    let sent = post_h2(&h2, REFUNDS).data(first).begin(GATEWAY.agents());
    std::thread::sleep(Duration::from_millis(100));
    drop(sent);
    for name in [&h1, &h2] {
        let entry = GATEWAY.entry_of(name);
        assert_eq!(entry.record(), None, "{entry:?}");
        assert_eq!(GATEWAY.arrivals_of(name), 0);
    }
    let name = case("afterwards");
    assert_eq!(allowed(&name).send(GATEWAY.agents()).status, 200);
}

/// What stands behind an undecided body waits until that is decided, and is decided for itself.
#[test]
fn pipelined_requests_wait_behind_a_body() {
    for (body, status) in [(SMALL, 200), (LARGE, 403)] {
        let (first, second, third) = (case("first"), case("second"), case("third"));
        let head = post(&first, REFUNDS).field("content-length", body.len().to_string());
        let (before, last) = body.split_at(body.len() - 1);
        let mut connection = Connection::open(GATEWAY.agents());
        connection.send(&head.body(before).bytes());
        assert!(connection.is_silent_for(Duration::from_millis(100)));
        let behind = [
            last.to_vec(),
            allowed(&second).bytes(),
            request("GET", "/v1/orders", &third).bytes(),
        ];
        connection.send(&behind.concat());
        let statuses = [(); 3].map(|()| connection.receive(false).status);
        assert_eq!(statuses, [status, 200, 401]);
        let arrivals = [&first, &second, &third].map(|name| GATEWAY.arrivals_of(name));
        assert_eq!(arrivals, [usize::from(status == 200), 1, 0]);
    }
}

/// A request that hides in the body of one that is refused early is none.
#[test]
fn a_refused_body_is_not_read_as_a_request() {
    let (outer, inner) = (case("outer"), case("inner"));
    let hidden = allowed(&inner).bytes();
    let sent = post(&outer, "/v1/remarks")
        .field("content-length", "2000")
        .body(&hidden);
    let mut connection = Connection::open(GATEWAY.agents());
    connection.send(&sent.bytes());
    assert_eq!(connection.receive(false).status, 413);
    refused(&GATEWAY, &outer, "body_too_large");
    connection.send(&hidden);
    std::thread::sleep(Duration::from_millis(100));
    assert_eq!(GATEWAY.arrivals_of(&inner), 0);
}
