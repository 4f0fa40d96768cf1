use super::*;
use crate::request::{self, Outcome};
use crate::scripted::{FIRST, orders, plugin};
use crate::vm::Vm;

fn grounds() -> Grounds {
    let (gateway, vm) = (orders(), Vm::new());
    let plugin = plugin(&gateway, &vm);
    match request::handle(&gateway, &vm, Some(&plugin), FIRST) {
        Outcome::Forward(Some(grounds), _) => grounds,
        other => panic!("{other:?}"),
    }
}

fn stream(number: u32, grounds: &Grounds) -> Stream {
    Stream {
        context: ContextId(number),
        grounds: grounds.clone(),
    }
}

fn all(open: &Open) -> Vec<u32> {
    let found = open.matching(|_| Some(()));
    found.iter().map(|(context, ())| context.0).collect()
}

#[test]
fn places_are_used_again() {
    let (open, grounds) = (Open::default(), grounds());
    let [one, two, three] = [1, 2, 3].map(|number| open.add(stream(number, &grounds)));
    assert_eq!(all(&open), [1, 2, 3]);
    open.remove(two);
    assert_eq!(all(&open), [1, 3]);
    let four = open.add(stream(4, &grounds));
    assert_eq!(all(&open), [1, 4, 3]);
    for ticket in [one, three, four] {
        open.remove(ticket);
    }
    assert_eq!(all(&open), [0; 0]);
    assert_eq!(open.places.borrow().streams.len(), 3);
    let places = open.places.borrow();
    let kept = places.streams.iter().flatten().count();
    assert_eq!(kept, 0, "a stream that is gone keeps its token");
}

#[test]
fn tokens_are_looked_at_once_a_second() {
    let open = Open::default();
    let at = |millis: u64| UnixTime::from_nanos(millis * 1_000_000);
    let looks = [5000, 5100, 5999, 6000, 6001, 9000].map(|millis| open.is_time_to_look(at(millis)));
    assert_eq!(looks, [true, false, false, true, false, true]);
    // The clock is set back by an hour's worth, and forward again.
    let looks = [3000, 3500, 4000].map(|millis| open.is_time_to_look(at(millis)));
    assert_eq!(looks, [true, false, true]);
}
