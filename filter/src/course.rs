//! The course of one request, from its head to the end of its context: what its callbacks share.

#[cfg(feature = "bodies")]
mod body;
mod told;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

#[cfg(feature = "bodies")]
pub use body::give_up_late;
use remit_engine::decision::Grounds;
use remit_engine::plan::Plan;
pub use told::{give_up_unanswered, told};

use crate::gateway::{ContextId, Gateway};
use crate::open::{Stream, Ticket};
use crate::plugin::Plugin;
#[cfg(feature = "bodies")]
use crate::reading::Reading;
#[cfg(feature = "bodies")]
use crate::replying::Replying;
use crate::request::{self, Attempt, Outcome, Turn, Verdict};
use crate::vm::Vm;
use crate::waiting::Waiter;
use told::Question;

/// What has become of a request that was not decided at once: its context reads it, the tick
/// writes it.
#[derive(Debug)]
pub struct Fate {
    verdict: Cell<Verdict>,
    ticket: RefCell<Option<Ticket>>,
    /// What the service for the fleet was asked, until it answers.
    question: RefCell<Option<Box<Question>>>,
    /// Its body, while that is coming in.
    #[cfg(feature = "bodies")]
    reading: RefCell<Option<Reading>>,
    /// Whether the request has ended while it waited for something else.
    #[cfg(feature = "bodies")]
    ended: Cell<bool>,
    /// What its answer is looked at for.
    #[cfg(feature = "bodies")]
    replying: RefCell<Option<Replying>>,
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

    /// The plan, as long as something is to be done by it.
    #[must_use]
    pub fn plugin(&self) -> Option<Rc<Plugin>> {
        self.plugin.clone()
    }

    /// Its head has come, and perhaps there is nothing else.
    pub fn head(&mut self, gateway: &impl Gateway, vm: &Vm, end: bool) {
        let turn = Turn {
            context: self.context,
            attempt: Attempt::First,
        };
        let outcome = request::handle(gateway, vm, self.plugin.as_deref(), turn);
        let plugin = self.plugin.take();
        self.fate = match (outcome, plugin) {
            (Outcome::Forward(Some(grounds), _), Some(plugin)) => {
                let ticket = enter(&plugin, self.context, grounds);
                self.plugin = Some(plugin);
                Known::Now(Verdict::Forward, Some(ticket))
            }
            (Outcome::Forward(..), plugin) => {
                // Its trailers may have a field that the plan names.
                let names_one = |plan: &Plan| plan.approval_header().is_some();
                self.plugin = plugin.filter(|plugin| names_one(plugin.engine().plan()));
                Known::Now(Verdict::Forward, None)
            }
            (Outcome::Wait(awaited, now), Some(plugin)) => {
                let fate = Rc::new(Fate::undecided());
                #[cfg(feature = "bodies")]
                fate.ended.set(end);
                plugin.waiting().add(self.context, awaited, &fate, now);
                self.plugin = Some(plugin);
                Known::Later(fate)
            }
            (Outcome::Ask(asked), Some(plugin)) => {
                let fate = Rc::new(Fate::undecided());
                #[cfg(feature = "bodies")]
                fate.ended.set(end);
                told::hold(&plugin, self.context, &fate, Question::of_head(asked));
                self.plugin = Some(plugin);
                Known::Later(fate)
            }
            #[cfg(feature = "bodies")]
            (Outcome::Read(progress, head), Some(plugin)) => {
                let fate = Rc::new(Fate::undecided());
                let reading = Reading::new(head, progress);
                body::begin(gateway, vm, &plugin, self.context, &fate, reading, end);
                self.plugin = Some(plugin);
                Known::Later(fate)
            }
            (Outcome::Refused | Outcome::Wait(..) | Outcome::Read(..) | Outcome::Ask(_), _) => {
                Known::Now(Verdict::Hold, None)
            }
        };
        let _ = end;
    }

    /// Its trailers have come. Where it is decided later, this is the only time that they are
    /// shown.
    pub fn trailers(&mut self, gateway: &impl Gateway, vm: &Vm) {
        if matches!(self.fate, Known::Now(Verdict::Hold, _)) {
            return;
        }
        let plan = self.plugin.as_deref().map(|plugin| plugin.engine().plan());
        let approval = plan.and_then(Plan::approval_header);
        match request::handle_trailers(gateway, vm, approval) {
            Verdict::Forward => {
                #[cfg(feature = "bodies")]
                self.ends(gateway, vm);
            }
            Verdict::Hold => match &mut self.fate {
                Known::Now(verdict, _) => *verdict = Verdict::Hold,
                Known::Later(fate) if fate.verdict.get() == Verdict::Forward => {
                    fate.verdict.set(Verdict::Hold);
                }
                // It was answered, and is decided no more.
                Known::Later(_) => self.fate = Known::Now(Verdict::Hold, None),
            },
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
            question: RefCell::new(None),
            #[cfg(feature = "bodies")]
            reading: RefCell::new(None),
            #[cfg(feature = "bodies")]
            ended: Cell::new(false),
            #[cfg(feature = "bodies")]
            replying: RefCell::new(None),
        }
    }

    /// The request goes on.
    fn goes_on(&self, plugin: &Plugin, context: ContextId, grounds: Option<Grounds>) {
        self.verdict.set(Verdict::Forward);
        let ticket = grounds.map(|grounds| enter(plugin, context, grounds));
        self.ticket.replace(ticket);
    }
}

/// Puts a stream that was let through on the list of those that are looked after.
fn enter(plugin: &Plugin, context: ContextId, grounds: Grounds) -> Ticket {
    plugin.open().add(Stream { context, grounds })
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
    let turn = Turn {
        context: waiter.context,
        attempt,
    };
    match request::handle(gateway, vm, Some(plugin), turn) {
        Outcome::Forward(grounds, _) => fate.goes_on(plugin, waiter.context, grounds),
        Outcome::Refused => {}
        Outcome::Wait(awaited, _) => plugin.waiting().put_back(waiter, awaited),
        Outcome::Ask(asked) => {
            told::hold(plugin, waiter.context, &fate, Question::of_head(asked));
        }
        #[cfg(feature = "bodies")]
        Outcome::Read(progress, head) => {
            let reading = Reading::new(head, progress);
            body::resume(gateway, vm, plugin, turn, &fate, reading);
        }
        #[cfg(not(feature = "bodies"))]
        Outcome::Read(..) => {}
    }
}

#[cfg(test)]
mod tests;
