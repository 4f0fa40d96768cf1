use std::rc::Rc;

use super::*;
use crate::course::Course;
use crate::gateway::ContextId;
use crate::request::Verdict;
use crate::scripted::{Scripted, gateway, head, orders, plugin};

/// A request of a context, decided.
fn begun(gateway: &Scripted, vm: &Vm, plugin: &Rc<Plugin>, context: u32) -> Course {
    let mut course = Course::new(ContextId(context), Some(Rc::clone(plugin)));
    course.head(gateway, vm, true);
    course
}

/// The token of these requests runs out after 60 s and 5 s of leeway.
#[test]
fn a_stream_ends_with_its_token() {
    let (gateway, vm) = (orders(), Vm::new());
    let plugin = Rc::new(plugin(&gateway, &vm));
    let course = begun(&gateway, &vm, &plugin, 7);
    assert_eq!(course.verdict(), Verdict::Forward);
    gateway.later.set(64_999);
    gateway.calls.borrow_mut().clear();
    tick(&gateway, &vm, &plugin);
    assert_eq!(*gateway.calls.borrow(), ["now"]);
    gateway.later.set(66_000);
    gateway.calls.borrow_mut().clear();
    tick(&gateway, &vm, &plugin);
    assert_eq!(
        *gateway.calls.borrow(),
        ["now", "turn to 7", "answer", "count"]
    );
    assert_eq!(gateway.last_answer(), (401, "remit:token_expired".into()));
    assert_eq!(
        gateway.metric("remit_streams_closed.reason.token_expired"),
        1
    );
    drop(course);
    gateway.later.set(70_000);
    gateway.calls.borrow_mut().clear();
    tick(&gateway, &vm, &plugin);
    assert_eq!(*gateway.calls.borrow(), ["now"]);
}

/// What is not ended counts as nothing, and is tried again.
#[test]
fn a_stream_that_cannot_be_ended_is_tried_again() {
    for (fails_at, call) in [(1, "turn to 7"), (2, "answer")] {
        let (healthy, vm) = (orders(), Vm::new());
        let plugin = Rc::new(plugin(&healthy, &vm));
        let _course = begun(&healthy, &vm, &plugin, 7);
        let failing = Scripted {
            fails_at: Some(fails_at),
            ..Scripted::default()
        };
        failing.later.set(66_000);
        tick(&failing, &vm, &plugin);
        assert_eq!(
            failing.calls.borrow().last().map(String::as_str),
            Some(call)
        );
        healthy.later.set(67_000);
        tick(&healthy, &vm, &plugin);
        assert_eq!(healthy.last_answer(), (401, "remit:token_expired".into()));
    }
}

#[test]
fn what_was_refused_or_is_public_is_no_stream_to_end() {
    for path in ["/healthz", "/v1/orders"] {
        let (gateway, vm) = (gateway(head(path, &[])), Vm::new());
        let plugin = Rc::new(plugin(&gateway, &vm));
        let course = begun(&gateway, &vm, &plugin, 7);
        assert_eq!(course.verdict() == Verdict::Forward, path == "/healthz");
        assert_eq!(Rc::strong_count(&plugin), 1, "the plan is kept for nothing");
        assert!(plugin.open().matching(|_| Some(())).is_empty());
    }
}
