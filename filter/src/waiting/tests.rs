use super::*;

fn at(millis: i64) -> UnixTime {
    UnixTime::from_nanos(millis.unsigned_abs() * 1_000_000)
}

const AWAITED: Awaited = Awaited {
    source: SourceId(0),
    seen: 3,
};

fn contexts(waiters: &[Waiter]) -> Vec<u32> {
    waiters.iter().map(|waiter| waiter.context.0).collect()
}

#[test]
fn who_waits_is_ready_when_the_document_comes_or_time_is_over() {
    let waiting = Waiting::default();
    let fate = Rc::new(Fate::undecided());
    waiting.add(ContextId(1), AWAITED, &fate, at(0));
    waiting.add(ContextId(2), AWAITED, &fate, at(500));
    let other = Awaited {
        source: SourceId(1),
        seen: 0,
    };
    waiting.add(ContextId(3), other, &fate, at(500));
    let seen = |source| if source == SourceId(0) { 3 } else { 0 };
    assert_eq!(contexts(&waiting.take_ready(at(LONGEST - 1), seen)), [0; 0]);
    let late = waiting.take_ready(at(LONGEST), seen);
    assert_eq!(contexts(&late), [1]);
    assert_eq!(contexts(&waiting.take_ready(at(LONGEST), |_| 4)), [2, 3]);
    assert_eq!(
        contexts(&waiting.take_ready(at(LONGEST * 9), |_| 9)),
        [0; 0]
    );
}

#[test]
fn who_goes_on_waiting_does_not_wait_longer() {
    let waiting = Waiting::default();
    let fate = Rc::new(Fate::undecided());
    waiting.add(ContextId(1), AWAITED, &fate, at(0));
    for waiter in waiting.take_ready(at(LONGEST - 1), |_| 4) {
        waiting.put_back(waiter, Awaited { seen: 4, ..AWAITED });
    }
    assert_eq!(contexts(&waiting.take_ready(at(LONGEST), |_| 4)), [1]);
}

#[test]
fn a_request_that_ends_leaves_the_list_and_makes_room() {
    let waiting = Waiting::default();
    let stays = Rc::new(Fate::undecided());
    let ends = Rc::new(Fate::undecided());
    for number in 0..MOST {
        assert!(waiting.has_room(), "{number} wait");
        let fate = if number == 7 { &stays } else { &ends };
        waiting.add(ContextId(7), AWAITED, fate, at(0));
    }
    assert!(!waiting.has_room());
    drop(ends);
    assert!(waiting.has_room());
    assert_eq!(contexts(&waiting.take_ready(at(0), |_| 4)), [7]);
}
