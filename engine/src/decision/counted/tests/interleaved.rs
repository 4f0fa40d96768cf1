//! A few workers at once, in every order that their questions to the host can come in.
//!
//! A worker is what it was answered so far: with the same answers it always comes to ask the same
//! next. So it is run from its beginning for each step, and nothing is left to chance or threads.

use std::collections::BTreeSet;

use super::*;

/// An answer of the host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    Read(Option<Vec<u8>>),
    Kept(bool),
}

/// A question to the host.
#[derive(Debug, Clone)]
enum Question {
    Read(MarkId),
    Keep(MarkId, Option<Vec<u8>>, Vec<u8>),
}

/// Answers as before; notes the first question that was not asked before.
struct Replay<'a> {
    answers: &'a [Answer],
    next: Cell<usize>,
    asks: RefCell<Option<Question>>,
}

impl Replay<'_> {
    fn ask(&self, question: Question) -> Result<Answer, Unavailable> {
        let position = self.next.get();
        self.next.set(position + 1);
        let answer = self.answers.get(position).cloned();
        if answer.is_none() && self.asks.borrow().is_none() {
            *self.asks.borrow_mut() = Some(question);
        }
        answer.ok_or(Unavailable)
    }
}

impl HostCrypto for Replay<'_> {
    fn verify(&self, _: Algorithm, _: &[u8], _: &[u8], _: &[u8]) -> HostVerdict {
        HostVerdict::Unsupported
    }
}

impl Host for Replay<'_> {
    fn history(&self, _: u32, id: &MarkId, _: UnixTime) -> Result<Kept, Unavailable> {
        match self.ask(Question::Read(*id))? {
            Answer::Read(bytes) => Ok(Kept {
                bytes,
                since: UnixTime::from_seconds(0),
            }),
            Answer::Kept(_) => panic!("it asks as before"),
        }
    }

    fn keep(&self, _: u32, change: &Change<'_>, _: UnixTime) -> Result<Stored, Unavailable> {
        let before = change.before.map(<[u8]>::to_vec);
        match self.ask(Question::Keep(*change.id, before, change.after.to_vec()))? {
            Answer::Kept(true) => Ok(Stored::Done),
            Answer::Kept(false) => Ok(Stored::Changed),
            Answer::Read(_) => panic!("it asks as before"),
        }
    }
}

/// So many questions of a worker are followed.
const QUESTIONS: usize = 20;

type Entries = BTreeMap<MarkId, Vec<u8>>;

/// Where all workers are, and what they have written.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    entries: Entries,
    answers: Vec<Vec<Answer>>,
}

/// What a worker does with its request once it was let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    GoesOn,
    GivesBack,
}

struct World<'a> {
    engine: &'a Engine,
    workers: Vec<(Sent, Then)>,
    seen: BTreeSet<State>,
    /// How each end came about: what each worker was told, and what is written.
    ends: Vec<(Vec<Reason>, Entries)>,
}

impl World<'_> {
    /// What a worker asks next, or what it was told.
    fn step(&self, worker: usize, answers: &[Answer]) -> Result<Reason, Question> {
        let replay = Replay {
            answers,
            next: Cell::new(0),
            asks: RefCell::new(None),
        };
        let (sent, then) = &self.workers[worker];
        let (came, permit) = came(sent.settle(self.engine, &replay, None), &replay);
        if let Some(permit) = permit
            && *then == Then::GivesBack
        {
            permit.give_back(&replay);
        }
        match replay.asks.take() {
            Some(question) => Err(question),
            None => Ok(came.reason),
        }
    }

    fn explore(&mut self, state: State) {
        if !self.seen.insert(state.clone()) {
            return;
        }
        let mut told = Vec::new();
        for worker in 0..self.workers.len() {
            match self.step(worker, &state.answers[worker]) {
                Ok(reason) => told.push(reason),
                // Two could be in each other's way for long: how long they try is bounded elsewhere.
                Err(_) if state.answers[worker].len() == QUESTIONS => {}
                Err(question) => {
                    let mut next = state.clone();
                    let answer = match question {
                        Question::Read(id) => Answer::Read(next.entries.get(&id).cloned()),
                        Question::Keep(id, before, after) => {
                            let is_same = next.entries.get(&id) == before.as_ref();
                            if is_same {
                                next.entries.insert(id, after);
                            }
                            Answer::Kept(is_same)
                        }
                    };
                    next.answers[worker].push(answer);
                    self.explore(next);
                }
            }
        }
        if told.len() == self.workers.len() {
            self.ends.push((told, state.entries));
        }
    }
}

/// Every end that some requests can come to.
fn ends(engine: &Engine, before: Entries, all: &[(Request, Then)]) -> Vec<(Vec<Reason>, Entries)> {
    let workers = all
        .iter()
        .map(|(request, then)| (Sent::new(request), *then));
    let mut world = World {
        engine,
        workers: workers.collect(),
        seen: BTreeSet::new(),
        ends: Vec::new(),
    };
    world.explore(State {
        entries: before,
        answers: vec![Vec::new(); all.len()],
    });
    assert!(!world.ends.is_empty());
    world.ends
}

fn asks(calls: &[Asked]) -> Request {
    Request {
        who: Who::first(),
        calls: calls.to_vec(),
        now: 1_100_000,
    }
}

fn allowed(told: &[Reason]) -> usize {
    told.iter().filter(|reason| reason.status() == 200).count()
}

/// How many more of the same go through, with what is written.
fn rest(engine: &Engine, entries: &Entries, request: &Request) -> usize {
    let host = Table {
        entries: RefCell::new(entries.clone()),
        ..Table::default()
    };
    let more = (0..10).take_while(|_| send(engine, &host, request).reason == Reason::Allowed);
    more.count()
}

/// How many targets that nobody has met yet there is room for.
fn targets_left(engine: &Engine, entries: &Entries) -> usize {
    let host = Table {
        entries: RefCell::new(entries.clone()),
        ..Table::default()
    };
    let others = (10..20).map(|target| send(engine, &host, &asks(&[(READ, target)])));
    others
        .take_while(|came| came.reason == Reason::Allowed)
        .count()
}

#[test]
fn exactly_as_many_go_through_as_there_may_be() {
    for at_most in 0..4 {
        let engine = engine(&limited([limit("calls", Counts::Calls, at_most)]));
        let three = [1, 2, 3].map(|target| (asks(&[(READ, target)]), Then::GoesOn));
        for (told, entries) in ends(&engine, Entries::new(), &three) {
            assert_eq!(allowed(&told), (at_most as usize).min(3), "{told:?}");
            let left = rest(&engine, &entries, &asks(&[(READ, 1)]));
            assert_eq!(left, (at_most as usize).saturating_sub(3));
        }
    }
}

#[test]
fn exactly_as_many_targets_are_met_as_there_may_be() {
    let engine = engine(&limited([limit("orders", Counts::Distinct(target()), 1)]));
    let three = [1, 2, 1].map(|target| (asks(&[(READ, target)]), Then::GoesOn));
    for (told, _) in ends(&engine, Entries::new(), &three) {
        let [one, other, same] = told[..] else {
            panic!("there are three")
        };
        assert_eq!(one, same);
        assert_ne!(one, other, "{told:?}");
    }
}

/// Two limits with entries of their own: who cannot write the second has not taken of the first.
#[test]
fn what_was_counted_in_vain_is_given_back() {
    let plan = limited([
        limit("of-task", Counts::Calls, 5),
        Limit {
            per: Per::Tenant,
            ..limit("of-tenant", Counts::Calls, 5)
        },
    ]);
    let engine = engine(&plan);
    let both = [1, 2].map(|target| (asks(&[(READ, target)]), Then::GoesOn));
    for (told, entries) in ends(&engine, Entries::new(), &both) {
        assert_eq!(allowed(&told), 2, "{told:?}");
        assert_eq!(rest(&engine, &entries, &asks(&[(READ, 1)])), 3);
    }
}

/// A batch takes all or nothing, also beside another.
#[test]
fn batches_go_through_whole() {
    let engine = engine(&limited([limit("calls", Counts::Calls, 3)]));
    let two = [(PAY, 1), (MAIL, 2)];
    let both = [(asks(&two), Then::GoesOn), (asks(&two), Then::GoesOn)];
    for (told, entries) in ends(&engine, Entries::new(), &both) {
        assert_eq!(allowed(&told), 1, "{told:?}");
        assert_eq!(rest(&engine, &entries, &asks(&[(PAY, 1)])), 1);
    }
}

#[test]
fn who_gives_back_gives_back_its_own() {
    for counts in [Counts::Calls, Counts::Distinct(target())] {
        let mut plan = limited([limit("calls", counts.clone(), 2)]);
        plan.history.memories.push(Memory {
            per: Per::TaskId,
            key: *b"memory--",
            targets: None,
        });
        plan.history.touches = vec![(READ, vec![MemoryId(0)])];
        let engine = engine(&plan);
        // The same target: who gave it back must not take the other's.
        let both = [
            (asks(&[(READ, 1)]), Then::GivesBack),
            (asks(&[(READ, 1)]), Then::GoesOn),
        ];
        for (told, entries) in ends(&engine, Entries::new(), &both) {
            assert_eq!(allowed(&told), 2, "{told:?}");
            // One call is left, or room for one other target.
            let left = match counts {
                Counts::Calls => rest(&engine, &entries, &asks(&[(READ, 1)])),
                _ => targets_left(&engine, &entries),
            };
            assert_eq!(left, 1, "{counts:?}");
            // What was remembered stays.
            let entry = entries.values().next().unwrap();
            let key = entry.windows(8).position(|at| at == b"memory--").unwrap();
            assert_eq!(entry[key + 10], 2);
        }
    }
}

/// As many refusals as there were, for as long as they count.
#[test]
fn refusals_are_counted_each_once() {
    let plan = limited([
        limit("calls", Counts::Calls, 0),
        limit("refused", Counts::Denials, 3),
        Limit {
            per: Per::Tenant,
            ..limit("refused-too", Counts::Denials, 3)
        },
    ]);
    let engine = engine(&plan);
    let both = [1, 2].map(|target| (asks(&[(READ, target)]), Then::GoesOn));
    for (_, entries) in ends(&engine, Entries::new(), &both) {
        let host = Table {
            entries: RefCell::new(entries),
            ..Table::default()
        };
        let rules: Vec<_> = (0..2)
            .map(|_| send(&engine, &host, &asks(&[(READ, 1)])).rule.unwrap())
            .collect();
        assert_eq!(rules, ["calls", "refused"]);
    }
}

/// Who may not pay after mailing, nor mail after paying, does one of them: also where the one is
/// remembered of the agent and the other of the tenant, so that neither writes what it reads.
#[test]
fn of_two_that_exclude_each_other_one_goes_through() {
    let mut plan = open();
    for (number, per) in [(0, Per::Agent), (1, Per::Tenant)] {
        plan.history.memories.push(Memory {
            per,
            key: *b"memory--",
            targets: None,
        });
        plan.history.terms.push(Term {
            memories: vec![MemoryId(number)],
        });
        plan.slots.push(Slot::HistoryFirst(TermId(number)));
        plan.programs.push(Program {
            nodes: vec![Node::Present(SlotId(3 + number))],
            locals: 0,
        });
        plan.rules.push(Rule {
            id: format!("rule-{number}"),
            effect: Effect::Deny,
            mode: Mode::Enforce,
            condition: Some(ProgramId(2 + number)),
            demand: None,
        });
    }
    plan.history.touches = vec![(PAY, vec![MemoryId(0)]), (MAIL, vec![MemoryId(1)])];
    plan.tasks[0].rules[1].1 = always([0, 2]);
    plan.tasks[0].rules[2].1 = always([0, 1]);
    let engine = engine(&plan);
    let both = [PAY, MAIL].map(|id| (asks(&[(id, 1)]), Then::GoesOn));
    for (told, _) in ends(&engine, Entries::new(), &both) {
        assert!(allowed(&told) <= 1, "{told:?}");
    }
}

/// Two messages of one request about the same are one target, and given back as one.
#[test]
fn a_batch_gives_back_what_all_its_messages_took() {
    let plan = limited([limit("targets", Counts::Distinct(target()), 3)]);
    let engine = engine(&plan);
    let host = Table::default();
    let twice = asks(&[(PAY, 1), (PAY, 1), (PAY, 2)]);
    let permit = Sent::new(&twice).settle(&engine, &host, None).unwrap();
    assert_eq!(targets_left(&engine, &host.entries.borrow()), 1);
    permit.give_back(&host);
    assert_eq!(targets_left(&engine, &host.entries.borrow()), 3);
}
