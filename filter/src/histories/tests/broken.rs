//! Values that another filter wrote.

use remit_engine::limits::HISTORY_BYTES;

use super::*;

/// A bucket with these histories, each with how long it says it is.
fn bucket(since: i64, entries: &[(u32, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0xb1];
    bytes.extend(since.to_le_bytes());
    for (length, kept) in entries {
        bytes.extend(id(1));
        bytes.extend([0; 8]);
        bytes.extend(at(60).millis().to_le_bytes());
        bytes.extend(length.to_le_bytes());
        bytes.extend(*kept);
    }
    bytes
}

fn write(store: &Store, key: &str, value: &[u8]) {
    let (_, seen) = store.read(key).expect("a value");
    assert_eq!(store.write(key, value, seen), crate::gateway::Stored::Done);
}

/// What is no bucket.
fn broken() -> Vec<Vec<u8>> {
    let long = vec![0; HISTORY_BYTES + 1];
    let mut values = vec![
        Vec::new(),
        b"{\"not\": \"ours\"}".to_vec(),
        vec![0; 9],
        vec![0xff; 4096],
        bucket(-1, &[]),
        bucket(i64::MAX, &[]),
        bucket(0, &[(2, b"a")]),
        bucket(0, &[(u32::MAX, b"a")]),
        bucket(0, &[(1, b"a"), (0, b"a")]),
        bucket(0, &[(long.len() as u32, &long)]),
        bucket(0, &[(1, &b"a"[..]); ENTRIES + 1]),
    ];
    let whole = bucket(0, &[(1, b"a"), (3, b"abc")]);
    let ends = (0..whole.len()).filter(|end| ![9, 46].contains(end));
    values.extend(ends.map(|end| whole[..end].to_vec()));
    values
}

#[test]
fn a_bucket_that_cannot_be_read_is_refused_once_and_then_begins_anew() {
    for value in broken() {
        let store: Rc<Store> = Rc::default();
        let [one, other] = [Worker::of(&store), Worker::of(&store)];
        assert_eq!(one.keep(1, None, b"a", 0), Ok(Stored::Done));
        write(&store, &one.key(), &value);
        assert_eq!(one.get(2, 7), Err(Unavailable), "{value:?}");
        assert_eq!(other.get(1, 8), Ok(None), "{value:?}");
        assert_eq!(other.since(1, 8), Ok(at(7)));
        assert_eq!(other.keep(1, Some(b"a"), b"b", 8), Ok(Stored::Changed));
        assert_eq!(other.keep(1, None, b"b", 8), Ok(Stored::Done));
        assert_eq!(one.get(1, 9), Ok(Some(b"b".to_vec())));
        assert_eq!(one.since(1, 9), Ok(at(7)));
    }
}

#[test]
fn a_change_in_a_bucket_that_cannot_be_read_is_refused_once() {
    for value in broken() {
        let store: Rc<Store> = Rc::default();
        let worker = Worker::of(&store);
        assert_eq!(worker.keep(1, None, b"a", 0), Ok(Stored::Done));
        write(&store, &worker.key(), &value);
        let kept = worker.keep(1, Some(b"a"), b"b", 7);
        assert_eq!(kept, Err(Unavailable), "{value:?}");
        assert_eq!(worker.get(1, 8), Ok(None));
        assert_eq!(worker.since(1, 8), Ok(at(7)));
    }
}

/// The other bucket lives on: what is since when depends on it alone.
#[test]
fn other_buckets_are_not_touched() {
    let store: Rc<Store> = Rc::default();
    let worker = Worker::of(&store);
    let elsewhere = [0xa5; 16];
    assert_ne!(worker.table().key(ROOM, &elsewhere), Ok(worker.key()));
    let change = Change {
        id: &elsewhere,
        before: None,
        after: b"a",
        owner: owner(0, 0),
        until: at(60),
    };
    assert_eq!(worker.table().keep(ROOM, &change, at(0)), Ok(Stored::Done));
    assert_eq!(worker.keep(1, None, b"a", 0), Ok(Stored::Done));
    write(&store, &worker.key(), b"x");
    assert_eq!(worker.get(1, 7), Err(Unavailable));
    let kept = worker
        .table()
        .get(ROOM, &elsewhere, at(7))
        .expect("a history");
    assert_eq!(
        (kept.bytes, kept.since),
        (Some(b"a".to_vec()), UnixTime::from_millis(0))
    );
}

/// Another worker has begun it anew, and something is kept there already.
#[test]
fn a_bucket_is_begun_anew_once() {
    let store: Rc<Store> = Rc::default();
    let [one, other] = [Worker::of(&store), Worker::of(&store)];
    assert_eq!(one.keep(1, None, b"a", 0), Ok(Stored::Done));
    assert_eq!(other.get(1, 0), Ok(Some(b"a".to_vec())));
    write(&store, &one.key(), b"x");
    store.interleave(move |_| {
        assert_eq!(other.get(2, 5), Err(Unavailable));
        assert_eq!(other.keep(2, None, b"b", 6), Ok(Stored::Done));
    });
    assert_eq!(one.get(1, 7), Err(Unavailable));
    assert_eq!(one.get(2, 7), Ok(Some(b"b".to_vec())));
    assert_eq!(one.since(1, 7), Ok(at(5)));
}

/// Bytes of all kinds: refused or read, and never more than once refused.
#[test]
fn whatever_stands_there_the_next_look_is_answered() {
    let store: Rc<Store> = Rc::default();
    let worker = Worker::of(&store);
    assert_eq!(worker.keep(1, None, b"a", 0), Ok(Stored::Done));
    let key = worker.key();
    let whole = bucket(0, &[(1, b"a"), (3, b"abc"), (0, b"")]);
    for place in 0..whole.len() {
        for bit in 0..8 {
            let mut value = whole.clone();
            value[place] ^= 1 << bit;
            write(&store, &key, &value);
            let _ = worker.get(1, 0);
            assert!(worker.get(1, 0).is_ok(), "{place} {bit}");
        }
    }
}

#[test]
fn a_table_of_unknown_size_answers_nothing() {
    for wrong in [&b"x"[..], b"", &[0; 4], &[0xff; 4], &[0; 8]] {
        let store: Rc<Store> = Rc::default();
        let [one, other] = [Worker::of(&store), Worker::of(&store)];
        assert_eq!(one.keep(1, None, b"a", 0), Ok(Stored::Done));
        write(&store, BUCKETS, wrong);
        assert_eq!(other.get(1, 0), Err(Unavailable), "{wrong:?}");
        assert_eq!(other.keep(1, None, b"b", 0), Err(Unavailable));
        // Who has looked before knows it.
        assert_eq!(one.get(1, 0), Ok(Some(b"a".to_vec())));
    }
}
