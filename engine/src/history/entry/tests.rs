use super::{Entry, Garbled, NOTHING, Taken, VERSION, What, give_back};
use crate::limits::HISTORY_BYTES;
use crate::plan::{Window, WindowKind};

const CALLS: [u8; 8] = *b"calls---";
const ORDERS: [u8; 8] = *b"orders--";

fn some() -> Entry {
    let mut entry = Entry {
        last: 1_234,
        ..Entry::default()
    };
    entry.words_mut(&CALLS).unwrap().extend([0, 7]);
    entry.words_mut(&ORDERS).unwrap().extend([1, 2, 3]);
    entry
}

#[test]
fn what_is_written_is_read() {
    let entry = some();
    let bytes = entry.write().unwrap();
    assert_eq!(bytes.len(), 9 + 10 + 16 + 10 + 24);
    let read = Entry::read(Some(&bytes)).unwrap();
    assert_eq!(read, entry);
    assert_eq!(read.words(&CALLS), [0, 7]);
    assert_eq!(read.words(b"nothing-"), [0_i64; 0]);
    assert_eq!(Entry::read(None), Ok(Entry::default()));
    assert_eq!(Entry::read(Some(&NOTHING)), Ok(Entry::default()));
}

/// Whatever is done to an entry, it is read as what it then says or not at all.
#[test]
fn garbled_bytes_are_no_entry() {
    let bytes = some().write().unwrap();
    let whole = [9, 9 + 10 + 16, bytes.len()];
    for length in 0..bytes.len() {
        let read = Entry::read(Some(&bytes[..length]));
        assert_eq!(read.is_ok(), whole.contains(&length), "{length}");
    }
    for position in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[position] ^= 1 << bit;
            if let Ok(entry) = Entry::read(Some(&changed)) {
                assert_eq!(entry.write(), Some(changed.clone()));
            }
            let taken = [Taken {
                key: CALLS,
                at: 5,
                what: What::Weight(None, 1),
            }];
            let _ = give_back(&changed, &taken);
        }
    }
    assert_eq!(Entry::read(Some(&[])), Err(Garbled));
    let mut other = bytes.clone();
    other[0] = VERSION + 1;
    assert_eq!(Entry::read(Some(&other)), Err(Garbled));
}

#[test]
fn an_entry_has_a_longest() {
    let mut entry = Entry::default();
    let words = (HISTORY_BYTES - 9 - 10) / 8;
    entry.words_mut(&CALLS).unwrap().resize(words, 1);
    let bytes = entry.write().unwrap();
    assert_eq!(Entry::read(Some(&bytes)), Ok(entry.clone()));
    entry.words_mut(&CALLS).unwrap().push(1);
    assert_eq!(entry.write(), None);
    let mut longer = bytes;
    longer.resize(HISTORY_BYTES + 1, 0);
    assert_eq!(Entry::read(Some(&longer)), Err(Garbled));
    // What nobody asks for makes room.
    entry.words_mut(&ORDERS).unwrap().push(5);
    entry.retain(|key| *key == ORDERS);
    assert_eq!(entry.words(&ORDERS), [5]);
    assert!(entry.write().is_some());
}

#[test]
fn only_what_was_counted_is_given_back() {
    let window = Some(Window {
        seconds: 10,
        kind: WindowKind::Fixed,
    });
    let mut entry = some();
    entry.words_mut(&ORDERS).unwrap().extend([4, 5, 6]);
    let bytes = entry.write().unwrap();
    let taken = |key, at, what| Taken { key, at, what };
    let weight = What::Weight(None, 5);
    let after = give_back(&bytes, &[taken(CALLS, 9, weight)]).unwrap();
    let read = Entry::read(Some(&after)).unwrap();
    assert_eq!(read.words(&CALLS), [0, 2]);
    assert_eq!(read.words(&ORDERS), [1, 2, 3, 4, 5, 6]);
    assert_eq!(read.last, 1_234);
    let target = What::Target([1, 2]);
    let after = give_back(&bytes, &[taken(ORDERS, 3, target)]).unwrap();
    let read = Entry::read(Some(&after)).unwrap();
    assert_eq!(read.words(&ORDERS), [4, 5, 6]);
    for nothing in [
        taken(*b"nothing-", 9, weight),
        taken(CALLS, 9, What::Weight(window, 5)),
        taken(ORDERS, 4, target),
        taken(ORDERS, 3, What::Target([2, 1])),
    ] {
        assert_eq!(give_back(&bytes, &[nothing]), Ok(bytes.clone()));
    }
    assert_eq!(give_back(&bytes[1..], &[]), Err(Garbled));
}
