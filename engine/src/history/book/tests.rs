use std::cell::Cell;

use super::{Book, DENIALS, Past, join};
use crate::crypto::{HostCrypto, HostVerdict};
use crate::decision::Reason;
use crate::history::entry::Entry;
use crate::host::{Host, Kept, MarkId, Unavailable};
use crate::limits::HISTORY_BYTES;
use crate::plan::*;
use crate::tests::{engine, mint, triage};
use crate::time::UnixTime;
use crate::token::{UnverifiedToken, VerifiedToken};

/// A host that has one entry for whoever asks.
struct One {
    kept: Result<Kept, Unavailable>,
    asked: Cell<u32>,
}

impl HostCrypto for One {
    fn verify(&self, _: Algorithm, _: &[u8], _: &[u8], _: &[u8]) -> HostVerdict {
        HostVerdict::Unsupported
    }
}

impl Host for One {
    fn history(&self, _: u32, _: &MarkId, _: UnixTime) -> Result<Kept, Unavailable> {
        self.asked.set(self.asked.get() + 1);
        self.kept.clone()
    }
}

fn one(bytes: Option<Vec<u8>>, since: i64) -> One {
    let since = UnixTime::from_seconds(since);
    One {
        kept: Ok(Kept { bytes, since }),
        asked: Cell::new(0),
    }
}

fn limit(key: HistoryKey) -> Limit {
    Limit {
        id: "calls".into(),
        key,
        mode: Mode::Enforce,
        per: Per::Agent,
        counts: Counts::Calls,
        operations: vec![(OperationId(0), 1)],
        at_most: 3,
        window: None,
        since: None,
        beyond: Beyond::Refuse,
        fleet: None,
    }
}

fn plan() -> Plan {
    let mut plan = triage();
    plan.history.keep = 60;
    plan.history.limits = vec![limit(*b"known---")];
    plan.history.memories = vec![Memory {
        per: Per::Agent,
        key: *b"memory--",
        targets: Some(Targets {
            by: vec![],
            operations: vec![],
            at_most: 2,
        }),
    }];
    plan
}

fn token() -> VerifiedToken {
    let token = mint("");
    let token = UnverifiedToken::parse(token.as_bytes()).unwrap();
    let (plan, engine) = (triage(), engine(&triage()));
    let verified = engine
        .verifier()
        .verify(&plan, &token, &crate::crypto::NoHostCrypto);
    verified.map_err(|refused| refused.reason()).unwrap()
}

/// What comes of asking a book.
fn ask<R>(plan: &Plan, host: &One, ask: impl FnOnce(&Past<'_>) -> R) -> R {
    let book = Book::default();
    let token = token();
    ask(&Past {
        book: &book,
        plan,
        token: &token,
        host,
        now: UnixTime::from_seconds(1100),
    })
}

#[test]
fn what_is_read_is_read_once_and_changed_in_copies() {
    let (plan, host) = (plan(), one(None, 0));
    ask(&plan, &host, |past| {
        let limit = &plan.history.limits[0];
        for counted in 0..3 {
            assert_eq!(past.room(limit, 3, 1, [0; 2]), Ok(Ok(counted)));
            past.take(limit, 1, [0; 2]).unwrap();
        }
        assert!(past.room(limit, 3, 1, [0; 2]).unwrap().is_err());
        assert_eq!(past.room(limit, 3, 0, [0; 2]), Ok(Ok(3)));
        assert!(past.room(limit, 4, 1, [0; 2]).unwrap().is_ok());
        assert_eq!(past.last(Per::Agent), Ok(None));
        past.goes_on(Per::Agent).unwrap();
        assert_eq!(past.last(Per::Agent), Ok(Some(1_100_000)));
        let drafts = past.drafts().unwrap();
        assert_eq!(drafts.len(), 1);
        assert_eq!(drafts[0].before, None);
        assert_eq!(drafts[0].taken.len(), 3);
        assert_eq!(drafts[0].until, UnixTime::from_seconds(1160));
    });
    assert_eq!(host.asked.get(), 1);
    // What was only looked at is not written.
    let looked = ask(&plan, &host, |past| {
        past.denials(Per::Agent).unwrap();
        past.drafts().unwrap().len()
    });
    assert_eq!(looked, 0);
}

#[test]
fn what_cannot_be_read_is_no_history() {
    let plan = plan();
    let unavailable = Some(Reason::StateUnavailable);
    let refused = |host: &One| {
        ask(&plan, host, |past| {
            let denials = past.denials(Per::Agent).err();
            assert_eq!(past.book.lost(), denials);
            denials
        })
    };
    let host = One {
        kept: Err(Unavailable),
        asked: Cell::new(0),
    };
    assert_eq!(refused(&host), unavailable);
    assert_eq!(refused(&one(Some(vec![7; 9]), 0)), unavailable);
    // The token was issued at 1000 s.
    assert_eq!(refused(&one(None, 1000)), None);
    assert_eq!(refused(&one(None, 1001)), unavailable);
    let mut entry = Entry::default();
    entry.words_mut(&DENIALS).unwrap().extend([0, -1]);
    assert_eq!(refused(&one(entry.write(), 0)), unavailable);
}

#[test]
fn a_memory_with_all_its_targets_takes_no_other() {
    let (plan, host) = (plan(), one(None, 0));
    let memory = MemoryId(0);
    ask(&plan, &host, |past| {
        for target in [[1, 1], [2, 2], [1, 1]] {
            past.remember(memory, target).unwrap();
        }
        assert_eq!(past.has_target(memory, [2, 2]), Ok(true));
        assert_eq!(past.has_target(memory, [3, 3]), Ok(false));
        assert_eq!(past.remember(memory, [3, 3]), Err(Reason::HistoryFull));
    });
    assert_eq!(
        ask(&plan, &host, |past| past.remember(MemoryId(1), [1, 1])),
        Err(Reason::HostFailure)
    );
}

/// What earlier policies have left behind makes room; what this one asks for does not.
#[test]
fn an_entry_that_has_grown_too_long_is_not_refused_for_ever() {
    let plan = plan();
    let full = |key: HistoryKey| {
        let mut entry = Entry::default();
        entry.words_mut(b"known---").unwrap().extend([0, 2]);
        let words = (HISTORY_BYTES - 9 - 26 - 10) / 8;
        let filled = entry.words_mut(&key).unwrap();
        filled.resize(words - words % 2 - 1, 1);
        entry.write().unwrap()
    };
    let after = |bytes: Vec<u8>| {
        ask(&plan, &one(Some(bytes), 0), |past| {
            past.take(&plan.history.limits[0], 1, [0; 2]).unwrap();
            past.remember(MemoryId(0), [5, 5]).unwrap();
            past.refused(Per::Agent).unwrap();
            past.drafts()
        })
    };
    let drafts = after(full(*b"unknown-")).unwrap();
    let entry = Entry::read(Some(&drafts[0].after)).unwrap();
    assert_eq!(entry.words(b"known---"), [0, 3]);
    assert_eq!(entry.words(&DENIALS), [0, 1]);
    assert_eq!(entry.words(b"unknown-"), [0_i64; 0]);
    let mut wide = plan.clone();
    wide.history.memories[0].targets.as_mut().unwrap().at_most = 9_999;
    let host = one(Some(full(*b"memory--")), 0);
    let refused = ask(&wide, &host, |past| {
        past.remember(MemoryId(0), [5, 5]).unwrap();
        past.drafts().err()
    });
    assert_eq!(refused, Some(Reason::HistoryFull));
}

#[test]
fn calls_of_several_memories_are_one() {
    let sum = i64::saturating_add;
    assert_eq!(join(None, None, sum), None);
    assert_eq!(join(Some([1, 5, 6]), None, sum), Some([1, 5, 6]));
    assert_eq!(join(None, Some([1, 5, 6]), sum), Some([1, 5, 6]));
    let both = join(Some([1, 5, 6]), Some([2, 3, 4]), sum);
    assert_eq!(both, Some([3, 3, 6]));
    let both = join(Some([1, 5, 6]), Some([2, 7, 9]), i64::max);
    assert_eq!(both, Some([2, 5, 9]));
}
