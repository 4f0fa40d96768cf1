//! Crash after crash while others send on the same workers: what is denied is never let through, and
//! nobody waits longer than a back-off.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use remit_crash_filter::{Call, Crash, Moment, Order};
use remit_tests::client::h1;
use remit_tests::gateway::{Gateway, Pinned};
use remit_tests::runtime::Stop;

use super::{BACK_OFF, decides_again, denied, ordered, reloads, setup};
use crate::world::{allowed, case, request, started};

/// How long, and how often.
const TIME: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(40);

/// Sends one request over and over and holds each answer against what it may be.
fn send(gateway: &Gateway, request: &h1::Request, may_be: &[u16], stop: &AtomicBool) -> usize {
    let bytes = request.bytes();
    let mut sent = 0;
    let mut connection = h1::Connection::open(gateway.agents());
    while !stop.load(Ordering::Relaxed) {
        let began = Instant::now();
        connection.send(&bytes);
        let response = connection.receive(false);
        assert!(may_be.contains(&response.status), "{}", response.status);
        assert!(began.elapsed() < BACK_OFF, "{:?}", began.elapsed());
        if response.value("connection") == Some("close") {
            connection = h1::Connection::open(gateway.agents());
        }
        sent += 1;
    }
    sent
}

#[test]
fn crash_after_crash() {
    let gateway = started(&setup());
    let mut workers = [0, 1].map(|worker| Pinned::to(&gateway, worker));
    let stop = AtomicBool::new(false);
    let [no, bare, yes] = ["denied", "bare", "allowed"].map(case);
    let order = |crash| Order {
        call: Call::Count,
        moment: Moment::After,
        crash,
    };
    let allowed_sent = AtomicUsize::new(0);
    scope(|threads| {
        let (gateway, stop) = (&gateway, &stop);
        let _stopped = Stop(stop);
        for _ in 0..2 {
            threads.spawn(|| send(gateway, &denied(&no), &[403, 503], stop));
            let list = request("GET", "/v1/orders", &bare);
            threads.spawn(move || send(gateway, &list, &[401, 503], stop));
            threads.spawn(|| {
                let sent = send(gateway, &allowed(&yes), &[200, 503], stop);
                allowed_sent.fetch_add(sent, Ordering::Relaxed);
            });
        }
        let end = Instant::now() + TIME;
        for &crash in Crash::ALL.iter().cycle() {
            if Instant::now() > end {
                break;
            }
            for worker in &mut workers {
                let name = case("crash");
                let status = worker.send(&ordered(allowed(&name), order(crash))).status;
                assert_eq!((status, gateway.arrivals_of(&name)), (503, 0));
            }
            sleep(PAUSE);
        }
    });
    for name in [&no, &bare] {
        assert_eq!(gateway.arrivals_of(name), 0, "{name} arrived");
    }
    // 503 is also what a machine answers that waits to be made again: some did crash.
    let crashes = reloads(&gateway);
    assert!(crashes >= 4, "{crashes} machines were made again");
    // It is not that nobody passed.
    let (arrived, sent) = (gateway.arrivals_of(&yes), allowed_sent.into_inner());
    assert!(0 < arrived && arrived <= sent, "{arrived} of {sent}");
    for worker in &mut workers {
        decides_again(&gateway, worker, order(Crash::Panic));
    }
}
