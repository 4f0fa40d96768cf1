//! The deny feed: whoever it names is refused by all workers as soon as one has fetched it.

use std::time::Duration;

use remit_tests::gateway::{Gateway, Pinned, Setup};
use remit_tests::origin::{Origin, Page};
use remit_tests::recipe::{CORP, CORP_AGENT, Recipe};
use remit_tests::runtime::until;
use serde_json::{Value, json};

use crate::standing::{
    Elsewhere, FEED, allowed, document, feed, outcome, outcome_of, policy, publish, recipe, refused,
};
use crate::world::{now, started};

fn start(origin: &Origin, more: &str, workers: u32) -> Gateway {
    let policy = policy(&Elsewhere {
        feed: Some(document(origin, FEED, more)),
        ..Elsewhere::default()
    });
    started(&Setup::new(&policy.plan).workers(workers))
}

/// An entry, the tokens that it denies, and those that it does not.
fn kinds() -> Vec<(Value, Recipe, Vec<Recipe>)> {
    let (other, soon) = ("spiffe://corp.example/support/bot-8", now() + 600);
    let entry = |mut entry: Value| {
        entry["until"] = json!(soon);
        entry
    };
    let run = |id: &str, tenant: &str| {
        let recipe = recipe().claim("mission", json!({"id": id}));
        recipe.claim("tenant", tenant)
    };
    vec![
        (
            entry(json!({"iss": CORP, "jti": "leaked", "reason": "in a log"})),
            recipe().claim("jti", "leaked"),
            vec![recipe().claim("jti", "leaked-2")],
        ),
        (
            entry(json!({"iss": CORP, "sid": "s-1"})),
            recipe().claim("sid", "s-1"),
            vec![recipe().claim("sid", "s-2")],
        ),
        (
            entry(json!({"iss": CORP, "task_id": "run-1", "tenant": "emea"})),
            run("run-1", "emea"),
            vec![run("run-1", "apac"), run("run-2", "emea")],
        ),
        (
            entry(json!({"agent": other})),
            recipe().claim("client_id", other),
            vec![recipe().claim("client_id", CORP_AGENT)],
        ),
        (
            entry(json!({"iss": CORP, "sub": "user-7"})),
            recipe().claim("sub", "user-7"),
            // The same name, said by another.
            vec![recipe().claim("sub", "user-8")],
        ),
        (
            entry(json!({"iss": "https://other.example", "jti": "theirs"})),
            recipe().claim("jti", "leaked"),
            vec![recipe().claim("jti", "theirs")],
        ),
    ]
}

fn denied_by_every_worker(workers: u32) {
    let origin = Origin::start();
    origin.put(FEED, feed(&json!([])));
    let gateway = start(&origin, "", workers);
    let every = 0..usize::try_from(workers).expect("few workers");
    let mut every: Vec<_> = every.map(|worker| Pinned::to(&gateway, worker)).collect();
    let kinds = kinds();
    let tokens = kinds.iter().map(|(entry, denied, others)| {
        let others: Vec<String> = others.iter().map(Recipe::token).collect();
        (entry.to_string(), denied.token(), others)
    });
    let tokens: Vec<_> = tokens.collect();
    until("the feed comes", || {
        outcome(&gateway, &recipe().token()) == allowed()
    });
    for worker in &mut every {
        for (entry, denied, others) in &tokens {
            for token in others.iter().chain([denied]) {
                assert_eq!(outcome_of(worker, &gateway, token), allowed(), "{entry}");
            }
        }
    }
    let entries: Vec<&Value> = kinds.iter().map(|(entry, ..)| entry).collect();
    publish(&gateway, &origin, &json!(entries));
    for worker in &mut every {
        for (entry, denied, others) in &tokens {
            let revoked = refused(401, "token_revoked");
            assert_eq!(outcome_of(worker, &gateway, denied), revoked, "{entry}");
            for token in others {
                assert_eq!(outcome_of(worker, &gateway, token), allowed(), "{entry}");
            }
        }
    }
    publish(&gateway, &origin, &json!([]));
    for worker in &mut every {
        for (entry, denied, _) in &tokens {
            assert_eq!(outcome_of(worker, &gateway, denied), allowed(), "{entry}");
        }
    }
}

#[test]
fn with_two_workers() {
    denied_by_every_worker(2);
}

#[test]
fn with_four_workers() {
    denied_by_every_worker(4);
}

/// What is no feed takes nothing away from the one before, and that grows stale.
#[test]
fn without_a_new_feed_the_old_one_holds_for_a_while() {
    let origin = Origin::start();
    let gateway = start(&origin, ", stale_after: 6s", 2);
    let (good, denied) = (recipe().token(), recipe().claim("jti", "leaked").token());
    let unknown = refused(503, "standing_unknown");
    assert_eq!(outcome(&gateway, &good), unknown, "before the first feed");
    let entry = json!([{"iss": CORP, "jti": "leaked", "until": now() + 600}]);
    publish(&gateway, &origin, &entry);
    let revoked = refused(401, "token_revoked");
    for page in [
        Page::of("[]"),
        Page::status(500),
        Page::of(json!({"version": 1, "issued_at": now() - 60, "deny": []}).to_string()),
    ] {
        let before = origin.asked(FEED).len();
        origin.put(FEED, page);
        until("it is fetched", || origin.asked(FEED).len() > before);
        let denied = outcome(&gateway, &denied);
        // The machine may be so slow that the feed has run out.
        assert!([&revoked, &unknown].contains(&&denied), "{denied:?}");
    }
    until("the feed is stale", || outcome(&gateway, &good) == unknown);
    until("a new one comes", || {
        // The next attempt may be so late that what was made now is stale then.
        origin.put(FEED, feed(&entry));
        outcome(&gateway, &good) == allowed()
    });
    assert_eq!(outcome(&gateway, &denied), revoked);
}

/// Where the policy lets staleness pass, a feed that is not there denies nobody.
#[test]
fn a_policy_may_ignore_that_there_is_none() {
    let origin = Origin::start();
    let gateway = start(&origin, ", stale_after: 3s, when_stale: ignore", 2);
    let (good, denied) = (recipe().token(), recipe().claim("jti", "leaked").token());
    assert_eq!(outcome(&gateway, &denied), allowed());
    let entry = json!([{"iss": CORP, "jti": "leaked", "until": now() + 600}]);
    publish(&gateway, &origin, &entry);
    origin.put(FEED, Page::status(500));
    std::thread::sleep(Duration::from_secs(4));
    assert_eq!(outcome(&gateway, &good), allowed());
    assert_eq!(outcome(&gateway, &denied), refused(401, "token_revoked"));
}

/// An entry ends by itself.
#[test]
fn an_entry_has_an_end() {
    let origin = Origin::start();
    let gateway = start(&origin, "", 2);
    let denied = recipe().claim("jti", "leaked").token();
    let entry = json!([{"iss": CORP, "jti": "leaked", "until": now() + 10}]);
    publish(&gateway, &origin, &entry);
    assert_eq!(outcome(&gateway, &denied), refused(401, "token_revoked"));
    until("the entry ends", || outcome(&gateway, &denied) == allowed());
}
