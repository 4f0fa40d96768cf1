use proptest::collection::vec;
use proptest::prelude::*;

use super::{Garbled, STEPS, Words, add, give_back, live, step, tag, wait};
use crate::plan::{Window, WindowKind};

fn sliding(seconds: u32) -> Option<Window> {
    let kind = WindowKind::Sliding;
    Some(Window { seconds, kind })
}

fn fixed(seconds: u32) -> Option<Window> {
    let kind = WindowKind::Fixed;
    Some(Window { seconds, kind })
}

/// Counts one where that leaves no more than so many.
fn try_one(words: &mut Words, window: Option<Window>, at_most: i64, now: i64) -> bool {
    let is_free = live(words, window, now).unwrap() < at_most;
    if is_free {
        add(words, window, 1, now).unwrap();
    }
    is_free
}

#[test]
fn ever_is_for_ever() {
    let mut words = Words::new();
    assert_eq!(live(&words, None, 5), Ok(0));
    add(&mut words, None, 2, 5).unwrap();
    add(&mut words, None, u32::MAX, i64::MAX).unwrap();
    assert_eq!(live(&words, None, 0), Ok(2 + i64::from(u32::MAX)));
    assert_eq!(wait(&words, None, (9, 1), 0), Ok(None));
    words[1] = i64::MAX;
    add(&mut words, None, 1, 0).unwrap();
    assert_eq!(live(&words, None, 0), Ok(i64::MAX));
}

#[test]
fn a_fixed_window_begins_with_its_first_call() {
    let (mut words, window) = (Words::new(), fixed(10));
    add(&mut words, window, 3, 1_000).unwrap();
    assert_eq!(live(&words, window, 10_999), Ok(3));
    assert_eq!(wait(&words, window, (3, 1), 10_999), Ok(Some(1)));
    assert_eq!(live(&words, window, 11_000), Ok(0));
    // Nothing of it begins by being looked at.
    add(&mut words, window, 1, 15_000).unwrap();
    assert_eq!(live(&words, window, 24_999), Ok(1));
    assert_eq!(live(&words, window, 25_000), Ok(0));
    // The clock is set back: what was counted counts from then on.
    assert_eq!(live(&words, window, 0), Ok(1));
    add(&mut words, window, 1, 0).unwrap();
    assert_eq!(live(&words, window, 9_999), Ok(2));
    assert_eq!(live(&words, window, 10_000), Ok(0));
}

#[test]
fn a_sliding_window_forgets_by_sixteenths() {
    let window = sliding(16);
    for at in [0, 1, 500, 999] {
        let mut words = Words::new();
        add(&mut words, window, 1, at).unwrap();
        assert_eq!(live(&words, window, at + 16_000), Ok(1), "{at}");
        assert_eq!(live(&words, window, 16_999), Ok(1), "{at}");
        assert_eq!(live(&words, window, 17_000), Ok(0), "{at}");
        assert_eq!(wait(&words, window, (1, 1), at), Ok(Some(17_000 - at)));
    }
}

#[test]
fn waiting_is_as_long_as_it_takes() {
    let (mut words, window) = (Words::new(), sliding(16));
    for (at, weight) in [(0, 2), (3_000, 1), (9_500, 4)] {
        add(&mut words, window, weight, at).unwrap();
    }
    for (weight, until) in [(1, 17_000), (2, 17_000), (3, 20_000), (4, 26_000)] {
        let ends = wait(&words, window, (7, weight), 10_000).unwrap().unwrap();
        assert_eq!(ends, until - 10_000, "{weight}");
        let room = 7 - i64::from(weight);
        assert!(live(&words, window, 10_000 + ends).unwrap() <= room);
        assert!(live(&words, window, 10_000 + ends - 1).unwrap() > room);
    }
    // What is more than there may ever be.
    assert_eq!(wait(&words, window, (7, 8), 10_000), Ok(None));
}

/// Two workers whose requests began at two sides of a step, one after the other and again.
#[test]
fn going_back_and_forth_forgets_nothing() {
    let (mut words, window) = (Words::new(), sliding(16));
    add(&mut words, window, 1, 1_999).unwrap();
    for _ in 0..40 {
        add(&mut words, window, 0, 2_000).unwrap();
        add(&mut words, window, 0, 1_999).unwrap();
    }
    assert_eq!(live(&words, window, 17_999), Ok(1));
    assert_eq!(live(&words, window, 18_000), Ok(0));
}

#[test]
fn a_clock_that_is_set_back_far_does_not_stop_everything_for_long() {
    let (mut words, window) = (Words::new(), sliding(16));
    add(&mut words, window, 1, 1_000_000_000).unwrap();
    add(&mut words, window, 1, 5_000).unwrap();
    assert_eq!(live(&words, window, 5_000 + 32_000), Ok(2));
    assert_eq!(live(&words, window, 5_000 + 33_000), Ok(0));
}

#[test]
fn a_changed_window_forgets_nothing() {
    let windows = [None, sliding(16), sliding(1), fixed(10), fixed(60)];
    for from in windows {
        for to in windows {
            let mut words = Words::new();
            add(&mut words, from, 3, 1_000).unwrap();
            assert_eq!(live(&words, to, 1_500), Ok(3), "{from:?} {to:?}");
            add(&mut words, to, 1, 1_500).unwrap();
            assert_eq!(live(&words, to, 1_500), Ok(4), "{from:?} {to:?}");
            assert_eq!(words[0], tag(to));
            if let Some(window) = to {
                let later = 1_500 + i64::from(window.seconds) * 1000;
                assert!(from == to || live(&words, to, later - 1) == Ok(4));
                assert_eq!(live(&words, to, 2 * later), Ok(0));
            }
        }
    }
}

#[test]
fn what_is_given_back_is_what_still_counts() {
    for window in [None, fixed(10), sliding(16)] {
        let mut words = Words::new();
        add(&mut words, window, 1, 1_000).unwrap();
        let at = add(&mut words, window, 5, 4_000).unwrap();
        // A moment before it.
        let before = add(&mut words, window, 7, 3_999).unwrap();
        add(&mut words, window, 1, 6_000).unwrap();
        give_back(&mut words, window, 5, at);
        assert_eq!(live(&words, window, 6_000), Ok(9), "{window:?}");
        give_back(&mut words, window, 7, before);
        assert_eq!(live(&words, window, 6_000), Ok(2), "{window:?}");
        if window.is_some() {
            let at = add(&mut words, window, 2, 9_000).unwrap();
            add(&mut words, window, 2, 40_000).unwrap();
            give_back(&mut words, window, 2, at);
            assert_eq!(live(&words, window, 40_000), Ok(2), "{window:?}");
        }
        // Of another window nothing is known any more.
        let at = add(&mut words, window, 2, 41_000).unwrap();
        add(&mut words, fixed(99), 0, 41_000).unwrap();
        let counted = live(&words, fixed(99), 41_000);
        give_back(&mut words, window, 2, at);
        assert_eq!(live(&words, fixed(99), 41_000), counted);
    }
}

#[test]
fn garbled_words_are_no_count() {
    for words in [
        vec![0],
        vec![0, -1],
        vec![0, 1, 1],
        vec![10, 1],
        vec![10, -1, 0],
        vec![10, 0, i64::MIN],
        vec![-16, 0, 0],
        vec![i64::MIN, 0, 0],
        vec![i64::MAX, 0, 0],
        vec![1 << 32, 0, 0],
    ] {
        for window in [None, fixed(10), sliding(16)] {
            let found = live(&words, window, 1_000);
            assert_eq!(found, Err(Garbled), "{words:?} {window:?}");
        }
    }
    // Numbers that nobody wrote are numbers.
    let far = vec![10, i64::MAX, i64::MAX];
    assert_eq!(live(&far, fixed(10), 1_000), Ok(i64::MAX));
    assert_eq!(live(&far, sliding(16), 1_000), Ok(i64::MAX));
    let mut far = vec![i64::MAX; 19];
    far[0] = -16;
    assert_eq!(live(&far, sliding(16), 1_000), Ok(i64::MAX));
    assert!(wait(&far, sliding(16), (5, 1), i64::MAX).is_ok());
}

proptest! {
    /// Whenever calls come, also from workers whose time is a little behind.
    #[test]
    fn no_window_of_the_length_has_more_than_there_may_be(
        seconds in 1_u32..12,
        at_most in 0_i64..6,
        calls in vec((prop_oneof![0_i64..60, 0_i64..2_000], 0_i64..500), 1..120),
    ) {
        let (mut words, window) = (Words::new(), sliding(seconds));
        let (mut clock, mut allowed) = (1_000_000, Vec::new());
        let length = i64::from(seconds) * 1000;
        for (passed, behind) in calls {
            clock += passed;
            let now = clock - behind;
            let longest = length + 2 * step(window.unwrap()) + STEPS + 500;
            let recent = allowed.iter().filter(|at| **at > now - longest).count();
            if try_one(&mut words, window, at_most, now) {
                // Who is behind comes after who was quicker all the same.
                let before = allowed.last().copied().unwrap_or(now);
                allowed.push(now.max(before));
            } else {
                // Each counts for the window and a step.
                prop_assert!(recent >= at_most as usize);
            }
        }
        allowed.sort_unstable();
        for from in &allowed {
            let within = allowed.iter().filter(|at| (*from..from + length).contains(at));
            prop_assert!(within.count() <= at_most as usize);
        }
    }

    #[test]
    fn whatever_words_there_are_nothing_breaks(
        words in vec(prop_oneof![any::<i64>(), -20_i64..20], 0..22),
        seconds in prop_oneof![1_u32..20, any::<u32>()],
        now in prop_oneof![0_i64..100_000, any::<i64>()],
    ) {
        for window in [None, sliding(seconds.max(1)), fixed(seconds.max(1))] {
            let mut words = words.clone();
            let _ = live(&words, window, now);
            let _ = wait(&words, window, (5, 1), now);
            give_back(&mut words, window, 1, now);
            let _ = add(&mut words, window, u32::MAX, now);
        }
    }
}
