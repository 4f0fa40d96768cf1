//! Many workers at random beside one plain map.

use std::collections::BTreeMap;

use remit_engine::limits::HISTORY_BYTES;

use super::*;

/// A history in the map.
#[derive(Clone)]
struct Plain {
    owner: Owner,
    until: i64,
    bytes: Vec<u8>,
}

/// The rules over a plain map.
#[derive(Clone, Default)]
struct Model(BTreeMap<u8, Plain>);

impl Model {
    fn get(&self, number: u8, now: i64) -> Option<Vec<u8>> {
        let one = self.0.get(&number).filter(|one| one.until > now)?;
        Some(one.bytes.clone())
    }

    fn keep(&mut self, number: u8, before: Option<&[u8]>, after: &Plain, now: i64) -> Stored {
        let mut live = self.0.clone();
        live.retain(|_, one| one.until > now);
        let there = live.get(&number);
        if there.map(|one| &one.bytes[..]) != before {
            return Stored::Changed;
        }
        let mut after = after.clone();
        if let Some(there) = there {
            after.owner = there.owner;
        } else {
            let (issuer, tenant) = (after.owner.issuer, after.owner.tenant);
            let of_issuer = || live.values().filter(|one| one.owner.issuer == issuer);
            let of_tenant = of_issuer().filter(|one| one.owner.tenant == tenant);
            if live.len() >= 32 || of_issuer().count() >= 24 || of_tenant.count() >= 16 {
                return Stored::Full;
            }
        }
        live.insert(number, after);
        self.0 = live;
        Stored::Done
    }
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ mixed >> 31) % end
    }

    /// Mostly short.
    fn bytes(&mut self) -> Vec<u8> {
        let most = if self.below(100) == 0 {
            HISTORY_BYTES as u64
        } else {
            40
        };
        let length = self.below(most + 1);
        vec![self.below(256) as u8; length as usize]
    }
}

/// What happened, so that it is noticed where something never does.
#[derive(Default)]
struct Happened {
    done: u32,
    changed: u32,
    full: u32,
    ran_out: u32,
    between: u32,
}

fn keep(worker: &Worker, number: u8, before: Option<&[u8]>, after: &Plain, now: i64) -> Stored {
    let change = Change {
        id: &id(number),
        before,
        after: &after.bytes,
        owner: after.owner,
        until: at(after.until),
    };
    let stored = worker.table().keep(ROOM, &change, at(now));
    stored.expect("an answer")
}

fn run(seed: u64, happened: &mut Happened) {
    let mut chance = Chance(seed);
    let store: Rc<Store> = Rc::default();
    let workers: Vec<_> = (0..3).map(|_| Rc::new(Worker::of(&store))).collect();
    // The epoch and the size are known before anything comes between.
    assert!(workers.iter().all(|worker| worker.get(0, 0) == Ok(None)));
    let mut model = Model::default();
    let (ids, mut now) = (20 + chance.below(40), 0);
    for _ in 0..300 {
        // Now and then the clock is set back.
        now = i64::max(0, now + chance.below(7) as i64 - 2);
        let number = chance.below(ids) as u8;
        let another = [number, chance.below(ids) as u8][chance.below(2) as usize];
        let [mine, theirs] = [(); 2].map(|()| Plain {
            owner: owner(chance.below(2) as u32, chance.below(2) as u32),
            until: now + 1 + chance.below(300) as i64,
            bytes: chance.bytes(),
        });
        let worker = &workers[chance.below(3) as usize];
        let other = Rc::clone(&workers[chance.below(3) as usize]);
        let read = worker.get(number, now).expect("an answer");
        assert_eq!(read, model.get(number, now), "seed {seed}");
        happened.ran_out += u32::from(read.is_none() && model.0.contains_key(&number));
        let before = read.as_deref();
        // Another worker is quicker: between read and change, or between look and write of it.
        if chance.below(3) == 0 {
            let writes = model.clone().keep(number, before, &mine, now) == Stored::Done;
            let read = other.get(another, now).expect("an answer");
            let expected = model.keep(another, read.as_deref(), &theirs, now);
            let change = move |_: &Store| {
                let stored = keep(&other, another, read.as_deref(), &theirs, now);
                assert_eq!(stored, expected, "seed {seed}");
            };
            if writes && chance.below(4) != 0 {
                store.interleave(change);
                happened.between += 1;
            } else {
                change(&store);
            }
        }
        let expected = model.keep(number, before, &mine, now);
        let stored = keep(worker, number, before, &mine, now);
        assert_eq!(stored, expected, "seed {seed}");
        match expected {
            Stored::Done => happened.done += 1,
            Stored::Changed => happened.changed += 1,
            Stored::Full => happened.full += 1,
        }
        let (bucket, _) = store.read(&worker.key()).expect("a bucket");
        let most = bucket::HEAD + ENTRIES * (bucket::ENTRY_HEAD + HISTORY_BYTES);
        assert!(bucket.len() <= most);
    }
    let rest = (0..=u8::MAX).filter(|&number| worker_differs(&workers[0], &model, number, now));
    assert_eq!(rest.count(), 0, "seed {seed}");
}

fn worker_differs(worker: &Worker, model: &Model, number: u8, now: i64) -> bool {
    worker.get(number, now) != Ok(model.get(number, now))
}

/// No change is lost and none is made up, whoever makes it, and each is refused for its reason.
#[test]
fn it_does_as_a_plain_map_does() {
    let mut happened = Happened::default();
    for seed in 0..50 {
        run(seed, &mut happened);
    }
    let Happened {
        done,
        changed,
        full,
        ran_out,
        between,
    } = happened;
    let counts = [done, changed, full, ran_out, between];
    let least = [8000, 1500, 1000, 25, 2000];
    assert!(
        counts
            .iter()
            .zip(least)
            .all(|(&count, least)| count > least),
        "{counts:?}"
    );
}
