//! Tokens that name a key which is not there: the keys are fetched anew, but whoever sends many of
//! them makes the gateway neither fetch more nor let others wait.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use remit_tests::client::h1::Session;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::origin::Origin;
use remit_tests::recipe::Recipe;
use remit_tests::runtime::Stop;

use crate::fetching::{keys, outcome, path, policy, token, with};
use crate::world::{case, now, started};

/// What fetching takes.
const SLOW: Duration = Duration::from_secs(1);

fn of_no_key() -> String {
    let recipe = Recipe::corp(now()).claim("iss", "https://a.example");
    recipe.header("kid", case("nobody")).token()
}

fn start(origin: &Origin) -> Gateway {
    origin.put(&path("a"), keys(&["corp-ed"]));
    let gateway = started(&Setup::new(&policy(origin, "unknown", &["a"], "24h").plan));
    assert_eq!(outcome(&gateway, &token("a", "corp-ed")).0, 200);
    assert_eq!(origin.asked(&path("a")).len(), 1);
    gateway
}

#[test]
fn one_fetch_a_minute_and_nobody_else_waits() {
    let origin = Origin::start();
    let gateway = start(&origin);
    origin.put(&path("a"), keys(&["corp-ed"]).after(SLOW));
    let stop = AtomicBool::new(false);
    scope(|threads| {
        let _stopped = Stop(&stop);
        let others = threads.spawn(|| {
            let mut session = Session::new(gateway.agents());
            let (good, mut slowest) = (with(&token("a", "corp-ed")), Duration::ZERO);
            while !stop.load(Ordering::Relaxed) {
                let began = Instant::now();
                assert_eq!(session.send(&good).status, 200);
                slowest = slowest.max(began.elapsed());
            }
            slowest
        });
        let unknown = (0..8).map(|_| {
            threads.spawn(|| {
                for _ in 0..5 {
                    let refused = outcome(&gateway, &of_no_key());
                    assert_eq!(refused, (401, String::from("unknown_key")));
                }
            })
        });
        for thread in unknown.collect::<Vec<_>>() {
            thread.join().expect("each is refused for its key");
        }
        stop.store(true, Ordering::Relaxed);
        let slowest = others.join().expect("nobody else is refused");
        assert!(slowest < SLOW * 4 / 5, "another request waited {slowest:?}");
    });
    sleep(2 * SLOW);
    assert_eq!(origin.asked(&path("a")).len(), 2, "fetches");
}

/// An issuer that signs with a new key before it is known: the first request waits for the key.
#[test]
fn a_new_key_loses_no_request() {
    let origin = Origin::start();
    let gateway = start(&origin);
    let both = keys(&["corp-ed", "corp-ed-next"]);
    origin.put(&path("a"), both.after(Duration::from_millis(500)));
    scope(|threads| {
        for _ in 0..6 {
            threads.spawn(|| {
                let outcome = outcome(&gateway, &token("a", "corp-ed-next"));
                assert_eq!(outcome, (200, String::from("allowed")));
            });
        }
    });
    assert_eq!(origin.asked(&path("a")).len(), 2);
}
