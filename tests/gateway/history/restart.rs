//! What was counted does not outlive the process: a new one counts anew. What is for one use stays
//! so, because nothing from before it is taken.

use super::crowd::{in_turn, tally};
use super::world::{Caller, Policy, next_second, started};
use crate::world::now;

#[test]
fn a_new_process_counts_anew_and_takes_nothing_for_one_use_from_before_it() {
    let policy = Policy::new().limit("calls", &["list"], 2, |_| {});
    let first = started(&policy.setup());
    let caller = Caller::of("run-1", "emea");
    let calls = vec![caller.asks_for("/v1/orders"); 3];
    let counted = [((200, "allowed"), 2), ((429, "limit_reached calls"), 1)];
    assert_eq!(tally(&in_turn(&first, &calls)), counted.into());
    let [mut used, mut unused] = ["used", "unused"].map(Caller::once);
    let paid = caller.approved(now());
    assert_eq!(
        why(&first, &used.asks_for("/v1/orders")),
        (200, "allowed".into())
    );
    assert_eq!(why(&first, &paid), (200, "allowed".into()));
    drop(first);
    next_second();

    let second = started(&policy.setup());
    assert_eq!(tally(&in_turn(&second, &calls)), counted.into());
    // Nobody knows which of them was used.
    for caller in [&used, &unused] {
        let replayed = (401, "token_replayed".into());
        assert_eq!(why(&second, &caller.asks_for("/v1/orders")), replayed);
    }
    let refused = why(&second, &paid);
    assert_eq!(refused, (403, "approval_refused approved".into()));
    for caller in [&mut used, &mut unused] {
        caller.at = now();
        let again = caller.asks_for("/v1/orders");
        assert_eq!(why(&second, &again), (200, "allowed".into()));
        assert_eq!(why(&second, &again), (401, "token_replayed".into()));
    }
    let again = caller.approved(now());
    assert_eq!(why(&second, &again), (200, "allowed".into()));
    assert_eq!(why(&second, &again).0, 403);
}

fn why(gateway: &remit_tests::gateway::Gateway, request: &[u8]) -> (u16, String) {
    let told = in_turn(gateway, &[request.to_vec()]).remove(0);
    (told.status, told.why)
}
