//! Budgets are exact, however many ask at once and whichever worker they come to.

use std::collections::BTreeSet;

use remit_engine::plan::{Counts, Per};

use super::crowd::{Crowd, Told, allowed, in_turn, tally};
use super::world::{Caller, Policy, started};
use crate::world::case;

/// Connections that ask at once.
const AT_ONCE: usize = 64;
/// What a task id may.
const BUDGET: usize = 100;

/// How many rounds: a few, or as many as one likes.
fn rounds() -> usize {
    let rounds = std::env::var("REMIT_HISTORY_ROUNDS").ok();
    rounds.map_or(3, |rounds| rounds.parse().expect("a number of rounds"))
}

fn policy() -> Policy {
    Policy::new()
        .limit("calls", &["list"], 100, |_| {})
        .limit("once", &["search"], 1, |_| {})
        .limit("of-the-run", &["count"], 30, |_| {})
        .limit("of-the-tenant", &["count"], 50, |limit| {
            limit.per = Per::Tenant;
        })
        .distinct_orders("orders", 20)
}

#[test]
fn two_workers_let_exactly_as_many_through_as_there_may_be() {
    exact(2);
}

#[test]
fn four_workers_let_exactly_as_many_through_as_there_may_be() {
    exact(4);
}

fn exact(workers: u32) {
    let gateway = started(&policy().setup().workers(workers));
    let mut crowd = Crowd::of(&gateway, AT_ONCE, workers as usize);
    let mut asked = 0;
    for _ in 0..rounds() {
        asked += budget(&mut crowd);
        asked += one_each(&mut crowd);
        asked += two_limits(&mut crowd);
        asked += distinct(&mut crowd);
    }
    let given_up = gateway.counted("deny", "state_unavailable");
    println!(
        "{workers} workers, {} rounds: {asked} requests, {given_up} given up",
        rounds()
    );
    assert_eq!(given_up, 0, "requests that were decided anew too often");
    // What was let through is what has arrived.
    let arrived: u64 = gateway.upstream("orders").counts().values().sum();
    assert_eq!(arrived, gateway.counted("allow", "allowed"));
}

/// One task id that all ask for: a number that is no multiple of what a connection sends.
fn budget(crowd: &mut Crowd) -> usize {
    let request = Caller::of(&case("budget"), "emea").asks_for("/v1/orders");
    let told = crowd.ask(&vec![request; 3 * AT_ONCE]);
    let over = told.len() - BUDGET;
    let expected = [
        ((200, "allowed"), BUDGET),
        ((429, "limit_reached calls"), over),
    ];
    assert_eq!(tally(&told), expected.into());
    told.len()
}

/// Task ids that nobody knows yet, each asked for by several at once.
fn one_each(crowd: &mut Crowd) -> usize {
    let ids = 48;
    let new = (0..ids).map(|_| Caller::of(&case("once"), "emea").asks_for("/v1/search"));
    let told = crowd.ask(&four_of_each(new));
    for of_one in told.chunks(4) {
        let expected = [((200, "allowed"), 1), ((429, "limit_reached once"), 3)];
        assert_eq!(tally(of_one), expected.into());
    }
    told.len()
}

/// Two task ids of a tenant, which has less than both of them: nothing that one limit refuses is
/// lost for the other.
fn two_limits(crowd: &mut Crowd) -> usize {
    let tenant = case("tenant");
    let runs = [case("run"), case("run"), case("run")];
    let runs = runs.map(|run| Caller::of(&run, &tenant).asks_for("/v1/count"));
    let [one, two, late] = &runs;
    // More than enough of the first alone: it has its 30, and no more of the tenant's is gone.
    let told = crowd.ask(&vec![one.clone(); AT_ONCE]);
    let expected = [
        ((200, "allowed"), 30),
        ((429, "limit_reached of-the-run"), 34),
    ];
    assert_eq!(tally(&told), expected.into());
    // Of the 20 that are left, the other two get what they get, but all of it and not more.
    let mixed: Vec<_> = (0..AT_ONCE)
        .map(|number| if number % 2 == 0 { two } else { late }.clone())
        .collect();
    let told = crowd.ask(&mixed);
    let expected = [
        ((200, "allowed"), 20),
        ((429, "limit_reached of-the-tenant"), 44),
    ];
    assert_eq!(tally(&told), expected.into());
    2 * AT_ONCE
}

/// Forty orders, each asked for four times: twenty of them, whichever, as often as one likes.
fn distinct(crowd: &mut Crowd) -> usize {
    let caller = Caller::of(&case("distinct"), "emea");
    let order = |number: usize| caller.asks_for(&format!("/v1/orders/A-{}", number % 40));
    let requests: Vec<_> = (0..160).map(order).collect();
    let told = crowd.ask(&requests);
    let known = (0..160).zip(&told).filter(|(_, told)| told.is_allowed());
    let known: BTreeSet<usize> = known.map(|(number, _)| number % 40).collect();
    assert_eq!(known.len(), 20, "{known:?}");
    // Whichever got in stays in, and no other does.
    let told = crowd.ask(&requests);
    for (number, told) in (0..160).zip(&told) {
        let expected = if known.contains(&(number % 40)) {
            (200, "allowed")
        } else {
            (429, "limit_reached orders")
        };
        assert_eq!((told.status, told.why.as_str()), expected, "{number}");
    }
    2 * requests.len()
}

/// Tokens and approvals that are for one use, each shown by several at once.
#[test]
fn what_is_for_one_use_is_used_once() {
    let gateway = started(&Policy::new().setup().workers(4));
    let mut crowd = Crowd::of(&gateway, AT_ONCE, 4);
    for _ in 0..rounds() {
        let tokens = (0..32).map(|_| Caller::once(&case("token")).asks_for("/v1/orders"));
        let told = crowd.ask(&four_of_each(tokens));
        for of_one in told.chunks(4) {
            let expected = [((200, "allowed"), 1), ((401, "token_replayed"), 3)];
            assert_eq!(tally(of_one), expected.into());
        }
        let approvals = (0..32).map(|_| {
            let caller = Caller::of(&case("approval"), "emea");
            caller.approved(caller.at)
        });
        let told = crowd.ask(&four_of_each(approvals));
        for of_one in told.chunks(4) {
            // Who loses it in the last moment is not told which rule wants it.
            let used = |one: &&Told| one.status == 403 && one.why.starts_with("approval_used");
            let of_each = (allowed(of_one), of_one.iter().filter(used).count());
            assert_eq!(of_each, (1, 3), "{of_one:?}");
        }
    }
}

/// They stand side by side, so that they are sent at a time.
fn four_of_each(requests: impl Iterator<Item = Vec<u8>>) -> Vec<Vec<u8>> {
    requests.flat_map(|one| vec![one; 4]).collect()
}

/// What is in flight when the last refusal is counted is refused for its own sake; from then on
/// nothing is let through, whatever it is.
#[test]
fn refusals_are_counted_on_all_workers() {
    let policy = Policy::new().limit("denials", &[], 50, |limit| {
        limit.counts = Counts::Denials;
    });
    let gateway = started(&policy.setup());
    let mut crowd = Crowd::of(&gateway, AT_ONCE, 2);
    for _ in 0..rounds() {
        let caller = Caller::of(&case("denied"), "emea");
        let (refused, good) = (caller.asks_for("/v1/purge"), caller.asks_for("/v1/orders"));
        let told = crowd.ask(&vec![refused.clone(); 49]);
        assert_eq!(tally(&told), [((403, "not_allowed"), 49)].into());
        assert_eq!(allowed(&in_turn(&gateway, std::slice::from_ref(&good))), 1);
        let told = crowd.ask(&vec![refused; 3 * AT_ONCE]);
        let tally_of_it = tally(&told);
        let own = tally_of_it
            .get(&(403, "not_allowed"))
            .copied()
            .unwrap_or_default();
        assert!((1..=AT_ONCE).contains(&own), "{tally_of_it:?}");
        assert_eq!(
            tally_of_it.get(&(429, "limit_reached denials")),
            Some(&(told.len() - own))
        );
        let told = crowd.ask(&vec![good; AT_ONCE]);
        assert_eq!(
            tally(&told),
            [((429, "limit_reached denials"), AT_ONCE)].into()
        );
    }
    assert_eq!(gateway.counted("deny", "state_unavailable"), 0);
}
