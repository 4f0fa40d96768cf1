use remit_engine::plan::{SourceId, encode};
use remit_engine::time::UnixTime;

use super::*;
use crate::gateway::CallId;
use crate::pairs;
use crate::scripted::{NOW, Scripted, fetching_plan, gateway, head, jwks, orders, plugin};
use crate::tick;
use crate::waiting::Awaited;

const CONTEXT: ContextId = ContextId(7);

/// A request that was held to wait for a document, and how its context knows it.
fn held(plugin: &Plugin) -> (Waiter, Rc<Fate>) {
    let fate = Rc::new(Fate::undecided());
    let awaited = Awaited {
        source: SourceId(0),
        seen: 9,
    };
    let now = UnixTime::from_seconds(NOW);
    plugin.waiting().add(CONTEXT, awaited, &fate, now);
    let waiter = plugin.waiting().take_ready(now, |_| 0).remove(0);
    (waiter, fate)
}

fn woken(gateway: &Scripted) -> Verdict {
    let vm = Vm::new();
    let plugin = plugin(gateway, &vm);
    let (waiter, fate) = held(&plugin);
    wake(gateway, &vm, &plugin, waiter);
    fate.verdict.get()
}

#[test]
fn a_request_that_has_waited_is_recorded_before_it_goes_on() {
    let gateway = orders();
    assert_eq!(woken(&gateway), Verdict::Forward);
    let calls = gateway.calls.borrow();
    assert_eq!(calls[..3], ["turn to 7", "head", "now"]);
    assert_eq!(calls[calls.len() - 3..], ["record", "count", "resume"]);
}

#[test]
fn a_request_that_has_waited_in_vain_is_answered_and_stays_where_it_is() {
    let gateway = gateway(head("/v1/orders", &[]));
    assert_eq!(woken(&gateway), Verdict::Hold);
    assert_eq!(gateway.last_answer(), (401, "remit:no_credential".into()));
    assert!(!gateway.calls.borrow().contains(&String::from("resume")));
}

#[test]
fn whichever_call_fails_no_request_goes_on_with_an_allow() {
    let healthy = orders();
    woken(&healthy);
    let calls = healthy.calls.borrow().len();
    for fails_at in 0..calls {
        let gateway = Scripted {
            fails_at: Some(fails_at),
            ..orders()
        };
        assert_eq!(woken(&gateway), Verdict::Hold, "call {fails_at}");
        if fails_at == 0 {
            assert_eq!(*gateway.calls.borrow(), ["turn to 7"]);
        } else {
            assert!(!gateway.last_record().contains("allow"), "call {fails_at}");
            assert_eq!(gateway.last_answer(), (503, "remit:host_failure".into()));
        }
    }
}

#[test]
fn a_request_that_ended_while_it_waited_is_left_alone() {
    let (gateway, vm) = (orders(), Vm::new());
    let plugin = plugin(&gateway, &vm);
    let (waiter, fate) = held(&plugin);
    drop(fate);
    wake(&gateway, &vm, &plugin, waiter);
    assert!(gateway.calls.borrow().is_empty());
}

#[test]
fn trailers_that_cannot_be_read_hold_a_request_that_was_forwarded() {
    let (gateway, vm) = (orders(), Vm::new());
    let plugin = Rc::new(plugin(&gateway, &vm));
    let mut course = Course::new(CONTEXT, Some(plugin));
    course.trailers(&gateway, &vm);
    assert!(gateway.calls.borrow().is_empty(), "nothing is decided yet");
    course.head(&gateway, &vm, true);
    course.trailers(&gateway, &vm);
    assert_eq!(course.verdict(), Verdict::Forward);
    let failing = Scripted {
        fails_at: Some(0),
        metrics: gateway.metrics.clone(),
        ..Scripted::default()
    };
    course.trailers(&failing, &vm);
    assert_eq!(course.verdict(), Verdict::Hold);
}

/// A request whose issuer's keys are still to be fetched.
struct Early {
    gateway: Scripted,
    vm: Vm,
    plugin: Rc<Plugin>,
    course: Course,
}

impl Early {
    fn new() -> Self {
        let gateway = Scripted {
            configuration: encode(&fetching_plan()).expect("a plan").0,
            ..orders()
        };
        let vm = Vm::new();
        let plugin = Rc::new(plugin(&gateway, &vm));
        let mut course = Course::new(CONTEXT, Some(Rc::clone(&plugin)));
        course.head(&gateway, &vm, true);
        Self {
            gateway,
            vm,
            plugin,
            course,
        }
    }

    fn tick(&self, millis: u64) {
        self.gateway.later.set(millis);
        tick::tick(&self.gateway, &self.vm, &self.plugin);
    }

    fn answered(&self, body: &[u8]) {
        let head = pairs::write(&[(":status", "200")]).expect("small sizes");
        self.gateway.called.replace((head, body.to_vec()));
        tick::answered(&self.gateway, &self.vm, &self.plugin, CallId(1), body.len());
    }
}

#[test]
fn a_request_waits_for_keys_and_goes_on_with_them() {
    let early = Early::new();
    assert_eq!(early.course.verdict(), Verdict::Hold);
    assert!(early.gateway.records.borrow().is_empty());
    assert!(early.gateway.answers.borrow().is_empty());
    early.tick(100);
    early.answered(&jwks());
    assert_eq!(early.course.verdict(), Verdict::Forward);
    let resumed = |early: &Early| {
        let calls = early.gateway.calls.borrow();
        calls.iter().filter(|call| *call == "resume").count()
    };
    assert_eq!(resumed(&early), 1);
    early.tick(200);
    assert_eq!(resumed(&early), 1);
    // It is a stream like any other now.
    early.tick(70_000);
    assert_eq!(
        early.gateway.last_answer(),
        (401, "remit:token_expired".into())
    );
    drop(early.course);
    assert!(early.plugin.open().matching(|_| Some(())).is_empty());
}

/// Where the gateway hands over what comes behind a head that waits, that comes once.
#[test]
fn trailers_that_come_while_a_request_waits_are_looked_at_then() {
    let mut early = Early::new();
    let fields = [("x-sum", "1"), ("x-remit-agent", "forged")];
    early.gateway.trailers = pairs::write(&fields).expect("small sizes");
    early.course.trailers(&early.gateway, &early.vm);
    assert_eq!(early.course.verdict(), Verdict::Hold);
    let calls = early.gateway.calls.borrow().clone();
    assert!(
        calls.contains(&"remove trailer x-remit-agent".into()),
        "{calls:?}"
    );
    early.tick(100);
    early.answered(&jwks());
    assert_eq!(early.course.verdict(), Verdict::Forward);
}

#[test]
fn trailers_that_cannot_be_read_end_a_request_that_waits() {
    let mut early = Early::new();
    let failing = Scripted {
        fails_at: Some(0),
        metrics: early.gateway.metrics.clone(),
        ..Scripted::default()
    };
    early.course.trailers(&failing, &early.vm);
    assert_eq!(failing.last_answer(), (503, "remit:host_failure".into()));
    early.tick(100);
    early.answered(&jwks());
    assert_eq!(early.course.verdict(), Verdict::Hold);
    assert!(!early.gateway.calls.borrow().contains(&"resume".into()));
}

#[test]
fn a_request_that_waited_long_enough_is_refused() {
    let early = Early::new();
    early.tick(1999);
    assert!(early.gateway.answers.borrow().is_empty());
    early.tick(2000);
    assert_eq!(early.gateway.last_answer().0, 503);
    assert_eq!(early.course.verdict(), Verdict::Hold);
}

#[test]
fn keys_that_do_not_say_enough_are_the_last_word() {
    let early = Early::new();
    early.tick(100);
    early.answered(br#"{"keys":[]}"#);
    assert_eq!(early.gateway.last_answer().0, 401);
    assert_eq!(early.course.verdict(), Verdict::Hold);
}
