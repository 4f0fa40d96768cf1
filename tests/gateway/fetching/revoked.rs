//! Keys that are taken back: at once, in all workers, for every connection.

use remit_tests::gateway::{Gateway, Pinned, Setup};
use remit_tests::mint::Mint;
use remit_tests::origin::{Origin, Page};
use remit_tests::runtime::until;

use crate::fetching::{fetched, keys, named, path, policy, token};
use crate::world::{case, started};

/// What a worker answers, with the reason.
fn outcome(gateway: &Gateway, worker: &mut Pinned<'_>, token: &str) -> (u16, String) {
    let name = case("revoked");
    let status = worker.send(&named(token, &name)).status;
    let record = gateway.entry_of(&name).record();
    let record = record.expect("a decision has a record");
    let reason = record["reason"].as_str().unwrap_or_default().to_owned();
    (status, reason)
}

fn an_empty_set_revokes(workers: u32) {
    let origin = Origin::start();
    origin.put(&path("a"), keys(&["corp-ed"]));
    let policy = policy(&origin, "revoked", &["a"], "1s");
    let gateway = started(&Setup::new(&policy.plan).workers(workers));
    let every = 0..usize::try_from(workers).expect("few workers");
    let mut every: Vec<_> = every.map(|worker| Pinned::to(&gateway, worker)).collect();
    let good = token("a", "corp-ed");
    for worker in &mut every {
        assert_eq!(outcome(&gateway, worker, &good), (200, "allowed".into()));
    }
    let publish = |page: Page| {
        // The one that is under way may still bring what was there before.
        let before = fetched(&gateway, "a-jwks", "ok");
        origin.put(&path("a"), page);
        until("it is fetched", || {
            fetched(&gateway, "a-jwks", "ok") >= before + 2
        });
    };
    publish(Page::of(r#"{"keys":[]}"#));
    for worker in &mut every {
        for token in [&good, &token("a", "corp-ed")] {
            let refused = outcome(&gateway, worker, token);
            assert_eq!(refused, (401, "unknown_key".into()));
        }
    }
    // Another key under the old name does not bring the old tokens back.
    publish(keys(&["stranger-ed"]));
    for worker in &mut every {
        assert_eq!(
            outcome(&gateway, worker, &good),
            (401, "bad_signature".into())
        );
    }
    publish(Page::of(Mint::shared().jwks(&["corp-ed"]).to_string()));
    for worker in &mut every {
        assert_eq!(outcome(&gateway, worker, &good), (200, "allowed".into()));
    }
}

#[test]
fn with_two_workers() {
    an_empty_set_revokes(2);
}

#[test]
fn with_four_workers() {
    an_empty_set_revokes(4);
}
