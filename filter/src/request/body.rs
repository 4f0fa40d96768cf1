//! One request whose body is there: from head and body to a decision that is carried out.

use remit_engine::decision::{Body, Decision, Progress, Refusal, Unread};
use remit_engine::host::Unavailable;
use remit_engine::json::Json;
use remit_engine::request::RequestHead;

use super::{Decided, Outcome, Turn, anew, ask, carry_out, permit, read_fields};
use crate::gateway::{CallFailed, Gateway};
use crate::plugin::Plugin;
use crate::surroundings::Surroundings;
use crate::vm::Vm;

/// Decides a request by the head that it came with and its body, and carries the decision out.
#[must_use]
pub fn handle_body(
    gateway: &impl Gateway,
    vm: &Vm,
    plugin: &Plugin,
    head: &[u8],
    progress: &Progress,
    content: Result<&Json<'_>, Unread>,
    turn: Turn,
) -> Outcome {
    let body = Body { content, progress };
    let decided = decide(gateway, vm, plugin, head, &body, turn)
        .unwrap_or_else(|_: CallFailed| Decided::Refused(Refusal::host_failure()));
    carry_out(gateway, vm, decided, turn.attempt)
}

fn decide<'e>(
    gateway: &impl Gateway,
    vm: &Vm,
    plugin: &'e Plugin,
    head: &[u8],
    body: &Body<'_>,
    turn: Turn,
) -> Result<Decided<'e>, CallFailed> {
    let fields = read_fields(head)?;
    let head = RequestHead::new(&fields);
    let now = gateway.now()?;
    // What was published while the body came is in force for it.
    let caught_up = plugin.sources().catch_up(gateway, vm, plugin.engine());
    if let Err(Unavailable) = caught_up {
        return Ok(Decided::Refused(Refusal::host_failure()));
    }
    let host = Surroundings::new(gateway, vm);
    Ok(anew(|again| {
        let progress = match again {
            Some(again) => &body.progress.clone().with(again.clone()),
            None => body.progress,
        };
        let body = Body { progress, ..*body };
        match plugin.engine().decide_whole(&head, &body, now, &host) {
            Decision::Allow(allow) if !allow.quotas().is_empty() => {
                ask(gateway, vm, plugin, turn, allow, now)
            }
            Decision::Allow(allow) => permit(gateway, &head, allow, &host),
            Decision::Refuse(refusal) => Decided::Refused(refusal),
            // It was there when the head was decided. Bodies are not held until it comes again.
            Decision::Wait(wait) => Decided::Refused(wait.give_up()),
            Decision::Read(reading) => Decided::Refused(reading.refuse()),
        }
    }))
}
