//! The other side is not there when the gateway starts.

use std::time::{Duration, Instant};

use remit_tests::gateway::Setup;
use remit_tests::origin::Origin;
use remit_tests::runtime::until;

use crate::fetching::{ask, fetched, keys, outcome, path, policy, token};
use crate::world::started;

/// A request waits for 2 s at most; the rest is for a machine that is busy.
const WAIT: Duration = Duration::from_millis(3500);

#[test]
fn it_comes_up_later() {
    let origin = Origin::closed();
    origin.put(&path("a"), keys(&["corp-ed"]));
    let gateway = started(&Setup::new(&policy(&origin, "start", &["a"], "5m").plan));
    let good = token("a", "corp-ed");
    until("a fetch fails", || {
        fetched(&gateway, "a-jwks", "failed") > 0
    });
    for _ in 0..4 {
        let began = Instant::now();
        let (response, reason) = ask(&gateway, &good);
        assert_eq!(
            (response.status, reason.as_str()),
            (503, "keys_unavailable")
        );
        assert_eq!(response.value("retry-after"), Some("1"));
        assert!(began.elapsed() < WAIT, "{:?}", began.elapsed());
    }
    // What needs no keys is decided as ever.
    assert_eq!(outcome(&gateway, "a.b.c").0, 401);
    origin.open();
    until("the keys come", || outcome(&gateway, &good).0 == 200);
    assert_eq!(fetched(&gateway, "a-jwks", "ok"), 1);
}

/// Whoever comes while the keys are on their way is not refused.
#[test]
fn who_comes_early_waits() {
    let origin = Origin::start();
    let late = keys(&["corp-ed"]).after(Duration::from_secs(20));
    origin.put(&path("a"), late);
    let gateway = started(&Setup::new(&policy(&origin, "start", &["a"], "5m").plan));
    // The first attempt is given up after 5 s, a second one begins a second later.
    let first = || origin.asked(&path("a")).len();
    until("the first attempt", || first() == 1);
    origin.put(
        &path("a"),
        keys(&["corp-ed"]).after(Duration::from_millis(700)),
    );
    until("the second attempt", || first() == 2);
    let (began, good) = (Instant::now(), token("a", "corp-ed"));
    assert_eq!(outcome(&gateway, &good), (200, String::from("allowed")));
    assert!(began.elapsed() < WAIT, "{:?}", began.elapsed());
}
