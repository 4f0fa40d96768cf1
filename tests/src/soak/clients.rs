//! The clients: on connections that stay, over HTTP/1.1 and HTTP/2, and one that is rude.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use fastrand::Rng;

use super::judge::Judge;
use super::timeline::Span;
use super::traffic::{Sample, Traffic};
use crate::cases::Wire;
use crate::client::h1::Connection;
use crate::client::{Response, h1, h2};
use crate::gateway::Gateway;
use crate::upstream::CASE;

/// Sends over HTTP/1.1 until told to stop. A connection that ends without having said so has lost
/// the request that was sent on it.
pub(super) fn http1(
    gateway: &Gateway,
    judge: &Judge<'_>,
    traffic: &Traffic,
    seed: u64,
    stop: &AtomicBool,
) {
    let mut connection = Connection::open(gateway.agents());
    drive(judge, traffic, (Wire::Http1, seed), stop, |sample| {
        let request = h1::Request::new(sample.method, sample.target, sample.host);
        let request = request.field(CASE, &sample.case);
        let fields = sample.fields.iter();
        let request = fields.fold(request, |request, (name, value)| request.field(name, value));
        connection.send(&request.bytes());
        let response = connection.receive(sample.method == "HEAD");
        if response.status == 0 || response.value("connection") == Some("close") {
            connection = Connection::open(gateway.agents());
        }
        response
    });
}

/// Sends over HTTP/2 until told to stop.
pub(super) fn http2(
    gateway: &Gateway,
    judge: &Judge<'_>,
    traffic: &Traffic,
    seed: u64,
    stop: &AtomicBool,
) {
    let mut session = h2::Session::new(gateway.agents());
    drive(judge, traffic, (Wire::Http2, seed), stop, |sample| {
        let request = h2::Request::new(sample.method, sample.target, sample.host);
        let request = request.field(CASE, &sample.case);
        let fields = sample.fields.iter();
        session.send(&fields.fold(request, |request, (name, value)| request.field(name, value)))
    });
}

fn drive(
    judge: &Judge<'_>,
    traffic: &Traffic,
    (wire, seed): (Wire, u64),
    stop: &AtomicBool,
    mut send: impl FnMut(&Sample) -> Response,
) {
    let mut random = Rng::with_seed(seed);
    while !stop.load(Ordering::Relaxed) {
        let sample = traffic.next(wire, &mut random);
        let sent = Instant::now();
        let response = send(&sample);
        let span = Span {
            sent,
            answered: Instant::now(),
        };
        judge.answered(&sample, &response, span);
    }
}

/// Sends what Envoy refuses before any filter, each on a connection of its own, until told to stop.
pub(super) fn rude(gateway: &Gateway, judge: &Judge<'_>, stop: &AtomicBool) {
    let line = "GET /v1/orders HTTP/1.1\r\nHost: api.corp.example\r\nx-case: rude\r\n";
    let long = format!("{line}x-long: {}\r\n\r\n", "a".repeat(70 * 1024));
    let requests: [(&str, Vec<u8>, &[u16]); 6] = [
        // Envoy may close before all of it is sent, and the answer be lost on the way.
        ("a head too long", long.into_bytes(), &[431, 0]),
        (
            "no request at all",
            b"\x16\x03\x01\x02\x00\r\n\r\n".to_vec(),
            &[400],
        ),
        (
            "a line without colon",
            format!("{line}x\r\n\r\n").into_bytes(),
            &[400],
        ),
        (
            "NUL in a value",
            format!("{line}x: a\0b\r\n\r\n").into_bytes(),
            &[400],
        ),
        (
            "two lengths",
            format!("{line}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
                .into_bytes(),
            &[400],
        ),
        (
            "two hosts in the path",
            format!("GET http:// HTTP/1.1\r\nHost: a\r\n{CASE}: rude\r\n\r\n").into_bytes(),
            &[400],
        ),
    ];
    for (name, bytes, expected) in requests.iter().cycle() {
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let response = h1::exchange(gateway.agents(), bytes, false);
        judge.refused_by_envoy(name, &response, expected);
        sleep(Duration::from_millis(5));
    }
}
