//! What the host's crypto says counts for the algorithms that it has, and for no other token.

use std::cell::{Cell, RefCell};

use remit_engine::Engine;
use remit_engine::crypto::{HostCrypto, HostVerdict};
use remit_engine::plan::Algorithm;
use remit_engine::time::UnixTime;
use remit_tests::cases::{Shown, errands};
use remit_tests::native::decide;
use remit_tests::recipe::Recipe;

use crate::world::POLICY;

const NOW: i64 = 2_000_000_000;

/// A host that says what it is told to and remembers what it was asked.
struct Host {
    verdict: Cell<HostVerdict>,
    asked: RefCell<Vec<(Algorithm, usize)>>,
}

impl remit_engine::host::Host for Host {}

impl HostCrypto for Host {
    fn verify(&self, algorithm: Algorithm, _: &[u8], _: &[u8], signature: &[u8]) -> HostVerdict {
        self.asked.borrow_mut().push((algorithm, signature.len()));
        self.verdict.get()
    }
}

fn ask(verdict: HostVerdict, recipe: &Recipe) -> (String, Vec<(Algorithm, usize)>) {
    let host = Host {
        verdict: Cell::new(verdict),
        asked: RefCell::default(),
    };
    (
        reason(&POLICY.engine(), &host, &recipe.token()),
        host.asked.take(),
    )
}

fn reason(engine: &Engine, host: &Host, token: &str) -> String {
    let errand = errands().into_iter().find(|errand| errand.name == "list");
    let errand = errand.unwrap_or_else(|| panic!("the table has an errand `list`"));
    let shown: Shown = vec![("authorization", format!("Bearer {token}").into_bytes())];
    let decided = decide(engine, &errand, &shown, UnixTime::from_seconds(NOW), host);
    decided.record["reason"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn es256() -> Recipe {
    Recipe::corp(NOW)
        .signed_by("corp-ec", "ES256")
        .header("kid", "corp-ec")
}

#[test]
fn the_host_is_asked_with_the_signature_as_jose_has_it() {
    let (reason, asked) = ask(HostVerdict::Valid, &es256());
    assert_eq!(
        (reason.as_str(), asked),
        ("allowed", vec![(Algorithm::Es256, 64)])
    );
    let (reason, asked) = ask(HostVerdict::Valid, &Recipe::partner(NOW));
    assert_eq!(
        (reason.as_str(), asked),
        ("allowed", vec![(Algorithm::Rs256, 256)])
    );
}

#[test]
fn the_hosts_no_is_final() {
    assert_eq!(ask(HostVerdict::Invalid, &es256()).0, "bad_signature");
    assert_eq!(
        ask(HostVerdict::Invalid, &Recipe::partner(NOW)).0,
        "bad_signature"
    );
}

#[test]
fn without_the_hosts_crypto_the_engine_verifies() {
    assert_eq!(ask(HostVerdict::Unsupported, &es256()).0, "allowed");
    let forged = es256().signed_by("stranger-ec", "ES256");
    assert_eq!(ask(HostVerdict::Unsupported, &forged).0, "bad_signature");
    assert_eq!(
        ask(HostVerdict::Unsupported, &Recipe::partner(NOW)).0,
        "allowed"
    );
}

/// A host that could not tell refuses the request, not the token: it passes once the host can.
#[test]
fn a_host_that_fails_is_not_held_against_the_token() {
    let (engine, token) = (POLICY.engine(), es256().token());
    let host = Host {
        verdict: Cell::new(HostVerdict::Failed),
        asked: RefCell::default(),
    };
    assert_eq!(reason(&engine, &host, &token), "host_failure");
    host.verdict.set(HostVerdict::Valid);
    assert_eq!(reason(&engine, &host, &token), "allowed");
    // Now it is known: the host is not asked a third time.
    host.verdict.set(HostVerdict::Failed);
    assert_eq!(reason(&engine, &host, &token), "allowed");
    assert_eq!(host.asked.take().len(), 2);
}

/// The host is not asked about a token that is refused for its form, key or algorithm.
#[test]
fn the_host_is_not_asked_in_vain() {
    for (recipe, reason) in [
        (es256().header("kid", "nobody"), "unknown_key"),
        (
            Recipe::corp(NOW).signed_by("partner-rsa", "RS256"),
            "algorithm_refused",
        ),
    ] {
        let (said, asked) = ask(HostVerdict::Valid, &recipe);
        assert_eq!((said.as_str(), asked.len()), (reason, 0));
    }
}
