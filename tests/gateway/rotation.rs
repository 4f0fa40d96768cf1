//! An authorization server that changes its keys while clients send requests all the time, each
//! with a token that it has issued just now.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use remit_tests::client::h1::{Request, Session};
use remit_tests::gateway::{Gateway, Pinned, Setup};
use remit_tests::issuer::Issuer;
use remit_tests::runtime::Stop;

use crate::issuer::policy_of;
use crate::world::started;

/// How long clients go on before and after a change.
const WHILE: Duration = Duration::from_millis(700);

/// For a change to be followed that nothing but the passing of time tells of.
const PATIENCE: Duration = Duration::from_secs(15);

fn shown(token: &str) -> Request {
    let request = Request::new("GET", "/v1/orders", "api.corp.example");
    request.field("authorization", format!("Bearer {token}"))
}

/// Sends fresh tokens until it is told to stop. Says how many; each has to pass.
fn client(gateway: &Gateway, issuer: &Issuer, stop: &AtomicBool) -> usize {
    let mut session = Session::new(gateway.agents());
    let mut sent = 0;
    while !stop.load(Ordering::Relaxed) {
        let token = issuer.bearer("ES256");
        let response = session.send(&shown(&token));
        assert_eq!(response.status, 200, "{}", response.text());
        sent += 1;
    }
    sent
}

/// Does something while three clients send; all of their requests pass.
fn under_load(gateway: &Gateway, issuer: &Issuer, change: impl FnOnce()) {
    let stop = AtomicBool::new(false);
    let sent: usize = scope(|threads| {
        let clients: Vec<_> = (0..3)
            .map(|_| threads.spawn(|| client(gateway, issuer, &stop)))
            .collect();
        {
            let _stop = Stop(&stop);
            change();
        }
        let sent = clients.into_iter().map(|client| client.join());
        sent.map(|sent| sent.expect("no request is lost")).sum()
    });
    assert!(sent > 10, "only {sent} requests");
}

fn fetches(gateway: &Gateway, result: &str) -> u64 {
    let stats = gateway.stats_with("remit_fetch.");
    let of_result = stats
        .iter()
        .filter(|(name, _)| name.ends_with(&format!(".result.{result}")));
    of_result.map(|(_, count)| count).sum()
}

/// Keys are fetched every five minutes: a token that names a new one is what tells of it.
#[test]
fn a_new_key_counts_as_soon_as_a_token_names_it() {
    let issuer = Issuer::start();
    let gateway = started(&Setup::new(&policy_of(&issuer, "").plan));
    let before = issuer.bearer("RS256");
    under_load(&gateway, &issuer, || {
        sleep(WHILE);
        issuer.rotate();
        sleep(WHILE);
    });
    // What was issued before still counts, on all workers, and nobody has fetched more than once.
    for worker in [0, 1] {
        let response = Pinned::to(&gateway, worker).send(&shown(&before));
        assert_eq!(response.status, 200, "{worker}");
    }
    assert_eq!(
        (fetches(&gateway, "ok"), fetches(&gateway, "failed")),
        (2, 0)
    );
}

/// A key that is no longer published is nobody's: neither what was shown before counts any more nor
/// what was not.
#[test]
fn a_key_that_is_gone_counts_no_more() {
    let issuer = Issuer::start();
    let policy = policy_of(&issuer, ", refresh: 1s");
    let gateway = started(&Setup::new(&policy.plan));
    let known = issuer.bearer("ES256");
    let unknown: Vec<String> = (0..8).map(|_| issuer.bearer("ES256")).collect();
    let mut workers = [0, 1].map(|worker| Pinned::to(&gateway, worker));
    under_load(&gateway, &issuer, || {
        sleep(WHILE);
        issuer.rotate();
        for worker in &mut workers {
            assert_eq!(worker.send(&shown(&known)).status, 200);
        }
        issuer.retire();
        let patience = Instant::now() + PATIENCE;
        for worker in &mut workers {
            while worker.send(&shown(&known)).status == 200 {
                assert!(Instant::now() < patience, "the old key still counts");
                sleep(Duration::from_millis(20));
            }
        }
        for token in unknown.iter().chain([&known]) {
            for worker in &mut workers {
                assert_eq!(worker.send(&shown(token)).status, 401);
            }
        }
        sleep(WHILE);
    });
    let refused = gateway.counted("challenge", "unknown_key");
    assert_eq!(refused, 2 * 9 + 2, "each for that reason");
}
