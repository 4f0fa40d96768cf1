//! Random policies, and random requests that are in each other's way.

use super::policy::{Chance, Policy, policy};
use super::reference::Reference;
use super::*;

/// Policies, each with requests of its own. More where the environment says so.
const CASES: u64 = 80;
const REQUESTS: usize = 40;

fn who(chance: &mut Chance) -> Who {
    let mut agents = vec![chance.small(3)];
    while agents.len() < 8 && chance.one_in(4) {
        let other = chance.small(8);
        if !agents.contains(&other) {
            agents.push(other);
        }
    }
    Who {
        agents,
        principal: chance.small(2),
        task_id: chance.small(2),
        session: chance.small(2),
        tenant: chance.small(2),
        has_task: !chance.one_in(8),
    }
}

fn request(chance: &mut Chance, everybody: &[Who], now: i64) -> Request {
    let who = chance.of(everybody);
    let mut call = || (chance.of(&[PAY, MAIL]), chance.small(3));
    let mut calls = vec![call()];
    while calls.len() < 4 && chance.one_in(4) {
        calls.push((chance.of(&[PAY, MAIL]), chance.small(3)));
    }
    if calls.len() == 1 && chance.one_in(3) {
        calls = vec![(READ, chance.small(3))];
    }
    Request { who, calls, now }
}

/// Everything that was written, but for entries that say nothing.
fn written(host: &Table) -> BTreeMap<MarkId, Vec<u8>> {
    let mut entries = host.entries.borrow().clone();
    entries.retain(|_, bytes| bytes[..] != crate::history::NOTHING);
    entries
}

struct Run<'a> {
    policy: &'a Policy,
    engine: &'a Engine,
    host: Table,
    reference: Reference,
    about: String,
}

impl Run<'_> {
    fn sends(&mut self, request: &Request) {
        let came = send(self.engine, &self.host, request);
        self.is(&came, request);
    }

    fn is(&mut self, came: &Came, request: &Request) {
        let expected = self.reference.send(self.policy, request);
        assert_eq!(*came, expected, "{} {request:?}", self.about);
    }

    /// Another request comes between the decision and its writing: it is as if one of them had come
    /// wholly before the other. Which, is not said: what a request only reads it does not hold.
    fn sends_before(&mut self, quicker: &Request, slower: &Request) {
        let sent = Sent::new(slower);
        match sent.decide(self.engine, &self.host, &Again::default()) {
            Ok(allow) => {
                let first = send(self.engine, &self.host, quicker);
                let settled = sent.settle(self.engine, &self.host, Some(Ok(allow)));
                let second = came(settled, &self.host).0;
                let mut past = self.reference.clone();
                let before = past.send(self.policy, quicker);
                let after = past.send(self.policy, slower);
                if [&before, &after] == [&first, &second] {
                    self.reference = past;
                } else {
                    self.is(&second, slower);
                    self.is(&first, quicker);
                }
            }
            Err(refusal) => {
                self.is(&came(Err(refusal), &self.host).0, slower);
                self.sends(quicker);
            }
        }
    }

    /// A write fails: the request is refused, and nothing is written.
    fn fails(&mut self, request: &Request, works: u32) {
        let before = written(&self.host);
        let broken = Some((works, Err(Unavailable)));
        self.host.broken.set(broken);
        let settled = Sent::new(request).settle(self.engine, &self.host, None);
        let is_used = self.host.broken.take().is_none();
        match settled {
            Err(refusal) if is_used => {
                assert_eq!(refusal.record().reason(), Reason::StateUnavailable);
                refusal.count(&self.host);
                assert_eq!(written(&self.host), before, "{} {request:?}", self.about);
            }
            settled => {
                let (came, _) = came(settled, &self.host);
                self.is(&came, request);
            }
        }
    }

    /// Nothing can be read: what needs to is refused, and nothing is written.
    fn is_away(&mut self, request: &Request) {
        let before = written(&self.host);
        self.host.is_away.set(true);
        let came = send(self.engine, &self.host, request);
        self.host.is_away.set(false);
        assert_eq!(written(&self.host), before);
        if came.reason.status() == 200 {
            let past = self.reference.clone();
            let expected = self.reference.send(self.policy, request);
            assert!(past == self.reference, "{} {request:?}", self.about);
            assert_eq!(expected.reason.status(), 200);
        }
    }
}

fn run(seed: u64) {
    let mut chance = Chance(seed);
    let policy = policy(&mut chance);
    let engine = engine(&policy.plan);
    let mut run = Run {
        policy: &policy,
        engine: &engine,
        host: Table::default(),
        reference: Reference::default(),
        about: format!("seed {seed}"),
    };
    let everybody: Vec<Who> = (0..4).map(|_| who(&mut chance)).collect();
    let mut clock = 1_010_000;
    for _ in 0..REQUESTS {
        let longest = chance.of(&[1, 300, 4_000, 12_000]);
        clock += i64::try_from(chance.below(longest)).unwrap();
        let now = clock - i64::from(chance.small(2)) * i64::from(chance.small(200));
        let first = request(&mut chance, &everybody, now);
        match chance.below(12) {
            0 | 1 => {
                let second = request(&mut chance, &everybody, clock);
                run.sends_before(&first, &second);
            }
            2 => {
                let works = chance.small(3).into();
                run.host.broken.set(Some((works, Ok(Stored::Changed))));
                run.sends(&first);
                run.host.broken.set(None);
            }
            3 => run.fails(&first, chance.small(3).into()),
            4 => run.is_away(&first),
            _ => run.sends(&first),
        }
    }
}

#[test]
fn every_decision_is_that_of_the_reference() {
    let cases = std::env::var("PROPTEST_CASES");
    let cases = cases.map_or(CASES, |cases| cases.parse().unwrap());
    (0..cases).for_each(run);
}
