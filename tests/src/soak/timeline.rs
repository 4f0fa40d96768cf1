//! Which plan can have decided a request.
//!
//! A plan can decide from the moment in which the gateway is told of it; the one before it no more
//! for requests that begin after all workers were seen to have the new one. Both moments are seen
//! from outside, so nothing is assumed of how long a switch takes.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Instant;

/// The latest turns. No request takes as long as so many.
const KEPT: usize = 16;

#[derive(Debug)]
pub(super) struct Timeline(Mutex<VecDeque<Period>>);

#[derive(Debug)]
struct Period {
    turn: usize,
    told: Instant,
    everywhere: Option<Instant>,
}

/// When a request began and when its answer was there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub(super) sent: Instant,
    pub(super) answered: Instant,
}

impl Timeline {
    /// A turn is in force everywhere.
    pub(super) fn starting_with(turn: usize) -> Self {
        let now = Instant::now();
        Self(Mutex::new(VecDeque::from([Period {
            turn,
            told: now,
            everywhere: Some(now),
        }])))
    }

    /// Says that the gateway is about to be told of a turn.
    pub(super) fn told(&self, turn: usize) {
        let mut periods = self.0.lock().expect("no thread panics here");
        periods.truncate(KEPT);
        periods.push_front(Period {
            turn,
            told: Instant::now(),
            everywhere: None,
        });
    }

    /// Says that every worker has been seen to decide by the latest turn.
    pub(super) fn everywhere(&self) {
        let mut periods = self.0.lock().expect("no thread panics here");
        if let Some(latest) = periods.front_mut() {
            latest.everywhere = Some(Instant::now());
        }
    }

    /// Whether a turn can have decided a request of that time.
    pub(super) fn could_decide(&self, turn: usize, span: Span) -> bool {
        let periods = self.0.lock().expect("no thread panics here");
        for period in periods.iter() {
            if period.turn == turn && period.told <= span.answered {
                return true;
            }
            if period.everywhere.is_some_and(|then| then < span.sent) {
                return false;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests;
