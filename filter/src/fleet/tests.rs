use remit_engine::plan::{Alone, encode};

use super::*;
use crate::scripted::{Scripted, fleet_plan, orders, plugin};

fn at(millis: i64) -> UnixTime {
    UnixTime::from_nanos(millis.unsigned_abs() * 1_000_000)
}

/// Something that was asked and has so long.
fn asked(call: u32, until: i64) -> Asked {
    Asked {
        call: CallId(call),
        until,
        limits: Vec::new(),
        again: Again::default(),
    }
}

fn with_fleet() -> Plugin {
    let gateway = Scripted {
        configuration: encode(&fleet_plan(&[("calls", Alone::Refuse)]))
            .expect("a plan")
            .0,
        ..orders()
    };
    plugin(&gateway, &Vm::new())
}

#[test]
fn whoever_asked_is_found_once() {
    let asking = Asking::default();
    let fate = Rc::new(Fate::undecided());
    asking.add(ContextId(7), &fate, &asked(1, 0));
    asking.add(ContextId(8), &fate, &asked(2, 0));
    let take = |call| asking.take(CallId(call)).map(|asker| asker.context.0);
    assert_eq!([2, 2, 3, 1].map(take), [Some(8), None, None, Some(7)]);
}

#[test]
fn the_list_is_bounded_and_those_who_are_gone_make_room() {
    let asking = Asking::default();
    let (stays, ends) = (Rc::new(Fate::undecided()), Rc::new(Fate::undecided()));
    for number in 0..MOST {
        assert!(asking.has_room(), "{number} ask");
        let fate = if number == 7 { &stays } else { &ends };
        asking.add(ContextId(7), fate, &asked(number as u32, 0));
    }
    assert!(!asking.has_room());
    assert!(!asking.has_room(), "nobody goes who has not ended");
    drop(ends);
    assert!(asking.has_room());
    assert!(asking.take(CallId(7)).is_some());
}

#[test]
fn who_is_forgotten_is_given_up_in_time() {
    let (asking, plugin) = (Asking::default(), with_fleet());
    let (stays, ends) = (Rc::new(Fate::undecided()), Rc::new(Fate::undecided()));
    // What a question of now may take: its timeout, and grace.
    asking.add(ContextId(1), &stays, &asked(1, 10_100 + GRACE));
    asking.add(ContextId(2), &stays, &asked(2, 10_200 + GRACE));
    asking.add(ContextId(3), &ends, &asked(3, 10_100 + GRACE));
    drop(ends);
    let late = |now| {
        let each = std::iter::from_fn(|| asking.take_late(at(now), &plugin));
        let contexts: Vec<u32> = each.map(|asker| asker.context.0).collect();
        contexts
    };
    // Whoever has ended goes at once.
    assert_eq!(late(10_100), [3]);
    assert_eq!(late(10_099 + GRACE), [0; 0]);
    assert_eq!(late(10_100 + GRACE), [1]);
    // The clock is set back.
    assert_eq!(late(9_000), [2]);
}
