//! Who has room, and for how many there is.

use remit_engine::limits::HISTORY_BYTES;
use remit_engine::plan::{Beyond, Counts, History, Limit, Mode, OperationId, Per, Plan, encode};

use super::*;
use crate::plugin::Plugin;
use crate::scripted::{ROOT, plan};

/// A worker whose bucket has so many histories of an owner, the first of them for ten seconds only.
fn filled(shares: &[(Owner, usize)]) -> (Worker, u8) {
    let worker = Worker::of(&Rc::default());
    let mut number = 0;
    for &(owner, share) in shares {
        for _ in 0..share {
            let now = if number == 0 { -50 } else { 0 };
            let kept = worker.keep_of(owner, number, None, b"a", now);
            assert_eq!(kept, Ok(Stored::Done), "{number}");
            number += 1;
        }
    }
    (worker, number)
}

#[test]
fn a_full_bucket_takes_no_more_until_histories_run_out() {
    let shares = [(owner(0, 0), 16), (owner(0, 1), 8), (owner(1, 0), 8)];
    let (worker, next) = filled(&shares);
    assert_eq!(usize::from(next), ENTRIES);
    let third = owner(2, 0);
    assert_eq!(worker.keep_of(third, next, None, b"a", 0), Ok(Stored::Full));
    assert_eq!(worker.get(next, 0), Ok(None));
    assert!((0..next).all(|number| worker.get(number, 0) == Ok(Some(b"a".to_vec()))));
    // Those that are there can still change.
    assert_eq!(worker.keep(1, Some(b"a"), b"bb", 0), Ok(Stored::Done));
    // One has run out; the others have not.
    assert_eq!(
        worker.keep_of(third, next, None, b"a", 10),
        Ok(Stored::Done)
    );
    let one_more = worker.keep_of(third, next + 1, None, b"a", 10);
    assert_eq!(one_more, Ok(Stored::Full));
    assert!((2..=next).all(|number| worker.get(number, 10) == Ok(Some(b"a".to_vec()))));
}

#[test]
fn a_tenant_leaves_room_for_others_of_its_issuer() {
    let (worker, next) = filled(&[(owner(0, 0), TENANT_ENTRIES)]);
    assert_eq!(worker.keep(next, None, b"a", 0), Ok(Stored::Full));
    let other = worker.keep_of(owner(0, 1), next, None, b"a", 0);
    assert_eq!(other, Ok(Stored::Done));
    // What has run out does not count.
    assert_eq!(worker.keep(next + 1, None, b"a", 10), Ok(Stored::Done));
    assert_eq!(worker.keep(next + 2, None, b"a", 10), Ok(Stored::Full));
}

#[test]
fn an_issuer_leaves_room_for_others() {
    let (worker, next) = filled(&[(owner(0, 0), 12), (owner(0, 1), 12)]);
    assert_eq!(usize::from(next), ISSUER_ENTRIES);
    let third = owner(0, 2);
    assert_eq!(worker.keep_of(third, next, None, b"a", 0), Ok(Stored::Full));
    let other = worker.keep_of(owner(1, 0), next, None, b"a", 0);
    assert_eq!(other, Ok(Stored::Done));
    assert_eq!(
        worker.keep_of(third, next + 1, None, b"a", 10),
        Ok(Stored::Done)
    );
}

/// Whoever writes: else one that shares a principal with another would take its room.
#[test]
fn a_history_stays_its_first_owners() {
    let (worker, next) = filled(&[(owner(0, 0), TENANT_ENTRIES)]);
    let other = worker.keep_of(owner(1, 0), 1, Some(b"a"), b"b", 0);
    assert_eq!(other, Ok(Stored::Done));
    assert_eq!(worker.keep(next, None, b"a", 0), Ok(Stored::Full));
    // Once it has run out it is whose it is then.
    let again = worker.keep_of(owner(1, 0), 1, None, b"b", 60);
    assert_eq!(again, Ok(Stored::Done));
}

#[test]
fn a_bucket_and_its_histories_have_bounds() {
    let store = Rc::default();
    let worker = Worker::of(&store);
    let longest = vec![7; HISTORY_BYTES];
    let too_long = vec![7; HISTORY_BYTES + 1];
    assert_eq!(worker.keep(0, None, &too_long, 0), Ok(Stored::Full));
    for number in 0..ENTRIES as u8 {
        let owner = owner(u32::from(number), 0);
        let kept = worker.keep_of(owner, number, None, &longest, 0);
        assert_eq!(kept, Ok(Stored::Done));
    }
    let grown = worker.keep(1, Some(&longest), &too_long, 0);
    assert_eq!(grown, Ok(Stored::Full));
    assert_eq!(worker.get(1, 0), Ok(Some(longest)));
    let (bucket, _) = store.read(&worker.key()).expect("a bucket");
    let most = bucket::HEAD + ENTRIES * (bucket::ENTRY_HEAD + HISTORY_BYTES);
    assert_eq!(bucket.len(), most);
}

#[test]
fn the_first_to_need_the_table_says_how_large_it_is() {
    for (room, buckets) in [(0, 1), (1024, 128), (16_384, 2048), (u32::MAX, 131_072)] {
        let store = Rc::default();
        let [one, other] = [Worker::of(&store), Worker::of(&store)];
        assert_eq!(one.table().buckets(room), Ok(buckets));
        assert_eq!(other.table().buckets(ROOM), Ok(buckets));
        assert_eq!(one.table().buckets(ROOM), Ok(buckets));
    }
}

#[test]
fn two_that_need_the_table_first_agree_how_large_it_is() {
    let store = Rc::default();
    let [one, other] = [Worker::of(&store), Worker::of(&store)];
    store.interleave(move |_| assert_eq!(other.table().buckets(1200), Ok(150)));
    assert_eq!(one.table().buckets(2400), Ok(150));
}

#[test]
fn what_was_kept_is_found_by_a_plan_with_another_room() {
    let store = Rc::default();
    let [one, other] = [Worker::of(&store), Worker::of(&store)];
    let change = Change {
        id: &[0xa5; 16],
        before: None,
        after: b"a",
        owner: owner(0, 0),
        until: at(60),
    };
    assert_eq!(one.table().keep(1024, &change, at(0)), Ok(Stored::Done));
    for worker in [&one, &other] {
        let kept = worker.table().get(1_048_576, change.id, at(0));
        assert_eq!(kept.map(|kept| kept.bytes), Ok(Some(b"a".to_vec())));
    }
}

/// A plan with room for so many, which it needs.
fn with_room(capacity: u32) -> Plan {
    let limit = Limit {
        id: "calls".into(),
        key: [1; 8],
        mode: Mode::Enforce,
        per: Per::TaskId,
        counts: Counts::Calls,
        operations: vec![(OperationId(1), 1)],
        at_most: 5,
        window: None,
        since: None,
        beyond: Beyond::Refuse,
        fleet: None,
    };
    let history = History {
        capacity,
        keep: 60,
        limits: vec![limit],
        ..History::default()
    };
    Plan { history, ..plan() }
}

#[test]
fn a_plan_makes_the_table_and_says_where_it_has_another_size() {
    let (mut gateway, vm) = (Scripted::default(), Vm::new());
    let mut load = |plan: &Plan| {
        gateway.configuration = encode(plan).expect("a plan").0;
        Plugin::load(&gateway, &vm, ROOT).expect("a good plan");
        let keys = gateway.store.keys();
        (keys.iter().any(|key| key == BUCKETS), gateway.lines.take())
    };
    // One that remembers nothing makes none.
    assert_eq!(load(&plan()), (false, Vec::new()));
    assert_eq!(load(&with_room(1200)), (true, Vec::new()));
    assert_eq!(load(&with_room(1200)), (true, Vec::new()));
    let line = "history keeps room for 1200 until the gateway restarts: the policy now says 2400";
    assert_eq!(load(&with_room(2400)), (true, vec![line.to_owned()]));
}
