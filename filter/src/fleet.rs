//! Limits that hold for a fleet of gateways: one question to the service that counts for all of
//! them, asked of it before a request may go on that they count.
//!
//! The root context asks, although it is for a request: the gateway gives up what a request's own
//! context asked when that ends, and the SDK would remember the question for ever. So every
//! question has an end; that of a request which is gone is nobody's.

mod message;

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use remit_engine::decision::{Again, Allow};
use remit_engine::fleet::Said;
use remit_engine::plan::{Fleet, LimitId};
use remit_engine::time::UnixTime;

use crate::course::Fate;
use crate::gateway::{CallFailed, CallId, ContextId, Gateway, GrpcCall};
use crate::metrics;
use crate::plugin::Plugin;
use crate::vm::Vm;

use message::Descriptor;

/// Requests that wait for the service at most, per worker and plan. For any other it is away.
pub const MOST: usize = 1024;
/// Bytes of an answer that are read at most.
pub const ANSWER_BYTES: usize = 16 * 1024;
/// Milliseconds beyond its timeout that the gateway has to say that a question has failed. Then it
/// will never say so.
const GRACE: i64 = 1000;

const SERVICE: &str = "envoy.service.ratelimit.v3.RateLimitService";
const METHOD: &str = "ShouldRateLimit";

/// A question that is under way.
#[derive(Debug)]
pub struct Asked {
    call: CallId,
    /// When it is given up, in milliseconds since 1970.
    until: i64,
    limits: Vec<LimitId>,
    again: Again,
}

/// Asks the service for the room that an allow needs.
///
/// # Errors
/// What to decide the request with instead: it cannot be asked. Or that the gateway does not turn
/// back to the request.
pub fn ask(
    gateway: &impl Gateway,
    vm: &Vm,
    plugin: &Plugin,
    context: ContextId,
    allow: &Allow<'_>,
    now: UnixTime,
) -> Result<Result<Asked, Again>, CallFailed> {
    let asked = match &plugin.engine().plan().fleet {
        Some(fleet) if plugin.asking().has_room() => put(gateway, plugin, fleet, allow, now),
        _ => None,
    };
    gateway.turn_to(context)?;
    Ok(asked.ok_or_else(|| {
        count(gateway, vm, &Said::Away);
        allow.again(Said::Away)
    }))
}

fn put(
    gateway: &impl Gateway,
    plugin: &Plugin,
    fleet: &Fleet,
    allow: &Allow<'_>,
    now: UnixTime,
) -> Option<Asked> {
    let quotas = allow.quotas();
    let entries = quotas.iter().map(|quota| allow.entries(quota));
    let entries: Vec<_> = entries.collect::<Option<_>>()?;
    let descriptors = entries.iter().zip(quotas);
    let descriptors = descriptors.map(|(entries, quota)| Descriptor {
        entries,
        weight: quota.weight(),
    });
    gateway.turn_to(plugin.root()).ok()?;
    let call = gateway.ask(&GrpcCall {
        cluster: &fleet.cluster,
        service: SERVICE,
        method: METHOD,
        message: &message::write(&fleet.domain, descriptors),
        timeout_millis: fleet.timeout,
    });
    Some(Asked {
        call: call.ok()?,
        until: now.millis() + i64::from(fleet.timeout) + GRACE,
        limits: quotas.iter().map(|quota| quota.limit()).collect(),
        again: allow.again(Said::Nothing),
    })
}

impl Asked {
    /// What the service has answered. The question was asked by the root context, and so it is that
    /// has the answer.
    pub fn answer(
        &self,
        gateway: &impl Gateway,
        plugin: &Plugin,
        status: u32,
        size: usize,
    ) -> Said {
        if status != 0 || size > ANSWER_BYTES {
            return Said::Away;
        }
        let message = gateway.turn_to(plugin.root());
        let message = message.and_then(|()| gateway.grpc_message(size));
        message.map_or(Said::Away, |message| message::read(&message, &self.limits))
    }

    /// What to decide the request anew with.
    pub fn told(self, gateway: &impl Gateway, vm: &Vm, said: Said) -> Again {
        count(gateway, vm, &said);
        self.again.with(said)
    }
}

/// Counts an answer. One that cannot be counted counts all the same.
fn count(gateway: &impl Gateway, vm: &Vm, said: &Said) {
    let counter = vm.named_counter(gateway, metrics::fleet(said));
    let _ = counter.and_then(|counter| gateway.count(counter));
}

/// The requests of one plan that wait for the service.
#[derive(Debug, Default)]
pub struct Asking(RefCell<Vec<Asker>>);

/// A request on the list. It leaves it by itself when it ends.
#[derive(Debug)]
pub struct Asker {
    /// Its context.
    pub context: ContextId,
    /// What its context will find has become of it.
    pub fate: Weak<Fate>,
    call: CallId,
    until: i64,
}

impl Asking {
    /// Whether one more may ask. One that has ended makes room.
    fn has_room(&self) -> bool {
        let is_full = self.0.borrow().len() >= MOST;
        !is_full || self.take_one(&Asker::has_ended).is_some()
    }

    /// Puts a request on the list whose question is under way.
    pub fn add(&self, context: ContextId, fate: &Rc<Fate>, asked: &Asked) {
        self.0.borrow_mut().push(Asker {
            context,
            fate: Rc::downgrade(fate),
            call: asked.call,
            until: asked.until,
        });
    }

    /// Takes the one off the list that asked this; `None` where nobody did, or gave it up.
    pub fn take(&self, call: CallId) -> Option<Asker> {
        self.take_one(&|asker| asker.call == call)
    }

    /// Takes one off the list that has ended, or that the gateway has forgotten.
    pub fn take_late(&self, now: UnixTime, plugin: &Plugin) -> Option<Asker> {
        let fleet = plugin.engine().plan().fleet.as_ref();
        let timeout = fleet.map_or(0, |fleet| fleet.timeout);
        let longest = now.millis() + i64::from(timeout) + GRACE;
        self.take_one(&|asker| {
            // Or the clock was set back, and it would not be for long.
            asker.has_ended() || asker.until <= now.millis() || asker.until > longest
        })
    }

    fn take_one(&self, is_it: &dyn Fn(&Asker) -> bool) -> Option<Asker> {
        let mut list = self.0.borrow_mut();
        let position = list.iter().position(is_it)?;
        Some(list.swap_remove(position))
    }
}

impl Asker {
    fn has_ended(&self) -> bool {
        self.fate.strong_count() == 0
    }
}

#[cfg(test)]
mod tests;
