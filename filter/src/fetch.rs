//! Documents that are fetched through the gateway's clusters: once for the process, and in force
//! in all workers at once.
//!
//! Every worker ticks. The first that finds a source due takes a lease in shared data, fetches,
//! and tries the document on its own engine; only one that the engine takes in is published. All
//! workers see by one shared number that something is new, on their ticks and **before each
//! decision**, and take it in. A fetch that fails or a document that is refused changes nothing
//! but the time of the next attempt.

mod answer;
mod head;
mod report;
mod shelf;

use std::cell::{Cell, RefCell};

use remit_engine::Engine;
use remit_engine::host::Unavailable;
use remit_engine::plan::{Plan, Source, SourceId, SourceKind};
use remit_engine::time::UnixTime;

use crate::gateway::{CallFailed, CallId, Gateway};
use crate::surroundings::Surroundings;
use crate::vm::Vm;
use crate::waiting;

use answer::{Answer, FetchError};
use head::Head;
use report::{Report, name_of};
use shelf::Shelf;

/// Milliseconds for which a document is good at least, whatever its answer says.
const SHORTEST_MAX_AGE: i64 = 10_000;
/// Milliseconds between fetches of a source at least, whatever the document says.
const SHORTEST_REFRESH: i64 = 1000;

/// The sources of one plan, as one worker sees them.
#[derive(Debug)]
pub struct Sources {
    places: Vec<Place>,
    /// The number by which the worker last saw that nothing is new.
    generation: Cell<Option<u64>>,
    /// What this worker is fetching.
    under_way: RefCell<Vec<Attempt>>,
    /// When it last looked what is due, in milliseconds since 1970.
    ticked_at: Cell<i64>,
}

/// One source.
#[derive(Debug)]
struct Place {
    id: SourceId,
    /// Keys that must be there first: what is signed with them is fetched after them.
    keys: Option<SourceId>,
    shelf: Shelf,
    report: Report,
    /// The version that this worker has seen last; 0 for none.
    seen: Cell<u64>,
    /// When to look next whether it is due, in milliseconds since 1970.
    look_at: Cell<i64>,
}

#[derive(Debug, Clone, Copy)]
struct Attempt {
    call: CallId,
    source: SourceId,
    number: u64,
}

/// What a request that lacks a document should do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Wait: it is being fetched, or will be soon.
    Wait,
    /// Take what is there for the last word: it was fetched anew not long ago.
    Settle,
    /// Give up: it will not be there in time.
    GiveUp,
}

impl Sources {
    /// Those of a plan.
    ///
    /// # Errors
    /// [`CallFailed`]: a metric cannot be defined.
    #[cold]
    pub fn new(gateway: &impl Gateway, vm: &Vm, plan: &Plan) -> Result<Self, CallFailed> {
        let places = (0..).map(SourceId).zip(&plan.sources);
        let places = places.map(|(id, source)| {
            Ok(Place {
                id,
                keys: keys_for(plan, id),
                shelf: Shelf::of(source),
                report: Report::define(gateway, vm, name_of(plan, id))?,
                seen: Cell::new(0),
                look_at: Cell::new(0),
            })
        });
        Ok(Self {
            places: places.collect::<Result<_, _>>()?,
            generation: Cell::new(None),
            under_way: RefCell::default(),
            ticked_at: Cell::new(0),
        })
    }

    /// Whether the plan has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// Which version of a source this worker has seen; 0 for none.
    #[must_use]
    pub fn seen(&self, source: SourceId) -> u64 {
        self.place(source).map_or(0, |place| place.seen.get())
    }

    /// Takes in what others have published. Costs one look at shared data where nothing is new.
    ///
    /// # Errors
    /// [`Unavailable`]: whether something is new is not known.
    pub fn catch_up(
        &self,
        gateway: &impl Gateway,
        vm: &Vm,
        engine: &Engine,
    ) -> Result<(), Unavailable> {
        if self.is_empty() {
            return Ok(());
        }
        let generation = shelf::generation(gateway)?;
        if self.generation.get() == Some(generation) {
            return Ok(());
        }
        self.take_over(gateway, vm, engine)?;
        self.generation.set(Some(generation));
        Ok(())
    }

    #[cold]
    fn take_over(
        &self,
        gateway: &impl Gateway,
        vm: &Vm,
        engine: &Engine,
    ) -> Result<(), Unavailable> {
        // Keys first: what is signed with them is held against them.
        for signed in [false, true] {
            for place in &self.places {
                if place.keys.is_some() == signed {
                    place.catch_up(gateway, vm, engine)?;
                }
            }
        }
        Ok(())
    }

    /// Fetches what is due and nobody else is fetching.
    #[cold]
    pub fn fetch_due(&self, gateway: &impl Gateway, engine: &Engine, now: UnixTime) {
        let was_set_back = self.ticked_at.replace(now.millis()) > now.millis();
        for (place, source) in self.places.iter().zip(&engine.plan().sources) {
            let lacks_keys = place.keys.is_some_and(|keys| self.seen(keys) == 0);
            // Where the clock was set back, what was to be done later may never be.
            let is_early = place.look_at.get() > now.millis() && !was_set_back;
            if lacks_keys || is_early {
                continue;
            }
            // What shared data does not say now, it may on the next tick.
            if let Ok(Some(attempt)) = place.fetch(gateway, source, now) {
                self.under_way.borrow_mut().push(attempt);
            }
        }
    }

    /// Takes in and publishes the answer to a call, or notes that it failed. `None` where the call
    /// is not one of these.
    #[cold]
    pub fn answered(
        &self,
        gateway: &impl Gateway,
        vm: &Vm,
        engine: &Engine,
        call: CallId,
        body_size: usize,
    ) -> Option<()> {
        let attempt = {
            let mut under_way = self.under_way.borrow_mut();
            let position = under_way.iter().position(|attempt| attempt.call == call)?;
            under_way.swap_remove(position)
        };
        let place = self.place(attempt.source)?;
        let source = engine.plan().sources.get(attempt.source.index())?;
        if let Err(error) = place.publish(gateway, vm, engine, source, attempt.number, body_size) {
            place.fail(gateway, attempt.number, &error);
        }
        Some(())
    }

    /// What to do without a document, or with one that does not say enough: then a new one is
    /// asked for, at most once a minute for the whole process.
    #[cold]
    pub fn ask(&self, gateway: &impl Gateway, source: SourceId, now: UnixTime) -> Advice {
        let asked = self.place(source).map(|place| place.ask(gateway, now));
        // A gateway that fails is no word about the token.
        asked.and_then(Result::ok).unwrap_or(Advice::GiveUp)
    }

    fn place(&self, source: SourceId) -> Option<&Place> {
        self.places.get(source.index())
    }
}

impl Place {
    fn catch_up(
        &self,
        gateway: &impl Gateway,
        vm: &Vm,
        engine: &Engine,
    ) -> Result<(), Unavailable> {
        let head = self.shelf.head(gateway)?;
        if head.version <= self.seen.get() {
            return Ok(());
        }
        let Some(document) = self.shelf.document(gateway)? else {
            return Ok(());
        };
        let host = Surroundings::new(gateway, vm);
        let taken = engine.take_in(self.id, document.content(), document.fetched, &host);
        match taken {
            Ok(_) => self.seen.set(document.version),
            // It is tried again when something else is new, which may be what it lacks; and a status
            // list whose key was replaced meanwhile is fetched anew: the next is signed with another.
            Err(error) => {
                self.report.disagrees(gateway, &error.into());
                let now = gateway.now().map_err(|_| Unavailable)?;
                if let Some(_asked) = self.shelf.change(gateway, &|head| head.asked(now))? {
                    self.look_at.set(now.millis());
                }
            }
        }
        Ok(())
    }

    fn fetch(
        &self,
        gateway: &impl Gateway,
        source: &Source,
        now: UnixTime,
    ) -> Result<Option<Attempt>, Unavailable> {
        let leased = self.shelf.change(gateway, &|head| {
            self.look_at.set(head.look_again_at(now));
            head.leased(now)
        })?;
        let Some(head) = leased else {
            return Ok(None);
        };
        self.look_at.set(head.look_again_at(now));
        match answer::ask(gateway, source) {
            Ok(call) => Ok(Some(Attempt {
                call,
                source: self.id,
                number: head.attempt,
            })),
            Err(error) => {
                self.fail(gateway, head.attempt, &error);
                Ok(None)
            }
        }
    }

    fn publish(
        &self,
        gateway: &impl Gateway,
        vm: &Vm,
        engine: &Engine,
        source: &Source,
        attempt: u64,
        body_size: usize,
    ) -> Result<(), FetchError> {
        let Answer { body, max_age } = answer::read(gateway, source.kind, body_size)?;
        let nanos = gateway.nanos()?;
        let now = UnixTime::from_nanos(nanos);
        let host = Surroundings::new(gateway, vm);
        let taken = engine.take_in(self.id, &body, now, &host)?;
        let mut due_at = taken.refresh_at.millis();
        if let (SourceKind::Jwks, Some(max_age)) = (source.kind, max_age) {
            let until = (i64::from(max_age) * 1000).max(SHORTEST_MAX_AGE);
            due_at = due_at.min(now.millis() + until);
        }
        let due_at = due_at.max(now.millis() + SHORTEST_REFRESH);

        let before = self.shelf.head(gateway)?;
        // In this order: whoever sees the number finds the state, and then the document. Where
        // another attempt was begun, the document stays without a state that says so.
        self.shelf.put(gateway, attempt, nanos, &body)?;
        let publish = |head: Head| head.published(attempt, now, due_at);
        if let Some(head) = self.shelf.change(gateway, &publish)? {
            self.seen.set(attempt);
            self.look_at.set(due_at);
            shelf::next_generation(gateway)?;
            self.report.fetched(gateway, before.failures, &head);
        }
        Ok(())
    }

    fn fail(&self, gateway: &impl Gateway, attempt: u64, error: &FetchError) {
        self.report.failed(gateway, error);
        let Ok(nanos) = gateway.nanos() else {
            return;
        };
        let now = UnixTime::from_nanos(nanos);
        let failed = self.shelf.change(gateway, &|head| {
            // The last digits of the clock differ from process to process.
            head.failed(attempt, now, nanos / 1000)
        });
        if let Ok(Some(head)) = failed {
            self.look_at.set(head.due_at);
        }
    }

    fn ask(&self, gateway: &impl Gateway, now: UnixTime) -> Result<Advice, Unavailable> {
        let head = self.shelf.head(gateway)?;
        let is_near = |at: i64| at <= now.millis() + waiting::LONGEST;
        if head.version > self.seen.get() || head.is_leased(now) || head.is_due(now) {
            // Whoever asked for it may be gone: this worker looks as well.
            self.look_at.set(0);
            return Ok(Advice::Wait);
        }
        if head.version > 0 {
            let asked = self.shelf.change(gateway, &|head| head.asked(now))?;
            if asked.is_some() {
                self.look_at.set(now.millis());
                return Ok(Advice::Wait);
            }
            if head.failures == 0 {
                return Ok(Advice::Settle);
            }
        }
        Ok(if is_near(head.due_at) {
            Advice::Wait
        } else {
            Advice::GiveUp
        })
    }
}

/// The keys that a status list is signed with, if they are fetched.
fn keys_for(plan: &Plan, id: SourceId) -> Option<SourceId> {
    let mut issuers = plan.issuers.iter();
    issuers
        .find(|issuer| issuer.status_lists.contains(&id))
        .and_then(|issuer| issuer.key_source)
}

#[cfg(test)]
mod tests;
