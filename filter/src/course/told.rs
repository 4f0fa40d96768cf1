//! The part of a course in which the service for the fleet is asked.

use std::rc::Rc;

use remit_engine::fleet::Said;
use remit_engine::time::UnixTime;

use super::Fate;
#[cfg(feature = "bodies")]
use super::body::{self, Whole};
use crate::fleet::{Asked, Asker};
use crate::gateway::{CallId, ContextId, Gateway};
use crate::plugin::Plugin;
use crate::request::{self, Attempt, Outcome, Turn};
use crate::vm::Vm;

/// What was asked, and what is decided once it is answered.
pub(super) struct Question {
    asked: Asked,
    /// The request, where it is not decided by its head alone: that the gateway keeps.
    #[cfg(feature = "bodies")]
    whole: Option<Whole>,
}

impl std::fmt::Debug for Question {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.asked.fmt(f)
    }
}

impl Question {
    /// About a request that is decided by its head.
    pub(super) fn of_head(asked: Asked) -> Self {
        Self {
            asked,
            #[cfg(feature = "bodies")]
            whole: None,
        }
    }

    /// About one that is decided by its body as well.
    #[cfg(feature = "bodies")]
    pub(super) fn of_whole(asked: Asked, whole: Whole) -> Self {
        let whole = Some(whole);
        Self { asked, whole }
    }
}

/// Holds a request until its question is answered.
#[cold]
pub(super) fn hold(plugin: &Plugin, context: ContextId, fate: &Rc<Fate>, question: Question) {
    plugin.asking().add(context, fate, &question.asked);
    fate.question.replace(Some(Box::new(question)));
}

/// An answer has come, or a question has failed: the request that waits for it is decided. It may
/// have ended, or have been given up.
#[cold]
pub fn told(
    gateway: &impl Gateway,
    vm: &Vm,
    plugin: &Plugin,
    call: CallId,
    status: u32,
    size: usize,
) {
    if let Some(asker) = plugin.asking().take(call) {
        let answer = |asked: &Asked| asked.answer(gateway, plugin, status, size);
        tell(gateway, vm, plugin, &asker, answer);
    }
}

/// Gives up questions of which the gateway says nothing, which it would if it let itself be called.
#[cold]
pub fn give_up_unanswered(gateway: &impl Gateway, vm: &Vm, plugin: &Plugin, now: UnixTime) {
    while let Some(asker) = plugin.asking().take_late(now, plugin) {
        tell(gateway, vm, plugin, &asker, |_| Said::Away);
    }
}

fn tell(
    gateway: &impl Gateway,
    vm: &Vm,
    plugin: &Plugin,
    asker: &Asker,
    answer: impl FnOnce(&Asked) -> Said,
) {
    let Some(fate) = asker.fate.upgrade() else {
        return;
    };
    let Some(question) = fate.question.take() else {
        return;
    };
    let said = answer(&question.asked);
    let again = question.asked.told(gateway, vm, said);
    let turn = Turn {
        context: asker.context,
        attempt: Attempt::Told,
    };
    // A context that the gateway does not know any more has nothing to be told.
    if gateway.turn_to(turn.context).is_err() {
        return;
    }
    #[cfg(feature = "bodies")]
    if let Some(whole) = question.whole {
        body::decide(gateway, vm, plugin, turn, &fate, whole.with(again));
        return;
    }
    let outcome = request::handle_again(gateway, vm, plugin, turn, &again);
    if let Outcome::Forward(grounds, _) = outcome {
        fate.goes_on(plugin, turn.context, grounds);
    }
}

#[cfg(test)]
mod tests;
