//! What calls were about, each by 128 bits of a hash.
//!
//! Each takes three words: the hash and when it was last met. A memory keeps how many calls there
//! were, when the first and last, before those.

use super::count::AHEAD;
use super::entry::{Garbled, Words};
use crate::plan::Window;

/// A target's hash.
pub(super) type Target = [i64; 2];

/// Words of a target.
const MET: usize = 3;
/// Words of a memory before its targets.
const HEAD: usize = 3;

/// Whether a target is among those of a limit that still count, and how many do.
pub(super) fn met(
    words: &[i64],
    window: Option<Window>,
    target: Target,
    now: i64,
) -> Result<(bool, usize), Garbled> {
    let mut is_there = false;
    let mut count = 0;
    for [one, two, last] in triples(words)? {
        if counts(*last, window, now) {
            count += 1;
            is_there |= [*one, *two] == target;
        }
    }
    Ok((is_there, count))
}

/// A target is met now; those that no longer count are forgotten. Says as of when, which is later
/// than when it was met before: so who met it first can tell that somebody has since.
pub(super) fn meet(
    words: &mut Words,
    window: Option<Window>,
    target: Target,
    now: i64,
) -> Result<i64, Garbled> {
    let mut kept = Words::with_capacity(words.len() + MET);
    let mut met = now;
    for [one, two, last] in triples(words)? {
        if !counts(*last, window, now) {
            continue;
        }
        // As of counts: what lies far ahead does not stay there.
        let length = window.map_or(i64::MAX, length);
        let last = (*last).min(now.saturating_add(length));
        if [*one, *two] == target {
            met = now.max(last.saturating_add(1));
        } else {
            kept.extend([*one, *two, last]);
        }
    }
    kept.extend([target[0], target[1], met]);
    *words = kept;
    Ok(met)
}

/// In how many milliseconds one of them no longer counts; `None`: never.
pub(super) fn wait(
    words: &[i64],
    window: Option<Window>,
    now: i64,
) -> Result<Option<i64>, Garbled> {
    let Some(window) = window else {
        return Ok(None);
    };
    let live = triples(words)?.iter().map(|[_, _, last]| (*last).min(now));
    let live = live.filter(|last| counts(*last, Some(window), now));
    let oldest = live.min();
    Ok(oldest.map(|oldest| oldest.saturating_add(length(window)).saturating_sub(now)))
}

/// Has what lies ahead count as of now, for good. Says whether anything did.
pub(super) fn put_right(words: &mut Words, now: i64) -> bool {
    let mut is_changed = false;
    for last in words.iter_mut().skip(MET - 1).step_by(MET) {
        if *last > now.saturating_add(AHEAD) {
            is_changed = true;
            *last = now;
        }
    }
    is_changed
}

/// Forgets a target that was met at a time for the first time and not since.
pub(super) fn give_back(words: &mut Words, target: Target, at: i64) {
    let Ok(all) = triples(words) else {
        return;
    };
    let kept = all
        .iter()
        .filter(|[one, two, last]| ([*one, *two], *last) != (target, at));
    *words = kept.flatten().copied().collect();
}

/// How many calls a memory has, when the first and when the last, in milliseconds.
pub(super) fn remembered(words: &[i64], now: i64) -> Result<Option<[i64; 3]>, Garbled> {
    match words {
        [] => Ok(None),
        [calls, first, last, ..] if *calls > 0 && *first >= 0 && *last >= 0 => {
            Ok(Some([*calls, *first.min(&now), *last.min(&now)]))
        }
        _ => Err(Garbled),
    }
}

/// A call is remembered.
pub(super) fn remember(words: &mut Words, now: i64) -> Result<(), Garbled> {
    let [calls, first, _] = remembered(words, now)?.unwrap_or([0, now, now]);
    words.resize(words.len().max(HEAD), 0);
    let head = [calls.saturating_add(1), first, now];
    for (word, value) in words.iter_mut().zip(head) {
        *word = value;
    }
    Ok(())
}

/// Whether a memory has a target, and how many.
pub(super) fn has(words: &[i64], target: Target) -> Result<(bool, usize), Garbled> {
    let all = of_memory(words)?;
    let is_there = all.iter().any(|[one, two, _]| [*one, *two] == target);
    Ok((is_there, all.len()))
}

/// A memory has a target from now on. Where that is one more than there may be, those are forgotten
/// that were met longer ago than histories are kept, in milliseconds. Says whether there is room.
pub(super) fn recall(
    words: &mut Words,
    target: Target,
    now: i64,
    (keep, at_most): (i64, usize),
) -> Result<bool, Garbled> {
    let all = of_memory(words)?;
    let (is_there, count) = has(words, target)?;
    let is_full = !is_there && count >= at_most;
    let mut kept: Words = words.iter().take(HEAD).copied().collect();
    for [one, two, last] in all {
        let is_over = is_full && last.saturating_add(keep) <= now;
        if [*one, *two] != target && !is_over {
            kept.extend([*one, *two, *last]);
        }
    }
    kept.extend([target[0], target[1], now]);
    let has_room = kept.len() <= HEAD + MET * at_most;
    *words = kept;
    Ok(has_room)
}

fn of_memory(words: &[i64]) -> Result<&[[i64; MET]], Garbled> {
    triples(words.get(HEAD..).unwrap_or_default())
}

fn triples(words: &[i64]) -> Result<&[[i64; MET]], Garbled> {
    match words.as_chunks() {
        (triples, []) => Ok(triples),
        _ => Err(Garbled),
    }
}

fn counts(last: i64, window: Option<Window>, now: i64) -> bool {
    window.is_none_or(|window| last.min(now).saturating_add(length(window)) > now)
}

/// Milliseconds.
fn length(window: Window) -> i64 {
    i64::from(window.seconds) * 1000
}

#[cfg(test)]
mod tests;
