//! Streams that are open: requests that were let through by a token, until their context goes.
//!
//! What lets a stream through has to stand for as long as the stream does: a token that runs out
//! or is denied ends it.

use std::cell::{Cell, RefCell};

use remit_engine::decision::Grounds;
use remit_engine::time::UnixTime;

use crate::gateway::ContextId;

/// Milliseconds between two looks at the tokens of open streams.
pub const LOOK_EVERY: i64 = 1000;

/// A stream and what let it through.
#[derive(Debug, Clone)]
pub struct Stream {
    /// Its context.
    pub context: ContextId,
    /// What let it through.
    pub grounds: Grounds,
}

/// The open streams of one plan: places that are used again.
#[derive(Debug, Default)]
pub struct Open {
    places: RefCell<Places>,
    look_at: Cell<i64>,
}

#[derive(Debug, Default)]
struct Places {
    streams: Vec<Option<Stream>>,
    free: Vec<usize>,
}

/// A place on the list. Who has it gives it back.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "the stream stays on the list until it is taken off"]
pub struct Ticket(usize);

impl Open {
    /// Puts a stream on the list.
    pub fn add(&self, stream: Stream) -> Ticket {
        let mut places = self.places.borrow_mut();
        if let Some(free) = places.free.pop()
            && let Some(place) = places.streams.get_mut(free)
        {
            *place = Some(stream);
            return Ticket(free);
        }
        places.streams.push(Some(stream));
        Ticket(places.streams.len() - 1)
    }

    /// Takes a stream off the list.
    pub fn remove(&self, ticket: Ticket) {
        let Ticket(position) = ticket;
        let mut places = self.places.borrow_mut();
        if let Some(place) = places.streams.get_mut(position)
            && place.take().is_some()
        {
            places.free.push(position);
        }
    }

    /// Whether it is time to look at the tokens; the next time is a second later.
    pub fn is_time_to_look(&self, now: UnixTime) -> bool {
        // Also where the clock was set back, so that the time would not come for long.
        let next = now.millis() + LOOK_EVERY;
        let is_time = !(now.millis() + 1..=next).contains(&self.look_at.get());
        if is_time {
            self.look_at.set(now.millis() + LOOK_EVERY);
        }
        is_time
    }

    /// The streams that fall under something. They stay on the list: their contexts take them off.
    pub fn matching<T>(&self, test: impl Fn(&Stream) -> Option<T>) -> Vec<(ContextId, T)> {
        let places = self.places.borrow();
        let streams = places.streams.iter().flatten();
        streams
            .filter_map(|stream| Some((stream.context, test(stream)?)))
            .collect()
    }
}

#[cfg(test)]
mod tests;
