//! Counting: ever, in fixed windows, or in one that slides.
//!
//! The first word says which of them it is: 0 for ever, the seconds of a fixed window, or less than
//! 0 for those of a sliding one. What was counted in another way than is asked for now counts as if
//! it had happened now, so that a changed limit never forgets.
//!
//! ```text
//! ever      0, count
//! fixed     seconds, beginning, count
//! sliding   -seconds, newest step, its count, that of the step before, … (17 in all)
//! ```
//! A time that lies ahead of now counts as now: the clock was set back, or who counts now has
//! looked at it a moment before somebody who was quicker. What lies ahead by more than the window is
//! brought back to that, so that nothing counts for longer than twice its window and a step.

use super::entry::{Garbled, Words};
use crate::plan::{Window, WindowKind};

/// What lies ahead by more than that, in milliseconds, does so because the clock was set back, and not
/// because a worker is a moment behind.
pub(super) const AHEAD: i64 = 60_000;
/// Steps that a sliding window is cut into.
const STEPS: i64 = 16;
/// Those whose calls may lie within it: it begins in the middle of the last.
const KEPT: usize = 17;

/// How much counts now.
pub(super) fn live(words: &[i64], window: Option<Window>, now: i64) -> Result<i64, Garbled> {
    let mut words = words.to_vec();
    settle(&mut words, window, now)?;
    Ok(sum(&words))
}

/// Counts so much, and says as of when, which is what [`give_back`] asks for.
pub(super) fn add(
    words: &mut Words,
    window: Option<Window>,
    weight: u32,
    now: i64,
) -> Result<i64, Garbled> {
    settle(words, window, now)?;
    let newest = if window.is_some() { 2 } else { 1 };
    let count = words.get_mut(newest).ok_or(Garbled)?;
    *count = count.saturating_add(i64::from(weight));
    Ok(match (window, words.get(1)) {
        (Some(window), Some(first)) if window.kind == WindowKind::Sliding => {
            first.saturating_mul(step(window))
        }
        _ => now,
    })
}

/// In how many milliseconds there is room for so much again; `None`: never.
pub(super) fn wait(
    words: &[i64],
    window: Option<Window>,
    (at_most, weight): (u32, u32),
    now: i64,
) -> Result<Option<i64>, Garbled> {
    let Some(window) = window.filter(|_| weight <= at_most) else {
        return Ok(None);
    };
    let mut words = words.to_vec();
    settle(&mut words, Some(window), now)?;
    let [_, first, counts @ ..] = words.as_slice() else {
        return Err(Garbled);
    };
    let length = i64::from(window.seconds) * 1000;
    if window.kind == WindowKind::Fixed {
        return Ok(Some(first.saturating_add(length).saturating_sub(now)));
    }
    let room = i64::from(at_most) - i64::from(weight);
    let mut kept = 0_i64;
    // The oldest step that has to go, seen from the newest.
    let goes = counts.iter().position(|count| {
        kept = kept.saturating_add(*count);
        kept > room
    });
    let goes = i64::try_from(goes.unwrap_or_default()).unwrap_or_default();
    let ends = (first - goes + STEPS + 1).saturating_mul(step(window));
    Ok(Some(ends.saturating_sub(now)))
}

/// Brings what was counted in another way, or lies ahead, into the form of a window for good: read
/// again and again it would always count as if it had just happened. Says whether that was needed.
pub(super) fn put_right(
    words: &mut Words,
    window: Option<Window>,
    now: i64,
) -> Result<bool, Garbled> {
    let newest = now.saturating_add(AHEAD);
    let newest = match window {
        Some(window) if window.kind == WindowKind::Sliding => newest.div_euclid(step(window)),
        _ => newest,
    };
    let lies_ahead = window.is_some() && words.get(1).is_some_and(|first| *first > newest);
    if words.is_empty() || (words.first() == Some(&tag(window)) && !lies_ahead) {
        return Ok(false);
    }
    settle(words, window, now)?;
    Ok(true)
}

/// Takes so much off that was counted at a time, as far as it still counts.
pub(super) fn give_back(words: &mut Words, window: Option<Window>, weight: u32, at: i64) {
    if words.first() != Some(&tag(window)) {
        return;
    }
    let place = match window {
        None => 1,
        Some(window) if window.kind == WindowKind::Fixed => {
            if words.get(1).is_none_or(|first| at < *first) {
                return;
            }
            2
        }
        Some(window) => {
            let newest = words.get(1).copied().unwrap_or_default();
            let age = newest.saturating_sub(at.div_euclid(step(window)));
            2 + usize::try_from(age.max(0)).unwrap_or(usize::MAX - 2)
        }
    };
    if let Some(count) = words.get_mut(place) {
        *count = count.saturating_sub(i64::from(weight)).max(0);
    }
}

/// Brings words into the form of a window, as of now.
fn settle(words: &mut Words, window: Option<Window>, now: i64) -> Result<(), Garbled> {
    let tag = tag(window);
    match words.first() {
        None => *words = fresh(tag, window, now, 0),
        Some(found) if *found != tag => {
            let before = of_tag(*found);
            if self::tag(before) != *found {
                return Err(Garbled);
            }
            settle(words, before, now)?;
            *words = fresh(tag, window, now, sum(words));
        }
        Some(_) => {}
    }
    let length = match window.map(|window| window.kind) {
        None => 2,
        Some(WindowKind::Fixed) => 3,
        Some(WindowKind::Sliding) => 2 + KEPT,
    };
    if words.len() != length || words.iter().skip(1).any(|word| *word < 0) {
        return Err(Garbled);
    }
    let Some(window) = window else {
        return Ok(());
    };
    let [_, first, counts @ ..] = words.as_mut_slice() else {
        return Err(Garbled);
    };
    match window.kind {
        WindowKind::Fixed => {
            *first = now.min(*first);
            if now - *first >= i64::from(window.seconds) * 1000 {
                *first = now;
                counts.fill(0);
            }
        }
        WindowKind::Sliding => {
            let step = now.div_euclid(step(window));
            let newest = step.max((*first).min(step.saturating_add(STEPS)));
            let passed = usize::try_from(newest.saturating_sub(*first)).unwrap_or(0);
            let passed = passed.min(counts.len());
            counts.rotate_right(passed);
            counts.iter_mut().take(passed).for_each(|count| *count = 0);
            *first = newest;
        }
    }
    Ok(())
}

fn fresh(tag: i64, window: Option<Window>, now: i64, count: i64) -> Words {
    match window {
        None => vec![tag, count],
        Some(window) if window.kind == WindowKind::Fixed => vec![tag, now, count],
        Some(window) => {
            let mut words = vec![0; 2 + KEPT];
            for (word, value) in words
                .iter_mut()
                .zip([tag, now.div_euclid(step(window)), count])
            {
                *word = value;
            }
            words
        }
    }
}

fn sum(words: &[i64]) -> i64 {
    let counts = match words.first() {
        Some(0) => words.get(1..),
        _ => words.get(2..),
    };
    let counts = counts.unwrap_or_default().iter();
    counts.fold(0, |sum: i64, count| sum.saturating_add(*count))
}

/// Milliseconds of a step, rounded up.
fn step(window: Window) -> i64 {
    (i64::from(window.seconds) * 1000 + STEPS - 1) / STEPS
}

fn tag(window: Option<Window>) -> i64 {
    match window {
        None => 0,
        Some(window) if window.kind == WindowKind::Fixed => i64::from(window.seconds),
        Some(window) => -i64::from(window.seconds),
    }
}

fn of_tag(tag: i64) -> Option<Window> {
    let seconds = u32::try_from(tag.unsigned_abs())
        .ok()
        .filter(|seconds| *seconds > 0)?;
    let kind = if tag > 0 {
        WindowKind::Fixed
    } else {
        WindowKind::Sliding
    };
    Some(Window { seconds, kind })
}

#[cfg(test)]
mod tests;
