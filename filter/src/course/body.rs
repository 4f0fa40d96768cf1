//! The part of a course in which the body comes in.

use std::rc::Rc;

use remit_engine::decision::{Again, Progress, Refusal, Unread};
use remit_engine::json::Json;

use super::told::{self, Question};
use super::{Course, Fate, Known};
use crate::gateway::{ContextId, Gateway};
use crate::plugin::Plugin;
use crate::reading::{Reading, Stopped};
use crate::replying::{Replying, Step};
use crate::request::{self, Attempt, Outcome, Turn};
use crate::vm::Vm;

impl Course {
    /// A piece of its body has come; so much of it is there now.
    pub fn body(&mut self, gateway: &impl Gateway, vm: &Vm, size: usize, end: bool) {
        let (Known::Later(fate), Some(plugin)) = (&self.fate, &self.plugin) else {
            return;
        };
        let taken = match &mut *fate.reading.borrow_mut() {
            Some(reading) => reading.take(gateway, size),
            None => {
                fate.ended.set(end);
                return;
            }
        };
        let stopped = taken.err();
        if end || stopped.is_some() {
            conclude(gateway, vm, plugin, self.turn(), fate, stopped);
        }
    }

    /// Trailers have come: the body has ended.
    pub(super) fn ends(&mut self, gateway: &impl Gateway, vm: &Vm) {
        let (Known::Later(fate), Some(plugin)) = (&self.fate, &self.plugin) else {
            return;
        };
        fate.ended.set(true);
        conclude(gateway, vm, plugin, self.turn(), fate, None);
    }

    /// Within a callback of its own.
    fn turn(&self) -> Turn {
        Turn {
            context: self.context,
            attempt: Attempt::First,
        }
    }

    /// Looks at a part of the upstream's answer, if that is to be looked at.
    pub fn reply(&self, look: impl FnOnce(&mut Replying, &Plugin) -> Step) -> Step {
        let (Known::Later(fate), Some(plugin)) = (&self.fate, &self.plugin) else {
            return Step::Continue;
        };
        match &mut *fate.replying.borrow_mut() {
            Some(replying) => look(replying, plugin),
            None => Step::Continue,
        }
    }
}

impl Fate {
    /// Bytes of its body that were read, while it is coming in.
    #[must_use]
    pub fn bytes_read(&self) -> Option<usize> {
        self.reading.borrow().as_ref().map(Reading::seen)
    }
}

/// The head of a request has come that is decided by its body.
pub(super) fn begin(
    gateway: &impl Gateway,
    vm: &Vm,
    plugin: &Plugin,
    context: ContextId,
    fate: &Rc<Fate>,
    reading: Reading,
    end: bool,
) {
    let stopped = reading.announced().err();
    fate.reading.replace(Some(reading));
    if end || stopped.is_some() {
        let attempt = Attempt::First;
        conclude(
            gateway,
            vm,
            plugin,
            Turn { context, attempt },
            fate,
            stopped,
        );
    } else {
        plugin.readers().add(context, fate);
    }
}

/// A request that has waited is decided by its body, of which some or all may have come.
#[cold]
pub(super) fn resume(
    gateway: &impl Gateway,
    vm: &Vm,
    plugin: &Plugin,
    turn: Turn,
    fate: &Rc<Fate>,
    mut reading: Reading,
) {
    let announced = reading.announced();
    let stopped = announced.and_then(|()| reading.take_all(gateway)).err();
    fate.reading.replace(Some(reading));
    if fate.ended.get() || stopped.is_some() {
        conclude(gateway, vm, plugin, turn, fate, stopped);
    } else {
        plugin.readers().add(turn.context, fate);
    }
}

/// The body is there, or will not be read: the request is decided.
fn conclude(
    gateway: &impl Gateway,
    vm: &Vm,
    plugin: &Plugin,
    turn: Turn,
    fate: &Rc<Fate>,
    stopped: Option<Stopped>,
) {
    let Some(reading) = fate.reading.take() else {
        return;
    };
    let (head, progress, content) = reading.finish();
    let content = match stopped {
        None => content,
        Some(Stopped::Unread(unread)) => Err(unread),
        Some(Stopped::CallFailed) => {
            request::refuse(gateway, vm, &Refusal::host_failure());
            return;
        }
    };
    let whole = Whole {
        head,
        progress,
        content,
    };
    decide(gateway, vm, plugin, turn, fate, whole);
}

/// A request whose body is there, or will not be read.
pub(super) struct Whole {
    head: Vec<u8>,
    progress: Progress,
    content: Result<Json<'static>, Unread>,
}

impl Whole {
    /// The same, to be decided anew.
    pub(super) fn with(self, again: Again) -> Self {
        let progress = self.progress.with(again);
        Self { progress, ..self }
    }
}

/// Decides it. Where the service for the fleet is asked, it is kept until that answers.
pub(super) fn decide(
    gateway: &impl Gateway,
    vm: &Vm,
    plugin: &Plugin,
    turn: Turn,
    fate: &Rc<Fate>,
    whole: Whole,
) {
    let Whole { head, progress, .. } = &whole;
    let content = whole.content.as_ref().map_err(|unread: &Unread| *unread);
    match request::handle_body(gateway, vm, plugin, head, progress, content, turn) {
        Outcome::Forward(grounds, watch) => {
            if let Some(grounds) = &grounds
                && !watch.is_idle()
            {
                let replying = Replying::new(watch, grounds.clone(), whole.head);
                fate.replying.replace(Some(replying));
            }
            fate.goes_on(plugin, turn.context, grounds);
        }
        Outcome::Ask(asked) => {
            told::hold(plugin, turn.context, fate, Question::of_whole(asked, whole));
        }
        Outcome::Refused | Outcome::Wait(..) | Outcome::Read(..) => {}
    }
}

/// Gives up requests whose bodies do not come. Where none ever does, the gateway is not configured
/// to hand them over.
#[cold]
pub fn give_up_late(gateway: &impl Gateway, vm: &Vm, plugin: &Plugin, now: i64) {
    for (context, fate) in plugin.readers().late(now) {
        fate.reading.take();
        if gateway.turn_to(context).is_ok() {
            request::refuse(gateway, vm, &Refusal::body_late());
        }
    }
}
