//! What happens between requests: fetching, waking who waits, ending what no longer stands.
//!
//! The gateway calls on every worker and on its main thread, for each plan that is in force or still
//! has streams.

use remit_engine::decision::Refusal;
use remit_engine::time::UnixTime;

use crate::course;
use crate::emergency;
use crate::gateway::{CallFailed, CallId, Gateway};
use crate::metrics;
use crate::open::LOOK_EVERY;
use crate::plugin::Plugin;
use crate::request;
use crate::surroundings::Surroundings;
use crate::vm::Vm;

/// Milliseconds between ticks of a plan that fetches: what a request may wait for what another
/// worker has fetched.
const FETCHING: u32 = 100;

/// Milliseconds between two ticks of a plan.
#[must_use]
pub fn period(plugin: &Plugin) -> u32 {
    if plugin.sources().is_empty() {
        LOOK_EVERY as u32
    } else {
        FETCHING
    }
}

/// The gateway has called because it was time.
#[cold]
pub fn tick(gateway: &impl Gateway, vm: &Vm, plugin: &Plugin) {
    // Without a clock nothing is late, and nothing due.
    let Ok(now) = gateway.now() else {
        return;
    };
    emergency::show(gateway, vm, plugin, now);
    // Before anything turns to a request: answers are told to the context that asks.
    plugin.sources().fetch_due(gateway, plugin.engine(), now);
    wake_ready(gateway, vm, plugin, now);
    course::give_up_unanswered(gateway, vm, plugin, now);
    if plugin.open().is_time_to_look(now) {
        #[cfg(feature = "bodies")]
        course::give_up_late(gateway, vm, plugin, now.millis());
        end_streams(gateway, vm, plugin, now);
    }
}

/// An answer to a call of the filter's own has come.
#[cold]
pub fn answered(gateway: &impl Gateway, vm: &Vm, plugin: &Plugin, call: CallId, body_size: usize) {
    let engine = plugin.engine();
    let answer = plugin
        .sources()
        .answered(gateway, vm, engine, call, body_size);
    if let (Some(()), Ok(now)) = (answer, gateway.now()) {
        wake_ready(gateway, vm, plugin, now);
    }
}

#[cold]
fn wake_ready(gateway: &impl Gateway, vm: &Vm, plugin: &Plugin, now: UnixTime) {
    let sources = plugin.sources();
    // Where this fails, who waits is given up in time.
    let _ = sources.catch_up(gateway, vm, plugin.engine());
    for waiter in plugin
        .waiting()
        .take_ready(now, |source| sources.seen(source))
    {
        course::wake(gateway, vm, plugin, waiter);
    }
}

/// Ends the streams whose token no longer stands. One that has not begun to answer is answered; one
/// that has is cut off.
#[cold]
fn end_streams(gateway: &impl Gateway, vm: &Vm, plugin: &Plugin, now: UnixTime) {
    let engine = plugin.engine();
    let open = plugin.open();
    let host = Surroundings::new(gateway, vm);
    let ended = open.matching(|stream| engine.still_stands(&stream.grounds, now, &host).err());
    for (context, reason) in ended {
        let end = || -> Result<(), CallFailed> {
            gateway.turn_to(context)?;
            request::answer(gateway, &Refusal::ended(reason))?;
            gateway.count(vm.named_counter(gateway, &metrics::streams_closed(reason))?)
        };
        // A context that is going already is not there to be ended.
        let _ = end();
    }
}

#[cfg(test)]
mod tests;
