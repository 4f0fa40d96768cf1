//! Everything that can be wrong with an answer: the keys that are there stay, nobody waits, and the
//! next attempts come later and later.

use std::thread::sleep;
use std::time::{Duration, Instant};

use remit_tests::gateway::{Gateway, Setup};
use remit_tests::mint::Mint;
use remit_tests::origin::{Origin, Page};
use remit_tests::runtime::until;

use crate::fetching::{fetched, keys, outcome, path, policy, token, with};
use crate::world::started;

/// How long the faults last.
const TIME: Duration = Duration::from_secs(8);
/// What takes longer has waited: one who waits does so for 2 s.
const AT_ONCE: Duration = Duration::from_millis(1800);
/// Where a redirect leads.
const ELSEWHERE: &str = "/elsewhere.json";

/// A key set that would take the keys that are there away, if it were believed.
fn wrong() -> String {
    Mint::shared().jwks(&["corp-ec"]).to_string()
}

/// Names of issuers, and what becomes of where their keys are.
fn faults(origin: &Origin) -> Vec<(&'static str, Page)> {
    let (whole, pad) = (wrong(), "x".repeat(10 * 1024 * 1024));
    let open = whole.strip_suffix('}').expect("an object");
    let half = whole.get(..whole.len() / 2).expect("plain text");
    vec![
        ("slow", Page::of(wrong()).after(Duration::from_secs(20))),
        ("garbage", Page::of("\u{0}<html>\u{7f}")),
        ("half", Page::of(half)),
        ("huge", Page::of(format!("{open},\"pad\":\"{pad}\"}}"))),
        ("redirect", Page::redirect(origin.url(ELSEWHERE))),
        ("failing", Page::status(500)),
        ("missing", Page::status(404)),
        ("empty", Page::of("")),
        ("cut", Page::cut()),
    ]
}

fn failures(gateway: &Gateway, issuer: &str) -> u64 {
    let source = format!("{issuer}-jwks");
    fetched(gateway, &source, "failed") + fetched(gateway, &source, "refused")
}

fn passes_at_once(gateway: &Gateway, issuer: &str, token: &str) {
    let began = Instant::now();
    let status = with(token).send(gateway.agents()).status;
    assert_eq!(status, 200, "{issuer}");
    assert!(began.elapsed() < AT_ONCE, "{issuer} waits");
}

#[test]
fn the_keys_that_are_there_stay() {
    let origin = Origin::start();
    let faults = faults(&origin);
    origin.put(ELSEWHERE, Page::of(wrong()));
    let issuers: Vec<&str> = faults.iter().map(|(issuer, _)| *issuer).collect();
    for issuer in issuers.iter().chain(&["flapping"]) {
        origin.put(&path(issuer), keys(&["corp-ed"]));
    }
    let all = [issuers.as_slice(), &["flapping"]].concat();
    let gateway = started(&Setup::new(&policy(&origin, "faults", &all, "1s").plan));
    let kept: Vec<String> = all.iter().map(|issuer| token(issuer, "corp-ed")).collect();
    for (issuer, kept) in all.iter().zip(&kept) {
        until("keys come", || outcome(&gateway, kept).0 == 200);
        assert_eq!(failures(&gateway, issuer), 0, "{issuer}");
    }

    let began = Instant::now();
    for (issuer, page) in faults {
        origin.put(&path(issuer), page);
    }
    let first = origin.asked(&path("flapping")).len();
    while began.elapsed() < TIME {
        // Whenever it was asked it changes, so that both kinds of answer are among them.
        let asked = origin.asked(&path("flapping")).len() - first;
        let page = if asked.is_multiple_of(2) {
            Page::status(503)
        } else {
            keys(&["corp-ed"])
        };
        origin.put(&path("flapping"), page);
        for (issuer, kept) in all.iter().zip(&kept) {
            passes_at_once(&gateway, issuer, kept);
            passes_at_once(&gateway, issuer, &token(issuer, "corp-ed"));
        }
        sleep(Duration::from_millis(200));
    }
    for issuer in &issuers {
        let asked = origin.asked(&path(issuer));
        let asked = asked.iter().filter(|time| **time > began).count();
        // At once, then after 1, 2 and 4 s; one who does not answer is waited for as well.
        assert!((1..=5).contains(&asked), "{issuer} was asked {asked} times");
        assert!(failures(&gateway, issuer) > 0, "{issuer}");
    }
    assert!(
        origin.asked(ELSEWHERE).is_empty(),
        "a redirect was followed"
    );
    assert!(fetched(&gateway, "flapping-jwks", "ok") > 1);
    assert!(failures(&gateway, "flapping") > 0);

    // It is well again: whoever needs a new key does not wait until the next attempt is due.
    for issuer in &all {
        origin.put(&path(issuer), keys(&["corp-ed-next"]));
    }
    for issuer in all.iter().filter(|issuer| **issuer != "slow") {
        let (status, reason) = outcome(&gateway, &token(issuer, "corp-ed-next"));
        assert_eq!((status, reason.as_str()), (200, "allowed"), "{issuer}");
    }
    until("the slow one is well again", || {
        outcome(&gateway, &token("slow", "corp-ed-next")).0 == 200
    });
}

/// A `kid` is a name that each issuer gives: another issuer's key of that name counts for nothing.
#[test]
fn two_issuers_with_one_kid() {
    let origin = Origin::start();
    // Both have the `kid` `corp-ed`.
    origin.put(&path("a"), keys(&["corp-ed"]));
    origin.put(&path("b"), keys(&["stranger-ed"]));
    let gateway = started(&Setup::new(&policy(&origin, "kid", &["a", "b"], "5m").plan));
    for (issuer, key, status, reason) in [
        ("a", "corp-ed", 200, "allowed"),
        ("b", "stranger-ed", 200, "allowed"),
        ("a", "stranger-ed", 401, "bad_signature"),
        ("b", "corp-ed", 401, "bad_signature"),
    ] {
        let outcome = outcome(&gateway, &token(issuer, key));
        assert_eq!(outcome, (status, reason.to_owned()), "{key} at {issuer}");
    }
}
