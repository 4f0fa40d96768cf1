//! A body is decided on however it comes.

use remit_tests::client::{Response, h1};
use remit_tests::gateway::Gateway;
use remit_tests::upstream::Arrival;

use super::{GATEWAY, LARGE, REFUNDS, SMALL, WITH_TRAILERS, chunks, post, post_h2};
use crate::protocols::refused;
use crate::world::case;

type Send = fn(&Gateway, &str, &[u8]) -> Response;

/// The ways in which a body can come, without trailers.
const WAYS: &[(&str, Send)] = &[
    ("content-length", |gateway, case, body| {
        sized(case, body).send(gateway.agents())
    }),
    ("one chunk", |gateway, case, body| {
        chunked(case, body, body.len(), b"0\r\n\r\n").send(gateway.agents())
    }),
    ("chunks of a byte", |gateway, case, body| {
        chunked(case, body, 1, b"0\r\n\r\n").send(gateway.agents())
    }),
    ("HTTP/2", |gateway, case, body| {
        post_h2(case, REFUNDS).data(body).send(gateway.agents())
    }),
    ("HTTP/2 with content-length", |gateway, case, body| {
        let length = body.len().to_string();
        let request = post_h2(case, REFUNDS).field("content-length", length);
        request.data(body).send(gateway.agents())
    }),
    (
        "HTTP/2, frames of a byte, an empty one last",
        |gateway, case, body| {
            let request = body
                .chunks(1)
                .fold(post_h2(case, REFUNDS), |request, byte| request.data(byte));
            request.data(b"").send(gateway.agents())
        },
    ),
];

/// Those with trailers.
const TRAILING: &[(&str, Send)] = &[
    ("trailers in HTTP/1.1", |gateway, case, body| {
        chunked(
            case,
            body,
            7,
            b"0\r\nx-sum: 1\r\nx-remit-agent: forged\r\n\r\n",
        )
        .send(gateway.agents())
    }),
    ("trailers in HTTP/2", |gateway, case, body| {
        let request = post_h2(case, REFUNDS).data(body);
        let request = request
            .trailer("x-sum", "1")
            .trailer("x-remit-agent", "forged");
        request.send(gateway.agents())
    }),
    ("trailers behind frames of a byte", |gateway, case, body| {
        let request = body
            .chunks(1)
            .fold(post_h2(case, REFUNDS), |request, byte| request.data(byte));
        let request = request
            .trailer("x-sum", "1")
            .trailer("x-remit-agent", "forged");
        request.send(gateway.agents())
    }),
];

fn sized(case: &str, body: &[u8]) -> h1::Request {
    post(case, REFUNDS)
        .field("content-length", body.len().to_string())
        .body(body)
}

fn chunked(case: &str, body: &[u8], bytes: usize, end: &[u8]) -> h1::Request {
    let body = [&chunks(body, bytes), end].concat();
    post(case, REFUNDS)
        .field("transfer-encoding", "chunked")
        .body(&body)
}

/// Sends what may pass and what may not, in one way; gives what has arrived.
fn decided(gateway: &Gateway, (way, send): &(&str, Send)) -> Arrival {
    let (small, large, half) = (case("small"), case("large"), case("half"));
    let response = send(gateway, &small, SMALL);
    assert_eq!(response.status, 200, "{way}: {}", response.text());
    let record = gateway.entry_of(&small).record().expect("a record");
    assert_eq!(record["rule"], "small-refund", "{way}");
    assert_eq!(record["logged"]["amount"], "20.5", "{way}: {record}");
    assert_eq!(send(gateway, &large, LARGE).status, 403, "{way}");
    refused(gateway, &large, "not_allowed");
    let cut = SMALL.get(..SMALL.len() - 1).expect("it has a byte");
    assert_eq!(send(gateway, &half, cut).status, 400, "{way}");
    refused(gateway, &half, "body_malformed");
    let arrival = gateway.upstream("orders").only_arrival_of(&small);
    assert_eq!(arrival.body, SMALL, "{way}");
    arrival
}

#[test]
fn a_body_decides_and_arrives_byte_for_byte() {
    for way in WAYS {
        let arrival = decided(&GATEWAY, way);
        let lengths = arrival.values("content-length");
        let is_sized = way.0.contains("content-length");
        assert_eq!(lengths.len(), usize::from(is_sized), "{way:?} {arrival:?}");
        assert!(
            lengths
                .iter()
                .all(|length| *length == SMALL.len().to_string())
        );
    }
}

#[test]
fn trailers_end_a_body_and_follow_it() {
    for way in WAYS {
        decided(&WITH_TRAILERS, way);
    }
    for way in TRAILING {
        let arrival = decided(&WITH_TRAILERS, way);
        let trailers = arrival.trailers.expect("they are handed on");
        let names: Vec<&str> = trailers.keys().map(|name| name.as_str()).collect();
        assert_eq!(names, ["x-sum"], "{}", way.0);
    }
}

/// Without a byte in it there is nothing to decide on, with trailers or without.
#[test]
fn an_empty_body_is_none() {
    for gateway in [&GATEWAY, &WITH_TRAILERS] {
        for (way, send) in WAYS.iter().chain(TRAILING) {
            let name = case("empty");
            if *way == "one chunk" {
                continue;
            }
            assert_eq!(send(gateway, &name, b"").status, 400, "{way}");
            refused(gateway, &name, "body_malformed");
        }
    }
    let name = case("none");
    assert_eq!(post(&name, REFUNDS).send(GATEWAY.agents()).status, 400);
    refused(&GATEWAY, &name, "body_malformed");
    let name = case("none");
    assert_eq!(post_h2(&name, REFUNDS).send(GATEWAY.agents()).status, 400);
    refused(&GATEWAY, &name, "body_malformed");
}
