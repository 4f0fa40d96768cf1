use proptest::collection::vec;
use proptest::prelude::*;

use super::super::entry::{Garbled, Words};
use super::{give_back, has, meet, met, recall, remember, remembered, wait};
use crate::plan::{Window, WindowKind};

const TEN: Option<Window> = Some(Window {
    seconds: 10,
    kind: WindowKind::Sliding,
});

#[test]
fn each_target_counts_once() {
    for window in [None, TEN] {
        let mut words = Words::new();
        for (target, now) in [([1, 2], 100), ([1, 3], 200), ([1, 2], 300), ([2, 1], 300)] {
            meet(&mut words, window, target, now).unwrap();
        }
        assert_eq!(met(&words, window, [1, 2], 300), Ok((true, 3)));
        assert_eq!(met(&words, window, [3, 1], 300), Ok((false, 3)));
    }
}

#[test]
fn a_target_counts_for_the_window_after_it_was_last_met() {
    let mut words = Words::new();
    meet(&mut words, TEN, [1, 1], 0).unwrap();
    meet(&mut words, TEN, [2, 2], 4_000).unwrap();
    meet(&mut words, TEN, [1, 1], 5_000).unwrap();
    assert_eq!(met(&words, TEN, [2, 2], 13_999), Ok((true, 2)));
    assert_eq!(wait(&words, TEN, 13_999), Ok(Some(1)));
    assert_eq!(met(&words, TEN, [2, 2], 14_000), Ok((false, 1)));
    assert_eq!(met(&words, TEN, [1, 1], 15_000), Ok((false, 0)));
    assert_eq!(wait(&words, TEN, 15_000), Ok(None));
    assert_eq!(wait(&words, None, 0), Ok(None));
    // What no longer counts takes no room.
    meet(&mut words, TEN, [3, 3], 14_500).unwrap();
    assert_eq!(words.len(), 6);
    // It is there all the same for who counts without a window.
    assert_eq!(met(&words, None, [1, 1], 99_000), Ok((true, 2)));
}

#[test]
fn a_time_ahead_of_now_counts_as_now() {
    let mut words = Words::new();
    meet(&mut words, TEN, [1, 1], 1_000_000).unwrap();
    assert_eq!(met(&words, TEN, [1, 1], 5_000), Ok((true, 1)));
    assert_eq!(wait(&words, TEN, 5_000), Ok(Some(10_000)));
    // Not for ever: with the next call it is no more than a window ahead.
    meet(&mut words, TEN, [2, 2], 5_000).unwrap();
    assert_eq!(met(&words, TEN, [1, 1], 24_999), Ok((true, 1)));
    assert_eq!(met(&words, TEN, [1, 1], 25_000), Ok((false, 0)));
    // One that is a moment behind shortens nothing.
    let mut words = Words::new();
    meet(&mut words, TEN, [1, 1], 1_000).unwrap();
    meet(&mut words, TEN, [2, 2], 900).unwrap();
    assert_eq!(met(&words, TEN, [1, 1], 10_999), Ok((true, 1)));
}

#[test]
fn a_target_is_given_back_unless_it_was_met_since() {
    for window in [None, TEN] {
        let mut words = Words::new();
        let at = meet(&mut words, window, [1, 1], 100).unwrap();
        meet(&mut words, window, [2, 2], 100).unwrap();
        let mut once = words.clone();
        give_back(&mut once, [1, 1], at);
        assert_eq!(met(&once, window, [1, 1], 100), Ok((false, 1)));
        // In the same millisecond, and by one that is behind.
        for now in [100, 99, 101] {
            let mut twice = words.clone();
            meet(&mut twice, window, [1, 1], now).unwrap();
            give_back(&mut twice, [1, 1], at);
            assert_eq!(met(&twice, window, [1, 1], 101), Ok((true, 2)), "{now}");
        }
    }
    let mut garbled = vec![1, 1];
    give_back(&mut garbled, [1, 1], 0);
    assert_eq!(garbled, [1, 1]);
}

#[test]
fn calls_are_remembered_with_first_and_last() {
    let mut words = Words::new();
    assert_eq!(remembered(&words, 5), Ok(None));
    for now in [50, 70, 60] {
        remember(&mut words, now).unwrap();
    }
    assert_eq!(remembered(&words, 100), Ok(Some([3, 50, 60])));
    assert_eq!(remembered(&words, 55), Ok(Some([3, 50, 55])));
    assert_eq!(remembered(&words, 40), Ok(Some([3, 40, 40])));
    assert_eq!(recall(&mut words, [7, 8], 70, (50, 2)), Ok(true));
    remember(&mut words, 80).unwrap();
    assert_eq!(has(&words, [7, 8]), Ok((true, 1)));
    assert_eq!(has(&words, [8, 7]), Ok((false, 1)));
    assert_eq!(has(&[], [7, 8]), Ok((false, 0)));
}

#[test]
fn a_full_memory_forgets_targets_that_are_no_longer_kept_and_no_others() {
    let mut words = vec![1, 0, 0];
    for (number, at) in [(1, 100), (2, 110), (1, 120)] {
        assert_eq!(recall(&mut words, [number, 0], at, (50, 2)), Ok(true));
    }
    // The second was met at 110, the first again at 120.
    assert_eq!(recall(&mut words.clone(), [3, 0], 159, (50, 2)), Ok(false));
    assert_eq!(recall(&mut words, [3, 0], 160, (50, 2)), Ok(true));
    assert_eq!(has(&words, [1, 0]), Ok((true, 2)));
    assert_eq!(has(&words, [2, 0]), Ok((false, 2)));
}

#[test]
fn garbled_words_are_no_memory() {
    for words in [
        vec![1],
        vec![1, 5],
        vec![0, 5, 5],
        vec![-1, 5, 5],
        vec![1, -5, 5],
        vec![1, 5, i64::MIN],
    ] {
        assert_eq!(remembered(&words, 9), Err(Garbled), "{words:?}");
        // Nor is it made one by being remembered in.
        assert_eq!(remember(&mut words.clone(), 9), Err(Garbled), "{words:?}");
    }
    assert_eq!(has(&[1, 5, 5, 7], [7, 8]), Err(Garbled));
    assert_eq!(met(&[1, 1], TEN, [1, 1], 9), Err(Garbled));
    assert_eq!(meet(&mut vec![1, 1], TEN, [1, 1], 9), Err(Garbled));
    assert_eq!(wait(&[1, 1], TEN, 9), Err(Garbled));
}

proptest! {
    #[test]
    fn whatever_words_there_are_nothing_breaks(
        words in vec(any::<i64>(), 0..12),
        seconds in 1_u32..,
        now in any::<i64>(),
    ) {
        let kind = WindowKind::Sliding;
        for window in [None, Some(Window { seconds, kind })] {
            let mut words = words.clone();
            let _ = met(&words, window, [1, 1], now);
            let _ = wait(&words, window, now);
            let _ = has(&words, [1, 1]);
            give_back(&mut words, [1, 1], now);
            let _ = remember(&mut words.clone(), now);
            let _ = meet(&mut words, window, [1, 1], now);
        }
    }
}
