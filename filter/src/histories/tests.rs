//! A table over what the workers of a scripted process share.

mod broken;
mod model;
mod room;

use std::rc::Rc;

use remit_engine::host::Owner;

use super::*;
use crate::scripted::{NOW, Scripted, Store};

const ROOM: u32 = 16_384;

fn at(seconds: i64) -> UnixTime {
    UnixTime::from_seconds(NOW + seconds)
}

/// Ids that differ in their last bytes share a bucket.
fn id(number: u8) -> MarkId {
    let mut id = [0; 16];
    id[15] = number;
    id
}

const fn owner(issuer: u32, tenant: u32) -> Owner {
    Owner { issuer, tenant }
}

/// A worker of the process that has this store.
struct Worker(Scripted, Vm);

impl Worker {
    fn of(store: &Rc<Store>) -> Self {
        let gateway = Scripted {
            store: Rc::clone(store),
            ..Scripted::default()
        };
        Self(gateway, Vm::new())
    }

    fn table(&self) -> Histories<'_, Scripted> {
        Histories::new(&self.0, &self.1)
    }

    fn get(&self, number: u8, now: i64) -> Result<Option<Vec<u8>>, Unavailable> {
        let kept = self.table().get(ROOM, &id(number), at(now))?;
        Ok(kept.bytes)
    }

    fn since(&self, number: u8, now: i64) -> Result<UnixTime, Unavailable> {
        Ok(self.table().get(ROOM, &id(number), at(now))?.since)
    }

    /// Changes a history of the first tenant of the first issuer, until a minute from now.
    fn keep(
        &self,
        number: u8,
        before: Option<&[u8]>,
        after: &[u8],
        now: i64,
    ) -> Result<Stored, Unavailable> {
        self.keep_of(owner(0, 0), number, before, after, now)
    }

    fn keep_of(
        &self,
        owner: Owner,
        number: u8,
        before: Option<&[u8]>,
        after: &[u8],
        now: i64,
    ) -> Result<Stored, Unavailable> {
        let change = Change {
            id: &id(number),
            before,
            after,
            owner,
            until: at(now + 60),
        };
        self.table().keep(ROOM, &change, at(now))
    }

    /// The key of the bucket that all ids of [`id`] are in.
    fn key(&self) -> String {
        self.table().key(ROOM, &id(0)).expect("a key")
    }
}

#[test]
fn what_one_worker_keeps_another_finds_until_it_runs_out() {
    let store = Rc::default();
    let [one, other] = [Worker::of(&store), Worker::of(&store)];
    assert_eq!(other.get(1, 0), Ok(None));
    assert_eq!(one.keep(1, None, b"a", 0), Ok(Stored::Done));
    assert_eq!(other.get(1, 59), Ok(Some(b"a".to_vec())));
    assert_eq!(other.get(2, 0), Ok(None));
    assert_eq!(other.keep(1, Some(b"a"), b"", 10), Ok(Stored::Done));
    assert_eq!(one.get(1, 69), Ok(Some(Vec::new())));
    assert_eq!(one.get(1, 70), Ok(None));
    assert_eq!(one.keep(1, None, b"c", 70), Ok(Stored::Done));
    assert_eq!(other.get(1, 70), Ok(Some(b"c".to_vec())));
    assert_eq!(other.since(1, 70), Ok(UnixTime::from_millis(0)));
}

#[test]
fn an_end_may_come_nearer() {
    let worker = Worker::of(&Rc::default());
    assert_eq!(worker.keep(1, None, b"a", 0), Ok(Stored::Done));
    // The clock was set back.
    assert_eq!(worker.keep(1, Some(b"a"), b"b", -30), Ok(Stored::Done));
    assert_eq!(worker.get(1, 29), Ok(Some(b"b".to_vec())));
    assert_eq!(worker.get(1, 30), Ok(None));
}

#[test]
fn what_is_another_than_was_read_stays() {
    let worker = Worker::of(&Rc::default());
    assert_eq!(worker.keep(1, Some(b"a"), b"b", 0), Ok(Stored::Changed));
    assert_eq!(worker.get(1, 0), Ok(None));
    assert_eq!(worker.keep(1, None, b"a", 0), Ok(Stored::Done));
    for before in [None, Some(&b""[..]), Some(b"b"), Some(b"aa")] {
        assert_eq!(worker.keep(1, before, b"c", 0), Ok(Stored::Changed));
    }
    assert_eq!(worker.get(1, 0), Ok(Some(b"a".to_vec())));
    // It has run out since it was read.
    assert_eq!(worker.keep(1, Some(b"a"), b"b", 60), Ok(Stored::Changed));
}

/// What was read is not read again to be changed, unless another worker has written since.
#[test]
fn what_was_read_is_changed_without_another_look() {
    let store = Rc::default();
    let [one, other] = [Worker::of(&store), Worker::of(&store)];
    assert_eq!(other.keep(1, None, b"a", 0), Ok(Stored::Done));
    let look = format!("shared {}", one.key());
    let looks = || {
        one.0
            .calls
            .borrow()
            .iter()
            .filter(|call| **call == look)
            .count()
    };
    let (id, table) = (id(1), one.table());
    let change = |before, after| Change {
        id: &id,
        before: Some(before),
        after,
        owner: owner(0, 0),
        until: at(60),
    };
    let read = table.get(ROOM, &id, at(0)).map(|kept| kept.bytes);
    assert_eq!(read, Ok(Some(b"a".to_vec())));
    let keep = |before, after| table.keep(ROOM, &change(before, after), at(0));
    assert_eq!(keep(b"a", b"b"), Ok(Stored::Done));
    assert_eq!(looks(), 1);
    assert_eq!(keep(b"b", b"c"), Ok(Stored::Done));
    assert_eq!(looks(), 2);
    assert!(table.get(ROOM, &id, at(0)).is_ok());
    assert_eq!(other.keep(1, Some(b"c"), b"d", 0), Ok(Stored::Done));
    assert_eq!(keep(b"c", b"e"), Ok(Stored::Changed));
    assert_eq!(looks(), 4);
    assert_eq!(other.get(1, 0), Ok(Some(b"d".to_vec())));
}

/// Both have seen that it is not there; the second write comes between look and write of the first.
#[test]
fn of_two_workers_that_make_a_history_at_a_time_one_is_told_that_it_is_changed() {
    for there in [false, true] {
        let store = Rc::default();
        let [one, other] = [Worker::of(&store), Worker::of(&store)];
        if there {
            assert_eq!(one.keep(9, None, b"x", 0), Ok(Stored::Done));
        }
        assert_eq!((one.get(1, 0), other.get(1, 0)), (Ok(None), Ok(None)));
        store.interleave(move |_| assert_eq!(other.keep(1, None, b"b", 0), Ok(Stored::Done)));
        assert_eq!(one.keep(1, None, b"a", 0), Ok(Stored::Changed), "{there}");
        assert_eq!(one.get(1, 0), Ok(Some(b"b".to_vec())));
    }
}

#[test]
fn of_two_workers_that_change_a_history_at_a_time_one_is_told_that_it_is_changed() {
    let store = Rc::default();
    let [one, other] = [Worker::of(&store), Worker::of(&store)];
    assert_eq!(one.keep(1, None, b"a", 0), Ok(Stored::Done));
    assert_eq!(other.get(1, 0), Ok(Some(b"a".to_vec())));
    store.interleave(move |_| assert_eq!(other.keep(1, Some(b"a"), b"b", 0), Ok(Stored::Done)));
    assert_eq!(one.keep(1, Some(b"a"), b"c", 0), Ok(Stored::Changed));
    assert_eq!(one.get(1, 0), Ok(Some(b"b".to_vec())));
}

#[test]
fn a_change_of_another_history_in_the_bucket_does_not_matter() {
    let store = Rc::default();
    let [one, other] = [Worker::of(&store), Worker::of(&store)];
    assert_eq!(one.keep(1, None, b"a", 0), Ok(Stored::Done));
    assert_eq!(other.get(1, 0), Ok(Some(b"a".to_vec())));
    store.interleave(move |_| assert_eq!(other.keep(2, None, b"b", 0), Ok(Stored::Done)));
    assert_eq!(one.keep(1, Some(b"a"), b"c", 0), Ok(Stored::Done));
    assert_eq!(one.get(1, 0), Ok(Some(b"c".to_vec())));
    assert_eq!(one.get(2, 0), Ok(Some(b"b".to_vec())));
}

#[test]
fn a_writer_that_always_comes_too_late_gives_up() {
    fn spoil(store: &Store) {
        let keys = store.keys();
        let key = keys.iter().find(|key| !key.ends_with('s')).expect("one");
        let (value, seen) = store.read(key).expect("a value");
        assert_eq!(store.write(key, &value, seen), crate::gateway::Stored::Done);
        store.interleave(spoil);
    }
    let store: Rc<Store> = Rc::default();
    let worker = Worker::of(&store);
    assert_eq!(worker.keep(1, None, b"a", 0), Ok(Stored::Done));
    store.interleave(spoil);
    assert_eq!(worker.keep(1, Some(b"a"), b"b", 0), Err(Unavailable));
}

#[test]
fn a_history_that_would_not_last_is_not_kept() {
    let worker = Worker::of(&Rc::default());
    let change = Change {
        id: &id(1),
        before: None,
        after: b"a",
        owner: owner(0, 0),
        until: at(5),
    };
    let kept = worker.table().keep(ROOM, &change, at(5));
    assert_eq!(kept, Err(Unavailable));
}

#[test]
fn every_failing_call_is_told() {
    type Ask = fn(&Worker) -> Result<(), Unavailable>;
    let get: Ask = |worker| worker.get(1, 0).map(|_| ());
    let keep: Ask = |worker| worker.keep(1, None, b"a", 0).map(|_| ());
    // The clock; look and write of the epoch and of the number of buckets; then of the bucket.
    for (ask, calls) in [(get, 6), (keep, 7)] {
        for fails_at in 0..=calls {
            let gateway = Scripted {
                fails_at: Some(fails_at),
                ..Scripted::default()
            };
            let asked = ask(&Worker(gateway, Vm::new()));
            assert_eq!(asked.is_ok(), fails_at == calls, "call {fails_at}");
        }
    }
}

#[test]
fn a_look_is_one_call_and_a_change_two() {
    let worker = Worker::of(&Rc::default());
    assert_eq!(worker.keep(1, None, b"a", 0), Ok(Stored::Done));
    worker.0.calls.borrow_mut().clear();
    assert_eq!(worker.get(1, 0), Ok(Some(b"a".to_vec())));
    assert_eq!(worker.0.calls.borrow().len(), 1);
    assert_eq!(worker.keep(1, Some(b"a"), b"b", 0), Ok(Stored::Done));
    assert_eq!(worker.0.calls.borrow().len(), 3);
}
