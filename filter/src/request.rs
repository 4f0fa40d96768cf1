//! One request: from its head to a decision that is carried out.
//!
//! Host calls of an allowed request, in order: the header map; the clock; if the token is new, the
//! clock again, and one foreign call where the host can check its signature;
//! one removal for each client copy of our headers (none, normally) and for a credential that stays
//! here; one write for each identity header that has a value; the cluster, if the
//! resource names one; the record, which is also the mark that the native gate behind the filter
//! looks for; one counter. A refused one: header map, clock, perhaps the foreign call, record,
//! counter, answer. Trailers, where a request has any: one read, and one removal for each field that
//! must not pass. Where the plan has sources, one look at shared data stands before the decision.
//! Where a limit holds for a fleet: header map, clock, a turn to the root context, the question and a
//! turn back; with the answer all of it again, as above.
//!
//! INVARIANT: the record of an allow is written after everything that it depends on, and whatever
//! fails after that overwrites it. A request is let go on in one place, `go_on`, which takes a permit.

#[cfg(feature = "bodies")]
mod body;
mod outcome;

use remit_engine::decision::{
    Again, Allow, Decision, Grounds, Permit, Progress, Refusal, Wait, Watch,
};
use remit_engine::host::{Host, Unavailable};
use remit_engine::limits;
use remit_engine::request::{Field, RequestHead};
use remit_engine::time::UnixTime;

use crate::fetch::Advice;
use crate::fleet::{self, Asked};
use crate::gateway::{CallFailed, ContextId, Gateway};
use crate::pairs;
use crate::plugin::Plugin;
use crate::surroundings::Surroundings;
use crate::vm::Vm;
use crate::waiting::Awaited;

#[cfg(feature = "bodies")]
pub use body::handle_body;
pub(crate) use outcome::answer;
pub(crate) use outcome::refuse;
use outcome::report;

/// What becomes of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on to the upstream.
    Forward,
    /// It does not: the client has its answer, or waits until it is decided or the gateway's time
    /// limit is over.
    Hold,
}

/// What came of deciding a request.
#[derive(Debug)]
pub enum Outcome {
    /// It goes on, by this token; without one where the operation is public.
    Forward(Option<Grounds>, Watch),
    /// It was refused.
    Refused,
    /// It is to be held, and decided again when a document is there.
    Wait(Awaited, UnixTime),
    /// It is to be held until its body is there, and decided by that and this head.
    Read(Progress, Vec<u8>),
    /// It is to be held, and decided anew with what the service for the fleet answers.
    Ask(Asked),
}

/// A request, and which time it is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Its context, at which the gateway is.
    pub context: ContextId,
    /// Which time.
    pub attempt: Attempt,
}

/// Which time a request is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// The first.
    First,
    /// Again: what it waited for has come.
    Woken(Awaited),
    /// Again, and for the last time: what it waited for has not come.
    Late,
    /// Again, and for the last time, with what the service for the fleet has said.
    Told,
}

/// What was decided, once nothing but the record is left to do.
enum Decided<'e> {
    Permitted(Permit<'e>),
    Refused(Refusal<'e>),
    Waits(Awaited, UnixTime),
    Reads(Progress, Vec<u8>),
    Asks(Asked),
    /// The service for the fleet cannot be asked: to be decided anew with this.
    Alone(Again),
}

/// Decides the request that the gateway is at, and carries the decision out.
#[must_use]
pub fn handle(gateway: &impl Gateway, vm: &Vm, plugin: Option<&Plugin>, turn: Turn) -> Outcome {
    match plugin {
        Some(plugin) => handle_again(gateway, vm, plugin, turn, &Again::default()),
        None => {
            let decided = Decided::Refused(Refusal::not_configured());
            carry_out(gateway, vm, decided, turn.attempt)
        }
    }
}

/// Decides the request that the gateway is at, with what was found out before.
#[must_use]
pub fn handle_again(
    gateway: &impl Gateway,
    vm: &Vm,
    plugin: &Plugin,
    turn: Turn,
    again: &Again,
) -> Outcome {
    let decided = decide(gateway, vm, plugin, turn, again)
        .unwrap_or_else(|_: CallFailed| Decided::Refused(Refusal::host_failure()));
    carry_out(gateway, vm, decided, turn.attempt)
}

/// Carries a decision out.
fn carry_out(gateway: &impl Gateway, vm: &Vm, decided: Decided<'_>, attempt: Attempt) -> Outcome {
    let refusal = match decided {
        Decided::Permitted(permit) => match go_on(gateway, vm, &permit, attempt) {
            Ok(()) => return Outcome::Forward(permit.grounds(), *permit.watch()),
            Err(_) => {
                permit.give_back(&Surroundings::new(gateway, vm));
                Refusal::host_failure()
            }
        },
        Decided::Waits(awaited, now) => return Outcome::Wait(awaited, now),
        Decided::Reads(progress, head) => return Outcome::Read(progress, head),
        Decided::Asks(asked) => return Outcome::Ask(asked),
        Decided::Alone(_) => Refusal::host_failure(),
        Decided::Refused(refusal) => refusal,
    };
    refusal.count(&Surroundings::new(gateway, vm));
    refuse(gateway, vm, &refusal);
    Outcome::Refused
}

/// Records a permit, and lets a request go on that was held. One that comes for the first time
/// goes on by what its callback returns.
fn go_on(
    gateway: &impl Gateway,
    vm: &Vm,
    permit: &Permit<'_>,
    attempt: Attempt,
) -> Result<(), CallFailed> {
    report(gateway, vm, permit.record())?;
    match attempt {
        Attempt::First => Ok(()),
        Attempt::Woken(_) | Attempt::Late | Attempt::Told => gateway.resume_request(),
    }
}

/// Takes out of a forwarded request's trailers what must not reach the upstream in its head
/// either: a server may merge the two (RFC 9110 section 6.5.1). `approval` is the plan's header for
/// approvals.
#[must_use]
pub fn handle_trailers(gateway: &impl Gateway, vm: &Vm, approval: Option<&str>) -> Verdict {
    match strip_trailers(gateway, approval) {
        Ok(()) => Verdict::Forward,
        Err(_) => {
            refuse(gateway, vm, &Refusal::host_failure());
            Verdict::Hold
        }
    }
}

fn strip_trailers(gateway: &impl Gateway, approval: Option<&str>) -> Result<(), CallFailed> {
    let buffer = gateway.request_trailers()?;
    let fields = read_fields(&buffer)?;
    for name in RequestHead::new(&fields).to_strip_from_trailers(approval) {
        gateway.remove_request_trailer(name)?;
    }
    Ok(())
}

fn read_fields(buffer: &[u8]) -> Result<Vec<Field<'_>>, CallFailed> {
    pairs::read(buffer).map_err(|_| CallFailed {
        call: "proxy_get_header_map_pairs",
        status: CallFailed::BAD_ARGUMENT,
    })
}

fn decide<'e>(
    gateway: &impl Gateway,
    vm: &Vm,
    plugin: &'e Plugin,
    turn: Turn,
    first: &Again,
) -> Result<Decided<'e>, CallFailed> {
    let buffer = gateway.request_head()?;
    let fields = read_fields(&buffer)?;
    let head = RequestHead::new(&fields);
    let now = gateway.now()?;
    // What was published before this request is in force for it.
    let caught_up = plugin.sources().catch_up(gateway, vm, plugin.engine());
    if let Err(Unavailable) = caught_up {
        return Ok(Decided::Refused(Refusal::host_failure()));
    }
    let host = Surroundings::new(gateway, vm);
    Ok(anew(|again| {
        let again = again.unwrap_or(first);
        match plugin.engine().decide_again(&head, again, now, &host) {
            Decision::Refuse(refusal) => Decided::Refused(refusal),
            Decision::Wait(wait) => wait_or_not(gateway, plugin, wait, turn.attempt, now),
            Decision::Allow(allow) if !allow.quotas().is_empty() => {
                ask(gateway, vm, plugin, turn, allow, now)
            }
            Decision::Allow(allow) => permit(gateway, &head, allow, &host),
            // It was decided by its head before.
            Decision::Read(reading) if turn.attempt == Attempt::Told => {
                Decided::Refused(reading.refuse())
            }
            Decision::Read(reading) => Decided::Reads(reading.progress(), buffer.clone()),
        }
    }))
}

/// Asks the service for the fleet for the room that an allow needs. Until it answers, nothing of the
/// request is changed, and nothing counted.
#[cold]
fn ask<'e>(
    gateway: &impl Gateway,
    vm: &Vm,
    plugin: &Plugin,
    turn: Turn,
    allow: Allow<'e>,
    now: UnixTime,
) -> Decided<'e> {
    match fleet::ask(gateway, vm, plugin, turn.context, &allow, now) {
        Ok(Ok(asked)) => Decided::Asks(asked),
        Ok(Err(again)) => Decided::Alone(again),
        Err(_) => Decided::Refused(allow.withdraw()),
    }
}

/// Decides until nobody else has changed the request's history meanwhile; not for ever.
fn anew<'e>(decide: impl Fn(Option<&Again>) -> Decided<'e>) -> Decided<'e> {
    let mut again = None;
    let mut tries = limits::HISTORY_TRIES;
    loop {
        let mut decided = decide(again.as_ref());
        tries -= 1;
        match &mut decided {
            Decided::Refused(refusal) if tries > 0 => match refusal.again() {
                Some(next) => again = Some(next),
                None => return decided,
            },
            Decided::Alone(next) if tries > 0 => again = Some(next.clone()),
            _ => return decided,
        }
    }
}

/// Makes an allow take effect.
fn permit<'e>(
    gateway: &impl Gateway,
    head: &RequestHead<'_>,
    allow: Allow<'e>,
    host: &dyn Host,
) -> Decided<'e> {
    match rewrite(gateway, head, &allow) {
        Ok(cluster) => allow
            .confirm(cluster.as_deref(), host)
            .map_or_else(Decided::Refused, Decided::Permitted),
        Err(_) => Decided::Refused(allow.withdraw()),
    }
}

/// Whether a document is waited for, and else which refusal it is.
#[cold]
fn wait_or_not<'e>(
    gateway: &impl Gateway,
    plugin: &Plugin,
    wait: Wait<'e>,
    attempt: Attempt,
    now: UnixTime,
) -> Decided<'e> {
    let source = wait.source();
    let advice = match attempt {
        Attempt::Late | Attempt::Told => Advice::GiveUp,
        // It has just come, and does not say what the request needs.
        Attempt::Woken(before) if before.source == source => Advice::Settle,
        Attempt::First | Attempt::Woken(_) if plugin.waiting().has_room() => {
            plugin.sources().ask(gateway, source, now)
        }
        Attempt::First | Attempt::Woken(_) => Advice::GiveUp,
    };
    match advice {
        Advice::Wait => {
            let seen = plugin.sources().seen(source);
            Decided::Waits(Awaited { source, seen }, now)
        }
        Advice::Settle => Decided::Refused(wait.settle()),
        Advice::GiveUp => Decided::Refused(wait.give_up()),
    }
}

const ACCEPT_ENCODING: &str = "accept-encoding";

/// Takes out what only the client vouches for, puts in who it is, and says to which cluster that
/// leads, if the policy cares: header writes make the gateway choose the route again.
fn rewrite(
    gateway: &impl Gateway,
    head: &RequestHead<'_>,
    allow: &Allow<'_>,
) -> Result<Option<Vec<u8>>, CallFailed> {
    for name in head.to_strip(allow.approval_header()) {
        gateway.remove_request_field(name)?;
    }
    for name in allow.withheld_headers() {
        if head.has(name) {
            gateway.remove_request_field(name.as_bytes())?;
        }
    }
    // What is compressed could not be looked at.
    if allow.is_watched() && head.has(ACCEPT_ENCODING) {
        gateway.remove_request_field(ACCEPT_ENCODING.as_bytes())?;
    }
    for (name, value) in allow.upstream_headers() {
        gateway.replace_request_field(name, value)?;
    }
    if allow.cluster().is_some() {
        gateway.cluster()
    } else {
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
