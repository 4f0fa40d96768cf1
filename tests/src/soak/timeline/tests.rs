//! Around a switch both plans can decide, before and after it one.

use std::thread::sleep;
use std::time::{Duration, Instant};

use super::{Span, Timeline};

/// A moment that lies behind all before it.
fn moment() -> Instant {
    sleep(Duration::from_millis(1));
    let now = Instant::now();
    sleep(Duration::from_millis(1));
    now
}

#[test]
fn a_switch_from_plan_to_plan() {
    let timeline = Timeline::starting_with(0);
    let before = moment();
    timeline.told(1);
    let during = moment();
    timeline.everywhere();
    let after = moment();
    let cases = [
        ("before", before, before, [true, false]),
        ("into it", before, during, [true, true]),
        ("within", during, during, [true, true]),
        ("out of it", during, after, [true, true]),
        ("over it", before, after, [true, true]),
        ("after", after, after, [false, true]),
    ];
    for (name, sent, answered, expected) in cases {
        let span = Span { sent, answered };
        let could = [0, 1].map(|turn| timeline.could_decide(turn, span));
        assert_eq!(could, expected, "{name}");
    }
}

#[test]
fn a_plan_that_comes_again() {
    let timeline = Timeline::starting_with(0);
    for turn in [1, 0] {
        timeline.told(turn);
        timeline.everywhere();
    }
    let now = moment();
    let span = Span {
        sent: now,
        answered: now,
    };
    assert!(timeline.could_decide(0, span));
    assert!(!timeline.could_decide(1, span));
}
