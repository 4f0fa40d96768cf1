//! What was counted does not outlive the process, and does not get lost unnoticed.

use super::crowd::{in_turn, tally};
use super::world::{Caller, Policy, next_second, started};

#[test]
fn a_new_process_counts_anew_and_takes_no_token_from_before_it() {
    let policy = Policy::new().limit("calls", &["list"], 2, |_| {});
    let caller = Caller::of("run-1", "emea");
    let first = started(&policy.setup());
    let mut caller = Caller {
        at: caller.at + 1,
        ..caller
    };
    let three = |caller: &Caller| vec![caller.asks_for("/v1/orders"); 3];
    let counted = [((200, "allowed"), 2), ((429, "limit_reached calls"), 1)];
    caller.at = crate::world::now();
    let told = in_turn(&first, &three(&caller));
    assert_eq!(tally(&told), counted.into());
    drop(first);
    next_second();
    let second = started(&policy.setup());
    // Nobody knows what was done with it.
    let told = in_turn(&second, &three(&caller));
    assert_eq!(tally(&told), [((503, "state_unavailable"), 3)].into());
    caller.at = crate::world::now();
    let told = in_turn(&second, &three(&caller));
    assert_eq!(tally(&told), counted.into());
}
