//! Once something was read, what must not follow it does not, on any worker.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::scope;

use remit_tests::client::h1::Connection;
use remit_tests::runtime::{Stop, until};

use super::crowd::{Told, tally};
use super::world::{Caller, Policy, started};
use crate::world::case;

const SENDERS: usize = 24;
/// How often each of them sends once the answer is there.
const AFTER: usize = 3;

#[test]
fn nothing_is_sent_once_the_answer_to_a_read_has_begun() {
    let gateway = started(&Policy::new().send_never_after_secret().setup());
    let senders = (0..SENDERS).map(|_| Connection::open(gateway.agents()));
    let mut senders: Vec<_> = senders.collect();
    let mut reader = Connection::open(gateway.agents());
    for _ in 0..8 {
        let caller = Caller::of(&case("sequence"), "emea");
        let (read, send) = (caller.asks_for("/v1/secret"), caller.asks_for("/v1/send"));
        let (is_read, sent) = (AtomicBool::new(false), AtomicUsize::new(0));
        let told: Vec<_> = scope(|threads| {
            let (is_read, sent, send) = (&is_read, &sent, &send);
            let _stopped = Stop(is_read);
            let sending = senders.iter_mut().map(|connection| {
                threads.spawn(move || {
                    let mut exchange = || {
                        connection.send(send);
                        sent.fetch_add(1, Ordering::Relaxed);
                        Told::by(&connection.receive(false))
                    };
                    let mut let_through = 0;
                    while !is_read.load(Ordering::Acquire) {
                        let_through += usize::from(exchange().is_allowed());
                    }
                    (let_through, [(); AFTER].map(|()| exchange()))
                })
            });
            let sending: Vec<_> = sending.collect();
            until("they send", || sent.load(Ordering::Relaxed) > 2 * SENDERS);
            reader.send(&read);
            let told = Told::by(&reader.receive(false));
            assert!(told.is_allowed(), "{told:?}");
            is_read.store(true, Ordering::Release);
            let sent = sending.into_iter();
            sent.map(|one| one.join().expect("it sends")).collect()
        });
        let before: usize = told.iter().map(|(let_through, _)| let_through).sum();
        assert!(before > SENDERS, "only {before} were sent before");
        let after: Vec<_> = told.into_iter().flat_map(|(_, after)| after).collect();
        let refused = (403, "denied_by_rule no-exfiltration");
        assert_eq!(tally(&after), [(refused, SENDERS * AFTER)].into());
    }
}
