//! Requests that wait for a document. Each is held by the gateway; its head stays readable, and it
//! is decided anew when the document is there, by the plan that it began with.
//!
//! A request that ends while it waits leaves the list by itself: its context holds the fate that
//! the list only refers to.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use remit_engine::plan::SourceId;
use remit_engine::time::UnixTime;

use crate::course::Fate;
use crate::gateway::ContextId;

/// Milliseconds that a request waits at most.
pub const LONGEST: i64 = 2000;
/// Requests that wait at most, per worker and plan; any other is refused at once.
pub const MOST: usize = 1024;

/// What a request waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Awaited {
    /// The document.
    pub source: SourceId,
    /// The version of it that was there when the request was decided.
    pub seen: u64,
}

/// A request on the list.
#[derive(Debug)]
pub struct Waiter {
    /// Its context.
    pub context: ContextId,
    /// What it waits for.
    pub awaited: Awaited,
    /// What its context will find has become of it.
    pub fate: Weak<Fate>,
    /// When it is given up, in milliseconds since 1970.
    until: i64,
}

/// The list of one plan.
#[derive(Debug, Default)]
pub struct Waiting(RefCell<Vec<Waiter>>);

impl Waiting {
    /// Whether one more may wait.
    pub fn has_room(&self) -> bool {
        let mut list = self.0.borrow_mut();
        if list.len() >= MOST {
            list.retain(|waiter| waiter.fate.strong_count() > 0);
        }
        list.len() < MOST
    }

    /// Puts a request on the list that has just been held.
    pub fn add(&self, context: ContextId, awaited: Awaited, fate: &Rc<Fate>, now: UnixTime) {
        self.put(Waiter {
            context,
            awaited,
            fate: Rc::downgrade(fate),
            until: now.millis() + LONGEST,
        });
    }

    /// Puts a request back that goes on waiting, for something else, and for no longer than before.
    pub fn put_back(&self, waiter: Waiter, awaited: Awaited) {
        self.put(Waiter { awaited, ..waiter });
    }

    fn put(&self, waiter: Waiter) {
        self.0.borrow_mut().push(waiter);
    }

    /// Takes those off the list whose document has another version now, or whose time is over.
    /// Those that have ended go without a word.
    pub fn take_ready(&self, now: UnixTime, seen: impl Fn(SourceId) -> u64) -> Vec<Waiter> {
        let mut list = self.0.borrow_mut();
        list.retain(|waiter| waiter.fate.strong_count() > 0);
        let is_ready = |waiter: &mut Waiter| {
            waiter.is_late(now) || seen(waiter.awaited.source) != waiter.awaited.seen
        };
        list.extract_if(.., is_ready).collect()
    }
}

impl Waiter {
    /// Whether its time is over.
    #[must_use]
    pub fn is_late(&self, now: UnixTime) -> bool {
        // Or the clock was set back, and it would not be for long.
        self.until <= now.millis() || self.until > now.millis() + LONGEST
    }
}

#[cfg(test)]
mod tests;
