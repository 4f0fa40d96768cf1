use std::rc::Rc;

use super::*;
use crate::gateway::Stored;
use crate::scripted::{NOW, Scripted, Store};

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(NOW + seconds)
}

fn id(number: u8) -> MarkId {
    let mut id = [0; 16];
    id[15] = number;
    id
}

/// A worker of the process that has this store.
struct Worker(Scripted, Cell<Option<u64>>);

impl Worker {
    fn of(store: &Rc<Store>) -> Self {
        let gateway = Scripted {
            store: Rc::clone(store),
            ..Scripted::default()
        };
        Self(gateway, Cell::default())
    }

    fn marks(&self) -> Marks<'_, Scripted> {
        Marks::new(&self.0, &self.1)
    }

    fn set(&self, number: u8, until: i64, now: i64) -> Result<Marked, Unavailable> {
        self.marks()
            .set(Ledger::Used, &id(number), at(until), at(now))
    }

    fn has(&self, number: u8, now: i64) -> Result<bool, Unavailable> {
        self.marks().has(Ledger::Used, &id(number), at(now))
    }
}

#[test]
fn what_one_worker_marks_another_finds_until_it_runs_out() {
    let store = Rc::default();
    let [one, other] = [Worker::of(&store), Worker::of(&store)];
    assert_eq!(other.has(1, 0), Ok(false));
    assert_eq!(one.set(1, 60, 0), Ok(Marked::New));
    assert_eq!(other.has(1, 0), Ok(true));
    assert_eq!(other.set(1, 60, 0), Ok(Marked::Before));
    assert_eq!(other.has(2, 0), Ok(false));
    assert_eq!(other.has(1, 59), Ok(true));
    assert_eq!(other.has(1, 60), Ok(false));
    assert_eq!(other.set(1, 100, 60), Ok(Marked::New));
}

#[test]
fn a_mark_keeps_the_later_end() {
    let worker = Worker::of(&Rc::default());
    assert_eq!(worker.set(1, 60, 0), Ok(Marked::New));
    assert_eq!(worker.set(1, 30, 0), Ok(Marked::Before));
    assert_eq!(worker.has(1, 59), Ok(true));
    assert_eq!(worker.set(1, 90, 0), Ok(Marked::Before));
    assert_eq!(worker.has(1, 89), Ok(true));
}

#[test]
fn ledgers_are_kept_apart() {
    let worker = Worker::of(&Rc::default());
    let marks = worker.marks();
    for ledger in Ledger::ALL {
        assert_eq!(marks.has(ledger, &id(1), at(0)), Ok(false), "{ledger:?}");
        assert_eq!(marks.set(ledger, &id(1), at(60), at(0)), Ok(Marked::New));
    }
}

/// Both have seen that the mark is not there; the second write comes between look and write of
/// the first.
#[test]
fn of_two_workers_that_mark_at_a_time_one_is_told_that_it_is_new() {
    for there in [false, true] {
        let store = Rc::default();
        let [one, other] = [Worker::of(&store), Worker::of(&store)];
        if there {
            // The bucket exists: it holds a mark that has run out.
            assert_eq!(one.set(1, 1, 0), Ok(Marked::New));
        }
        assert_eq!(one.marks().since(), other.marks().since());
        store.interleave(move |_| assert_eq!(other.set(1, 60, 2), Ok(Marked::New)));
        assert_eq!(one.set(1, 60, 2), Ok(Marked::Before), "{there}");
    }
}

/// Two marks of one bucket, written at a time: none of them is lost.
#[test]
fn no_mark_of_a_bucket_is_lost_to_another() {
    let store = Rc::default();
    let [one, other] = [Worker::of(&store), Worker::of(&store)];
    assert_eq!(one.marks().since(), other.marks().since());
    store.interleave(move |_| assert_eq!(other.set(2, 60, 0), Ok(Marked::New)));
    assert_eq!(one.set(1, 60, 0), Ok(Marked::New));
    assert_eq!((one.has(1, 0), one.has(2, 0)), (Ok(true), Ok(true)));
}

/// Ids that differ in their last bytes share a bucket.
#[test]
fn a_full_bucket_takes_no_more_until_marks_run_out() {
    let worker = Worker::of(&Rc::default());
    let entries = u8::try_from(ENTRIES).expect("few entries");
    for number in 0..entries {
        let until = if number == 0 { 10 } else { 60 };
        assert_eq!(worker.set(number, until, 0), Ok(Marked::New));
    }
    assert_eq!(worker.set(entries, 60, 0), Err(Unavailable));
    assert_eq!(worker.has(entries, 0), Ok(false));
    // One that is there can still be made to last.
    assert_eq!(worker.set(1, 90, 0), Ok(Marked::Before));
    // One has run out; the others have not.
    assert_eq!(worker.set(entries, 60, 10), Ok(Marked::New));
    assert_eq!(worker.set(entries + 1, 60, 10), Err(Unavailable));
    assert!((1..=entries).all(|number| worker.has(number, 10) == Ok(true)));
}

#[test]
fn a_bucket_that_is_not_one_answers_nothing() {
    let store: Rc<Store> = Rc::default();
    let worker = Worker::of(&store);
    assert_eq!(worker.set(1, 60, 0), Ok(Marked::New));
    let key = worker.marks().key(Ledger::Used, &id(1)).expect("a key");
    for wrong in [vec![0; 23], vec![0; 25], vec![0; 24 * (ENTRIES + 1)]] {
        let (_, seen) = store.read(&key).expect("a bucket");
        assert_eq!(store.write(&key, &wrong, seen), Stored::Done);
        assert_eq!(worker.has(1, 0), Err(Unavailable));
        assert_eq!(worker.set(1, 60, 0), Err(Unavailable));
    }
}

#[test]
fn a_writer_that_always_comes_too_late_gives_up() {
    fn spoil(store: &Store) {
        for key in store.keys().iter().filter(|key| key.contains("/used/")) {
            let (value, seen) = store.read(key).expect("a value");
            assert_eq!(store.write(key, &value, seen), Stored::Done);
        }
        store.interleave(spoil);
    }
    let store: Rc<Store> = Rc::default();
    let worker = Worker::of(&store);
    assert_eq!(worker.set(1, 60, 0), Ok(Marked::New));
    store.interleave(spoil);
    assert_eq!(worker.set(2, 60, 0), Err(Unavailable));
}

#[test]
fn every_failing_call_is_told() {
    for fails_at in 0..4 {
        let gateway = Scripted {
            fails_at: Some(fails_at),
            ..Scripted::default()
        };
        let epoch = Cell::default();
        let marks = Marks::new(&gateway, &epoch);
        let set = marks.set(Ledger::Ended, &id(1), at(60), at(0));
        assert_eq!(set, Err(Unavailable), "call {fails_at}");
    }
}

#[test]
fn a_mark_that_would_not_last_is_not_set() {
    let worker = Worker::of(&Rc::default());
    assert_eq!(worker.set(1, 5, 5), Err(Unavailable));
}

#[test]
fn the_first_to_ask_says_since_when_and_a_look_is_one_call() {
    let store = Rc::default();
    let [one, other] = [Worker::of(&store), Worker::of(&store)];
    assert_eq!(one.marks().since(), Ok(at(0)));
    other.0.later.set(5000);
    assert_eq!(other.marks().since(), Ok(at(0)));
    other.0.calls.borrow_mut().clear();
    assert_eq!(other.has(1, 5), Ok(false));
    assert_eq!(other.0.calls.borrow().len(), 1);
}

#[test]
fn two_that_ask_first_agree_since_when() {
    let store = Rc::default();
    let [one, other] = [Worker::of(&store), Worker::of(&store)];
    other.0.later.set(7000);
    store.interleave(move |_| assert_eq!(other.marks().since(), Ok(at(7))));
    assert_eq!(one.marks().since(), Ok(at(7)));
}

/// Ids are hashes: they spread over all buckets, and never beyond.
#[test]
fn buckets_are_used_evenly() {
    let worker = Worker::of(&Rc::default());
    let marks = worker.marks();
    let mut used = std::collections::HashMap::<_, u32>::new();
    let mut state = 1_u64;
    for _ in 0..64 * 1024 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let mut id = [0; 16];
        id[..8].copy_from_slice(&(state ^ state >> 29).to_le_bytes());
        let key = marks.key(Ledger::Ended, &id).expect("a key");
        *used.entry(key).or_default() += 1;
    }
    assert_eq!(used.len(), 1024);
    assert!(used.values().all(|&count| (20..130).contains(&count)));
}
