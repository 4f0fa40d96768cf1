use remit_engine::plan::{Alone, BodyShape, Members, OperationId, Others, encode};

use super::*;
use crate::course::Course;
use crate::fleet::ANSWER_BYTES;
use crate::request::Verdict;
use crate::scripted::{NOW, ROOT, Scripted, fleet_plan, orders, plugin, posted_orders};
use crate::tick;

const CONTEXT: ContextId = ContextId(7);
const CALLS: &[(&str, Alone)] = &[("calls", Alone::Refuse)];
const GRANTED: &[u8] = b"\x08\x01";
const OVER: &[u8] = b"\x08\x02";

/// Requests of one worker, and what the service answers them.
struct World {
    gateway: Scripted,
    vm: Vm,
    plugin: Rc<Plugin>,
}

impl World {
    fn new(limits: &[(&str, Alone)]) -> Self {
        Self::with(limits, orders())
    }

    fn with(limits: &[(&str, Alone)], gateway: Scripted) -> Self {
        let configuration = encode(&fleet_plan(limits)).expect("a plan").0;
        Self::of(Scripted {
            configuration,
            ..gateway
        })
    }

    fn of(gateway: Scripted) -> Self {
        let vm = Vm::new();
        let plugin = Rc::new(plugin(&gateway, &vm));
        // The token is younger than the process.
        vm.epoch
            .set(Some((NOW.unsigned_abs() - 60) * 1_000_000_000));
        Self {
            gateway,
            vm,
            plugin,
        }
    }

    fn request(&self) -> Course {
        let mut course = Course::new(CONTEXT, Some(Rc::clone(&self.plugin)));
        course.head(&self.gateway, &self.vm, true);
        course
    }

    /// The answer to the last question.
    fn answers(&self, message: &[u8]) {
        self.gateway.message.replace(message.to_vec());
        self.told(0, message.len());
    }

    fn told(&self, status: u32, size: usize) {
        let call = self.gateway.asked.borrow().len();
        let call = CallId(u32::try_from(call).expect("few calls"));
        told(&self.gateway, &self.vm, &self.plugin, call, status, size);
    }

    fn asked(&self) -> usize {
        self.gateway.asked.borrow().len()
    }

    fn resumed(&self) -> usize {
        let calls = self.gateway.calls.borrow();
        calls.iter().filter(|call| *call == "resume").count()
    }

    fn counted(&self) -> [u64; 3] {
        let results = ["granted", "over", "away"];
        results.map(|result| self.gateway.metric(&format!("remit_fleet.result.{result}")))
    }
}

#[test]
fn a_request_is_held_until_the_service_grants_it() {
    let world = World::new(CALLS);
    let course = world.request();
    assert_eq!(course.verdict(), Verdict::Hold);
    assert!(world.gateway.records.borrow().is_empty());
    assert!(world.gateway.answers.borrow().is_empty());
    let unchanged = |call: &String| !call.starts_with("remove") && !call.starts_with("replace");
    assert!(world.gateway.calls.borrow().iter().all(unchanged));
    let (asker, message) = world.gateway.asked.borrow()[0].clone();
    assert_eq!(asker, Some(ROOT), "the answer outlives the request");
    assert_eq!(world.gateway.at.get(), Some(CONTEXT));
    let expected = [
        &b"\x0a\x05remit\x12\x94\x01"[..],
        b"\x0a\x14\x0a\x0bremit_limit\x12\x05calls",
        b"\x0a\x14\x0a\x09remit_per\x12\x07task_id",
        b"\x0a\x28\x0a\x0cremit_issuer\x12\x18https://sts.corp.example",
        b"\x0a\x11\x0a\x0cremit_tenant\x12\x01-",
        b"\x0a\x14\x0a\x0dremit_task_id\x12\x03m-1",
        b"\x1a\x02\x08\x01",
        b"\x18\x01",
    ]
    .concat();
    assert_eq!(
        String::from_utf8_lossy(&message),
        String::from_utf8_lossy(&expected)
    );

    world.answers(GRANTED);
    assert_eq!(course.verdict(), Verdict::Forward);
    assert_eq!(world.gateway.at.get(), Some(CONTEXT));
    let calls = world.gateway.calls.borrow().clone();
    assert_eq!(calls[calls.len() - 3..], ["record", "count", "resume"]);
    assert!(
        world
            .gateway
            .last_record()
            .contains(r#""decision":"allow""#)
    );
    assert_eq!((world.asked(), world.counted()), (1, [1, 0, 0]));

    // The answer comes once.
    world.answers(GRANTED);
    assert_eq!((world.resumed(), world.counted()), (1, [1, 0, 0]));
}

#[test]
fn a_request_is_answered_where_the_service_says_that_it_is_too_much() {
    let world = World::new(&[("calls", Alone::AtMost(9)), ("cost", Alone::AtMost(9))]);
    let course = world.request();
    world.answers(b"\x08\x02\x12\x02\x08\x01\x12\x02\x08\x02");
    assert_eq!(course.verdict(), Verdict::Hold);
    assert_eq!(
        world.gateway.last_answer(),
        (429, "remit:limit_reached".into())
    );
    assert!(world.gateway.last_record().contains(r#""rule":"cost""#));
    let _course = world.request();
    world.answers(OVER);
    assert_eq!(world.gateway.last_answer().0, 429);
    assert!(world.gateway.last_record().contains(r#""rule":"calls""#));
    assert_eq!((world.resumed(), world.counted()), (0, [0, 2, 0]));
}

#[test]
fn a_service_that_is_away_refuses_where_the_policy_says_so() {
    let ways: [fn(&World); 5] = [
        |world| {
            world.gateway.message.replace(GRANTED.to_vec());
            world.told(14, GRANTED.len());
        },
        |world| world.told(4, 0),
        |world| world.answers(b"\x08"),
        // A grant, and behind it something that nobody knows and that is long.
        |world| {
            let long = [GRANTED, b"\x7a\x80\x80\x01", &[0; ANSWER_BYTES]].concat();
            world.answers(&long);
        },
        |world| {
            world.gateway.later.set(1099);
            tick::tick(&world.gateway, &world.vm, &world.plugin);
            assert!(world.gateway.answers.borrow().is_empty());
            world.gateway.later.set(1100);
            tick::tick(&world.gateway, &world.vm, &world.plugin);
        },
    ];
    for (number, way) in ways.iter().enumerate() {
        let world = World::new(CALLS);
        let course = world.request();
        way(&world);
        let answer = (503, "remit:fleet_unavailable".into());
        assert_eq!(world.gateway.last_answer(), answer, "way {number}");
        assert_eq!(course.verdict(), Verdict::Hold);
        // A late answer is nobody's.
        world.answers(GRANTED);
        assert_eq!((course.verdict(), world.resumed()), (Verdict::Hold, 0));
        assert_eq!(world.counted(), [0, 0, 1], "way {number}");
    }
}

#[test]
fn a_service_that_is_away_leaves_what_the_policy_counts_in_its_place() {
    let world = World::new(&[("calls", Alone::AtMost(2))]);
    let statuses: Vec<_> = (0..3)
        .map(|_| {
            let course = world.request();
            world.told(14, 0);
            course.verdict()
        })
        .collect();
    assert_eq!(
        statuses,
        [Verdict::Forward, Verdict::Forward, Verdict::Hold]
    );
    assert_eq!(
        world.gateway.last_answer(),
        (429, "remit:limit_reached".into())
    );
    // It is back, and has room.
    let course = world.request();
    world.answers(GRANTED);
    assert_eq!(course.verdict(), Verdict::Forward);
    assert_eq!(world.counted(), [1, 0, 3]);
}

#[test]
fn what_the_service_granted_here_counts_while_it_is_away() {
    let world = World::new(&[("calls", Alone::AtMost(2))]);
    let decided = |status| {
        let course = world.request();
        match status {
            0 => world.answers(GRANTED),
            status => world.told(status, 0),
        }
        course.verdict()
    };
    let verdicts = [0, 0, 14, 0].map(decided);
    let forward = Verdict::Forward;
    assert_eq!(verdicts, [forward, forward, Verdict::Hold, forward]);
}

/// Where it cannot be asked, what holds without it is decided at once.
#[test]
fn a_service_that_cannot_be_asked_is_away_at_once() {
    let healthy = World::new(CALLS);
    let _course = healthy.request();
    let calls = healthy.gateway.calls.borrow().clone();
    let asks = calls.iter().position(|call| call == "ask ratelimit");
    let asks = asks.expect("it is asked");
    for fails_at in [asks - 1, asks] {
        for (alone, verdict, status) in [
            (Alone::Refuse, Verdict::Hold, Some(503)),
            (Alone::AtMost(1), Verdict::Forward, None),
        ] {
            let failing = Scripted {
                fails_at: Some(fails_at),
                ..orders()
            };
            let world = World::with(&[("calls", alone)], failing);
            let course = world.request();
            assert_eq!(course.verdict(), verdict, "{alone:?}");
            let answers = world.gateway.answers.borrow();
            assert_eq!(answers.last().map(|answer| answer.0), status);
            assert_eq!(world.counted(), [0, 0, 1]);
            assert_eq!(world.gateway.at.get(), Some(CONTEXT));
        }
    }
}

#[test]
fn whichever_call_fails_no_request_goes_on_that_was_not_granted() {
    let healthy = World::new(CALLS);
    let _course = healthy.request();
    healthy.answers(GRANTED);
    let calls = healthy.gateway.calls.borrow().clone();
    for (fails_at, call) in calls.iter().enumerate() {
        let failing = Scripted {
            fails_at: Some(fails_at),
            ..orders()
        };
        let world = World::with(CALLS, failing);
        let course = world.request();
        world.answers(GRANTED);
        // Only what is counted of the service's answers may fail without a word.
        let is_counter = call == "count" && calls[fails_at - 1] == "grpc message";
        let expected = if is_counter {
            Verdict::Forward
        } else {
            Verdict::Hold
        };
        assert_eq!(course.verdict(), expected, "{fails_at}: {call}");
        let is_allowed = world
            .gateway
            .last_record()
            .contains(r#""decision":"allow""#);
        assert_eq!(is_allowed, is_counter, "{fails_at}: {call}");
    }
}

#[test]
fn a_client_that_goes_away_leaves_nothing_to_be_done() {
    let world = World::new(CALLS);
    drop(world.request());
    let before = world.gateway.calls.borrow().len();
    world.answers(GRANTED);
    assert_eq!(world.gateway.calls.borrow().len(), before);
    assert_eq!(world.counted(), [0; 3]);
}

#[test]
fn an_answer_to_a_question_that_nobody_asked_is_nobodys() {
    let world = World::new(CALLS);
    let course = world.request();
    let before = world.gateway.calls.borrow().len();
    told(&world.gateway, &world.vm, &world.plugin, CallId(77), 0, 2);
    assert_eq!(world.gateway.calls.borrow().len(), before);
    assert_eq!(course.verdict(), Verdict::Hold);
}

/// Nothing of what others do meanwhile makes it ask twice.
#[test]
fn a_request_asks_once_however_often_it_is_decided() {
    let world = World::new(CALLS);
    let course = world.request();
    let other = world.request();
    world.answers(GRANTED);
    assert_eq!(other.verdict(), Verdict::Forward);
    // Another worker is quicker, between look and write.
    world.gateway.store.interleave(|store| {
        for key in store.keys() {
            let (value, seen) = store.read(&key).expect("it is there");
            store.write(&key, &value, seen);
        }
    });
    world.gateway.message.replace(GRANTED.to_vec());
    told(&world.gateway, &world.vm, &world.plugin, CallId(1), 0, 2);
    assert_eq!(course.verdict(), Verdict::Forward);
    assert_eq!((world.asked(), world.resumed()), (2, 2));
}

/// A body is kept as it was read: it is not asked for again.
#[cfg(feature = "bodies")]
#[test]
fn a_request_with_a_body_is_decided_by_it_again() {
    let mut plan = fleet_plan(CALLS);
    plan.requires = vec![remit_engine::plan::Capability::Bodies];
    let operation = &mut plan.operations[1];
    operation.method = "POST".into();
    operation.body = BodyShape::Json(Members {
        declared: Vec::new(),
        others: Others::Pass,
        body_bytes: 100,
        logged: Vec::new(),
        amount: None,
        recipient: None,
    });
    assert_eq!(plan.history.limits[0].operations[0].0, OperationId(1));
    for (answer, verdict) in [(GRANTED, Verdict::Forward), (OVER, Verdict::Hold)] {
        let gateway = Scripted {
            configuration: encode(&plan).expect("a plan").0,
            head: posted_orders(),
            ..orders()
        };
        let world = World::of(gateway);
        let mut course = Course::new(CONTEXT, Some(Rc::clone(&world.plugin)));
        course.head(&world.gateway, &world.vm, false);
        assert_eq!(world.asked(), 0, "its body decides too");
        let body = br#"{"a":1}"#;
        world.gateway.body.replace(body.to_vec());
        course.body(&world.gateway, &world.vm, body.len(), true);
        assert_eq!((course.verdict(), world.asked()), (Verdict::Hold, 1));
        assert!(world.gateway.answers.borrow().is_empty());
        let read = |world: &World| {
            let calls = world.gateway.calls.borrow();
            calls.iter().filter(|call| *call == "body").count()
        };
        assert_eq!(read(&world), 1);
        world.answers(answer);
        assert_eq!(course.verdict(), verdict);
        assert_eq!((read(&world), world.asked()), (1, 1));
        let goes_on = usize::from(verdict == Verdict::Forward);
        assert_eq!(world.resumed(), goes_on);
        assert!(world.gateway.last_record().contains(r#""content""#));
    }
}
