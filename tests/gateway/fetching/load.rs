//! Under load there is one fetch for the process and period, and no wrong answer.

use std::thread::scope;
use std::time::{Duration, Instant};

use remit_tests::client::h1::Session;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::origin::Origin;
use remit_tests::recipe::Recipe;
use remit_tests::runtime::until;

use crate::fetching::{keys, outcome, path, policy, token, with};
use crate::world::{now, started};

const TIME: Duration = Duration::from_secs(6);
/// Between two fetches.
const PERIOD: Duration = Duration::from_secs(1);
/// What a fetch may come too early by the clock of the origin: the way there.
const SLACK: Duration = Duration::from_millis(150);

/// One client after another of the kinds that there are, each answered as it must be.
fn load(gateway: &Gateway, end: Instant) -> usize {
    let expired = Recipe::corp(now()).claim("iss", "https://a.example");
    let expired = expired.claim("iat", now() - 900).claim("exp", now() - 600);
    let good = token("a", "corp-ed");
    let kinds = [
        (good.clone(), 200),
        (token("a", "stranger-ed"), 401),
        (token("nobody", "corp-ed"), 401),
        (expired.token(), 401),
        (good, 200),
    ];
    let kinds = kinds.map(|(token, status)| (with(&token), status));
    let mut session = Session::new(gateway.agents());
    let mut sent = 0;
    while Instant::now() < end {
        for (request, status) in &kinds {
            assert_eq!(session.send(request).status, *status);
        }
        assert_eq!(session.send(&with(&token("a", "corp-ed"))).status, 200);
        sent += kinds.len() + 1;
    }
    sent
}

fn one_fetch_a_period(workers: u32) {
    let origin = Origin::start();
    origin.put(&path("a"), keys(&["corp-ed"]));
    let policy = policy(&origin, "load", &["a"], "1s");
    let gateway = started(&Setup::new(&policy.plan).workers(workers));
    until("the keys come", || {
        outcome(&gateway, &token("a", "corp-ed")).0 == 200
    });
    let end = Instant::now() + TIME;
    let sent: usize = scope(|threads| {
        let clients = (0..6).map(|_| threads.spawn(|| load(&gateway, end)));
        let clients: Vec<_> = clients.collect();
        let sent = clients
            .into_iter()
            .map(|client| client.join().expect("no wrong answer"));
        sent.sum()
    });
    assert!(sent > 300, "only {sent} requests");
    let asked = origin.asked(&path("a"));
    for pair in asked.windows(2) {
        let [first, second] = pair else {
            panic!("two of them");
        };
        let between = *second - *first;
        assert!(between > PERIOD - SLACK, "{between:?} between two fetches");
    }
    let during = asked.iter().filter(|time| **time > end - TIME).count();
    assert!((4..=7).contains(&during), "{during} fetches in {TIME:?}");
}

#[test]
fn with_two_workers() {
    one_fetch_a_period(2);
}

#[test]
fn with_four_workers() {
    one_fetch_a_period(4);
}
