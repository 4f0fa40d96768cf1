//! The course of one request, from its head to the end of its context: what its callbacks share.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::gateway::{ContextId, Gateway};
use crate::open::{Stream, Ticket};
use crate::plugin::Plugin;
use crate::request::{self, Attempt, Outcome, Verdict};
use crate::vm::Vm;
use crate::waiting::Waiter;

/// What has become of a request that waited: its context reads it, the tick writes it.
#[derive(Debug)]
pub struct Fate {
    verdict: Cell<Verdict>,
    ticket: RefCell<Option<Ticket>>,
}

/// A request and the plan that was in force when it began.
#[derive(Debug)]
pub struct Course {
    context: ContextId,
    /// As long as something is to be done by it.
    plugin: Option<Rc<Plugin>>,
    fate: Known,
}

#[derive(Debug)]
enum Known {
    Now(Verdict, Option<Ticket>),
    Later(Rc<Fate>),
}

impl Course {
    /// Of a request whose head has not come.
    #[must_use]
    pub fn new(context: ContextId, plugin: Option<Rc<Plugin>>) -> Self {
        Self {
            context,
            plugin,
            fate: Known::Now(Verdict::Hold, None),
        }
    }

    /// What to do with what comes of the request.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match &self.fate {
            Known::Now(verdict, _) => *verdict,
            Known::Later(fate) => fate.verdict.get(),
        }
    }

    /// Its head has come.
    pub fn head(&mut self, gateway: &impl Gateway, vm: &Vm) {
        let outcome = request::handle(gateway, vm, self.plugin.as_deref(), Attempt::First);
        let plugin = self.plugin.take();
        self.fate = match (outcome, plugin) {
            (Outcome::Forward(Some(grounds)), Some(plugin)) => {
                let context = self.context;
                let ticket = plugin.open().add(Stream { context, grounds });
                self.plugin = Some(plugin);
                Known::Now(Verdict::Forward, Some(ticket))
            }
            (Outcome::Forward(_), _) => Known::Now(Verdict::Forward, None),
            (Outcome::Wait(awaited, now), Some(plugin)) => {
                let fate = Rc::new(Fate::undecided());
                plugin.waiting().add(self.context, awaited, &fate, now);
                self.plugin = Some(plugin);
                Known::Later(fate)
            }
            (Outcome::Refused | Outcome::Wait(..), _) => Known::Now(Verdict::Hold, None),
        };
    }

    /// Its trailers have come.
    pub fn trailers(&mut self, gateway: &impl Gateway, vm: &Vm) {
        if self.verdict() == Verdict::Forward
            && request::handle_trailers(gateway, vm) == Verdict::Hold
        {
            match &mut self.fate {
                Known::Now(verdict, _) => *verdict = Verdict::Hold,
                Known::Later(fate) => fate.verdict.set(Verdict::Hold),
            }
        }
    }
}

impl Drop for Course {
    fn drop(&mut self) {
        let ticket = match &mut self.fate {
            Known::Now(_, ticket) => ticket.take(),
            Known::Later(fate) => fate.ticket.take(),
        };
        if let (Some(plugin), Some(ticket)) = (&self.plugin, ticket) {
            plugin.open().remove(ticket);
        }
    }
}

impl Fate {
    /// Of a request that waits.
    #[must_use]
    pub fn undecided() -> Self {
        Self {
            verdict: Cell::new(Verdict::Hold),
            ticket: RefCell::new(None),
        }
    }
}

/// Decides a request again that has waited. It goes on, is answered, or waits for something else.
#[cold]
pub fn wake(gateway: &impl Gateway, vm: &Vm, plugin: &Plugin, waiter: Waiter) {
    let Some(fate) = waiter.fate.upgrade() else {
        return;
    };
    // A context that the gateway does not know any more has nothing to be told.
    if gateway.turn_to(waiter.context).is_err() {
        return;
    }
    let has_come = plugin.sources().seen(waiter.awaited.source) != waiter.awaited.seen;
    let attempt = if has_come {
        Attempt::Woken(waiter.awaited)
    } else {
        Attempt::Late
    };
    match request::handle(gateway, vm, Some(plugin), attempt) {
        Outcome::Forward(grounds) => {
            fate.verdict.set(Verdict::Forward);
            let context = waiter.context;
            let stream = grounds.map(|grounds| Stream { context, grounds });
            fate.ticket
                .replace(stream.map(|stream| plugin.open().add(stream)));
        }
        Outcome::Refused => {}
        Outcome::Wait(awaited, _) => plugin.waiting().put_back(waiter, awaited),
    }
}

#[cfg(test)]
mod tests;
