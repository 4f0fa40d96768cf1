//! What somebody might try.

use super::*;
use crate::cel::Trace;

fn reads(now: i64) -> Request {
    Request {
        who: Who::first(),
        calls: vec![(READ, 1)],
        now,
    }
}

const NOW: i64 = 1_100_000;

fn reason(engine: &Engine, host: &Table, request: &Request) -> Reason {
    send(engine, host, request).reason
}

#[test]
fn more_than_there_may_ever_be_is_never_let_through() {
    for (at_most, weight) in [(0, 1), (4, 5), (u32::MAX - 1, u32::MAX)] {
        for window in [None, Some(WindowKind::Sliding), Some(WindowKind::Fixed)] {
            let window = window.map(|kind| Window { seconds: 1, kind });
            let plan = limited([Limit {
                operations: vec![(READ, weight)],
                window,
                ..limit("calls", Counts::Calls, at_most)
            }]);
            let (engine, host) = (engine(&plan), Table::default());
            let settled = Sent::new(&reads(NOW)).settle(&engine, &host, None);
            let refusal = settled.err().unwrap();
            assert_eq!(refusal.record().reason(), Reason::LimitReached);
            let answer = refusal.answer();
            let mut headers = answer.headers.into_iter();
            let after = headers.find(|(name, _)| *name == "retry-after");
            assert_eq!(after.map(|(_, value)| value), None, "it never ends");
            assert!(host.entries.borrow().is_empty());
        }
    }
}

#[test]
fn the_largest_numbers_count_too() {
    let plan = limited([Limit {
        operations: vec![(READ, u32::MAX)],
        window: Some(Window {
            seconds: u32::MAX,
            kind: WindowKind::Sliding,
        }),
        ..limit("calls", Counts::Calls, u32::MAX)
    }]);
    let (engine, host) = (engine(&plan), Table::default());
    assert_eq!(reason(&engine, &host, &reads(NOW)), Reason::Allowed);
    assert_eq!(reason(&engine, &host, &reads(NOW)), Reason::LimitReached);
}

#[test]
fn who_hands_on_counts_with_whom_it_is_handed_to() {
    let plan = limited([Limit {
        per: Per::AgentAndPrincipal,
        ..limit("calls", Counts::Calls, 2)
    }]);
    let (engine, host) = (engine(&plan), Table::default());
    let by = |agents: &[u8]| Request {
        who: Who {
            agents: agents.to_vec(),
            ..Who::first()
        },
        ..reads(NOW)
    };
    // Seven hand it on to an eighth, whose call is one of each of them.
    let chain = by(&[0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(reason(&engine, &host, &chain), Reason::Allowed);
    // The principal might be an agent that has handed on what it has of its own.
    assert_eq!(host.entries.borrow().len(), 9);
    assert_eq!(reason(&engine, &host, &by(&[6])), Reason::Allowed);
    // One of them has done all that it may, and so have all to whom it hands on.
    assert_eq!(reason(&engine, &host, &chain), Reason::LimitReached);
    assert_eq!(reason(&engine, &host, &by(&[9, 6])), Reason::LimitReached);
    // And the principal, who may be an agent itself, has done both.
    assert_eq!(reason(&engine, &host, &by(&[5])), Reason::LimitReached);
}

/// What is expired is in many logs: nobody is to be held up by it, nor have the table filled.
#[test]
fn a_token_that_does_not_stand_counts_for_nobody() {
    let plan = limited([
        limit("calls", Counts::Calls, 0),
        limit("refused", Counts::Denials, 1),
    ]);
    let (engine, host) = (engine(&plan), Table::default());
    let late = reads(1_900_000);
    assert_eq!(reason(&engine, &host, &late), Reason::TokenExpired);
    assert!(host.entries.borrow().is_empty());
    // A caller of whom the token speaks is counted.
    let rules: Vec<_> = (0..2)
        .map(|_| send(&engine, &host, &reads(NOW)).rule.unwrap())
        .collect();
    assert_eq!(rules, ["calls", "refused"]);
}

/// A limit that cannot be read for this token is no reason to count nothing.
#[test]
fn what_cannot_be_counted_keeps_nothing_else_from_it() {
    let mut plan = limited([
        limit("calls", Counts::Calls, 0),
        limit("refused", Counts::Denials, 2),
    ]);
    plan.slots.push(Slot::HistoryDenials(Per::Session));
    plan.slots.push(Slot::HistoryDenials(Per::Session));
    plan.issuers[0].names.session = None;
    let (engine, host) = (engine(&plan), Table::default());
    let rules: Vec<_> = (0..3)
        .map(|_| send(&engine, &host, &reads(NOW)).rule.unwrap())
        .collect();
    assert_eq!(rules, ["calls", "calls", "refused"]);
}

/// Of a call that was not let through because a second history could not be written, the first
/// knows nothing: it must not pass for what has to be done before.
#[test]
fn what_was_refused_was_not_done() {
    let mut plan = limited([Limit {
        per: Per::Tenant,
        ..limit("calls", Counts::Calls, 9)
    }]);
    plan.history.memories = vec![Memory {
        per: Per::Agent,
        key: *b"reviewed",
        targets: None,
    }];
    plan.history.terms = vec![Term {
        memories: vec![MemoryId(0)],
    }];
    plan.history.touches = vec![(PAY, vec![MemoryId(0)])];
    plan.slots.push(Slot::HistoryFirst(TermId(0)));
    plan.programs.push(Program {
        nodes: vec![Node::Present(SlotId(3))],
        locals: 0,
    });
    plan.rules.push(Rule {
        id: "reviewed-first".into(),
        effect: Effect::Require,
        mode: Mode::Enforce,
        condition: Some(ProgramId(2)),
        demand: None,
    });
    plan.tasks[0].rules[2].1 = always([0, 1]);
    let (engine, host) = (engine(&plan), Table::default());
    let calls = |id| Request {
        calls: vec![(id, 1)],
        ..reads(NOW)
    };
    for answer in [Ok(Stored::Full), Err(Unavailable)] {
        host.broken.set(Some((1, answer)));
        assert_eq!(reason(&engine, &host, &calls(PAY)).status(), 503);
        let mail = send(&engine, &host, &calls(MAIL));
        assert_eq!(mail.reason, Reason::RequirementNotMet);
        assert_eq!(mail.rule.as_deref(), Some("reviewed-first"));
    }
    assert_eq!(reason(&engine, &host, &calls(PAY)), Reason::Allowed);
    assert_eq!(reason(&engine, &host, &calls(MAIL)), Reason::Allowed);
}

#[test]
fn an_allow_rule_has_not_refused_what_has_no_room() {
    let mut plan = limited([]);
    plan.history.memories = vec![Memory {
        per: Per::Agent,
        key: *b"about---",
        targets: Some(Targets {
            by: target(),
            operations: ALL.to_vec(),
            at_most: 1,
        }),
    }];
    plan.history.touches = vec![(READ, vec![MemoryId(0)])];
    let (engine, host) = (engine(&plan), Table::default());
    assert_eq!(reason(&engine, &host, &reads(NOW)), Reason::Allowed);
    let other = Request {
        calls: vec![(READ, 2)],
        ..reads(NOW)
    };
    let came = send(&engine, &host, &other);
    assert_eq!((came.reason, came.rule), (Reason::HistoryFull, None));
    assert_eq!(reason(&engine, &host, &reads(NOW)), Reason::Allowed);
}

/// Bytes that somebody else wrote are refused or read as what they say; nothing breaks.
#[test]
fn garbled_entries_are_refused() {
    let plan = limited([
        limit("calls", Counts::Calls, 9),
        limit("orders", Counts::Distinct(target()), 9),
        limit("idle", Counts::Idle, 900),
        Limit {
            window: Some(Window {
                seconds: 20,
                kind: WindowKind::Sliding,
            }),
            ..limit("recent", Counts::Calls, 9)
        },
    ]);
    let (engine, host) = (engine(&plan), Table::default());
    assert_eq!(reason(&engine, &host, &reads(NOW)), Reason::Allowed);
    let (id, bytes) = host.entries.borrow().clone().pop_first().unwrap();
    let with = |bytes: &[u8]| {
        host.entries.borrow_mut().insert(id, bytes.to_vec());
        reason(&engine, &host, &reads(NOW))
    };
    for length in 0..bytes.len() {
        let _ = with(&bytes[..length]);
        let mut changed = bytes.clone();
        changed[length] = !changed[length];
        let _ = with(&changed);
    }
    assert_eq!(with(&bytes[..bytes.len() - 1]), Reason::StateUnavailable);
    assert_eq!(with(&[]), Reason::StateUnavailable);
    assert_eq!(with(&bytes), Reason::Allowed);
}

#[test]
fn a_task_id_is_idle_from_the_moment_on_that_it_may_not_be() {
    let (plan, host) = (limited([limit("idle", Counts::Idle, 5)]), Table::default());
    let engine = engine(&plan);
    for (now, expected) in [
        (NOW, Reason::Allowed),
        (NOW + 5_000, Reason::Allowed),
        (NOW + 10_001, Reason::TaskIdle),
        // Not by coming again.
        (NOW + 10_002, Reason::TaskIdle),
        (NOW + 10_000, Reason::Allowed),
        // A clock that is set back makes nobody idle.
        (NOW, Reason::Allowed),
    ] {
        assert_eq!(reason(&engine, &host, &reads(now)), expected, "{now}");
    }
}

/// Notes each limit that is looked at.
#[derive(Default)]
struct Looked(Vec<(u32, u64, bool)>);

impl Trace for Looked {
    fn limit(&mut self, limit: LimitId, counted: u64, has_room: bool) {
        self.0.push((limit.0, counted, has_room));
    }
}

#[test]
fn each_limit_that_is_looked_at_is_told() {
    let plan = limited([
        limit("idle", Counts::Idle, 5),
        limit("refused", Counts::Denials, 5),
        limit("calls", Counts::Calls, 2),
        Limit {
            operations: vec![(PAY, 1)],
            ..limit("payments", Counts::Calls, 2)
        },
        limit("orders", Counts::Distinct(target()), 1),
    ]);
    let (engine, host) = (engine(&plan), Table::default());
    let looked = |target| {
        let sent = Sent::new(&Request {
            calls: vec![(READ, target)],
            ..reads(NOW)
        });
        let fields = sent.fields.iter();
        let fields: Vec<(&[u8], &[u8])> = fields.map(|(a, b)| (&a[..], &b[..])).collect();
        let head = RequestHead::new(&fields);
        let mut trace = Looked::default();
        let decision = engine.decide_traced(&head, sent.now, &host, &mut trace);
        let confirmed = match decision.settled() {
            Ok(allow) => allow.confirm(Some(b"orders"), &host),
            Err(refusal) => Err(refusal),
        };
        let _ = came(confirmed.map_err(Box::new), &host);
        trace.0
    };
    let first = [(0, 0, true), (1, 0, true), (2, 0, true), (4, 0, true)];
    assert_eq!(looked(1), first);
    let second = [(0, 0, true), (1, 0, true), (2, 1, true), (4, 1, false)];
    assert_eq!(looked(2), second);
    let third = [(0, 0, true), (1, 1, true), (2, 1, true), (4, 1, true)];
    assert_eq!(looked(1), third);
}

/// Nothing but refusals is left to write it: what was counted in another window, or by a clock that
/// was set back, would else always count as if it had just happened.
#[test]
fn what_counts_ends_though_all_are_refused() {
    let within = |seconds, kind| {
        let window = Some(Window { seconds, kind });
        [Limit {
            window,
            ..limit("calls", Counts::Calls, 1)
        }]
    };
    for kind in [WindowKind::Sliding, WindowKind::Fixed] {
        for (before, clock) in [(100, 0), (2, 300_000)] {
            let host = Table::default();
            let first = engine(&limited(within(before, kind)));
            assert_eq!(reason(&first, &host, &reads(NOW + clock)), Reason::Allowed);
            let then = engine(&limited(within(2, kind)));
            assert_eq!(reason(&then, &host, &reads(NOW)), Reason::LimitReached);
            let soon = reads(NOW + 1_000);
            assert_eq!(reason(&then, &host, &soon), Reason::LimitReached);
            // Two windows and a step at most.
            let later = reads(NOW + 4_200);
            assert_eq!(reason(&then, &host, &later), Reason::Allowed, "{kind:?}");
        }
    }
}
