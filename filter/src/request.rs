//! One request: from its head to a decision that is carried out.
//!
//! Host calls of an allowed request, in order: the header map; the clock; one foreign call if the
//! token is new and its signature RSA's or ECDSA's; one removal for each client copy of our headers
//! (none, normally); one write for each identity header that has a value; the cluster, if the
//! resource names one; the record, which is also the mark that the native gate behind the filter
//! looks for; one counter. A refused one: header map, clock, perhaps the foreign call, record,
//! counter, answer. Trailers, where a request has any: one read, and one removal for each field that
//! must not pass.
//!
//! INVARIANT: the record of an allow is written after everything that it depends on, and whatever
//! fails after that overwrites it. A head is let go on in one place, [`handle`].

use remit_engine::decision::{Allow, Decision, Permit, Record, Refusal};
use remit_engine::request::{Field, RequestHead};

use crate::gateway::{CallFailed, Gateway, Level, LocalAnswer};
use crate::offload::Offload;
use crate::pairs;
use crate::plugin::Plugin;
use crate::vm::Vm;

/// What becomes of the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on to the upstream.
    Forward,
    /// It does not: the client has its answer, or waits until the gateway's time limit.
    Hold,
}

/// What was decided, once nothing but the record is left to do.
enum Decided<'e> {
    Permitted(Permit<'e>),
    Refused(Refusal<'e>),
}

/// Decides the request that the gateway is at, and carries the decision out.
#[must_use]
pub fn handle(gateway: &impl Gateway, vm: &Vm, plugin: Option<&Plugin>) -> Verdict {
    let decided = match plugin {
        Some(plugin) => decide(gateway, vm, plugin)
            .unwrap_or_else(|_: CallFailed| Decided::Refused(Refusal::host_failure())),
        None => Decided::Refused(Refusal::not_configured()),
    };
    let refusal = match decided {
        Decided::Permitted(permit) => match report(gateway, vm, permit.record()) {
            Ok(()) => return Verdict::Forward,
            Err(_) => Refusal::host_failure(),
        },
        Decided::Refused(refusal) => refusal,
    };
    refuse(gateway, vm, &refusal);
    Verdict::Hold
}

/// Takes out of a forwarded request's trailers what must not reach the upstream in its head
/// either: a server may merge the two (RFC 9110 section 6.5.1).
#[must_use]
pub fn handle_trailers(gateway: &impl Gateway, vm: &Vm) -> Verdict {
    match strip_trailers(gateway) {
        Ok(()) => Verdict::Forward,
        Err(_) => {
            refuse(gateway, vm, &Refusal::host_failure());
            Verdict::Hold
        }
    }
}

fn strip_trailers(gateway: &impl Gateway) -> Result<(), CallFailed> {
    let buffer = gateway.request_trailers()?;
    let fields = read_fields(&buffer)?;
    for name in RequestHead::new(&fields).to_strip() {
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
) -> Result<Decided<'e>, CallFailed> {
    let buffer = gateway.request_head()?;
    let fields = read_fields(&buffer)?;
    let head = RequestHead::new(&fields);
    let now = gateway.now()?;
    Ok(
        match plugin
            .engine()
            .decide(&head, now, &Offload::new(gateway, &vm.crypto))
        {
            Decision::Refuse(refusal) => Decided::Refused(refusal),
            Decision::Allow(allow) => match rewrite(gateway, &head, &allow) {
                Ok(cluster) => allow
                    .confirm(cluster.as_deref())
                    .map_or_else(Decided::Refused, Decided::Permitted),
                Err(_) => Decided::Refused(allow.withdraw()),
            },
        },
    )
}

/// Takes out what only the client vouches for, puts in who it is, and says to which cluster that
/// leads, if the policy cares: header writes make the gateway choose the route again.
fn rewrite(
    gateway: &impl Gateway,
    head: &RequestHead<'_>,
    allow: &Allow<'_>,
) -> Result<Option<Vec<u8>>, CallFailed> {
    for name in head.to_strip() {
        gateway.remove_request_field(name)?;
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

/// Writes the record and counts the decision.
fn report(gateway: &impl Gateway, vm: &Vm, record: &Record<'_>) -> Result<(), CallFailed> {
    vm.with_line(
        |line| record.write_json(line),
        |line| gateway.write_record(line),
    )?;
    let counter = vm.counter(record.reason()).ok_or(CallFailed {
        call: "proxy_define_metric",
        status: CallFailed::NOT_FOUND,
    })?;
    gateway.count(counter)
}

fn refuse(gateway: &impl Gateway, vm: &Vm, refusal: &Refusal<'_>) {
    // The client is refused whether or not that can be recorded.
    let reported = report(gateway, vm, refusal.record());
    let answered = answer(gateway, refusal);
    for failure in [reported, answered].into_iter().filter_map(Result::err) {
        gateway.log(
            Level::Warn,
            &format!("a request was refused, but {failure}"),
        );
    }
}

fn answer(gateway: &impl Gateway, refusal: &Refusal<'_>) -> Result<(), CallFailed> {
    let answer = refusal.answer();
    let headers: Vec<(&str, &str)> = answer
        .headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let headers = pairs::write(&headers).ok_or(CallFailed {
        call: "proxy_send_local_response",
        status: CallFailed::BAD_ARGUMENT,
    })?;
    gateway.answer(&LocalAnswer {
        status: answer.status,
        headers: &headers,
        body: answer.body.as_bytes(),
        details: &format!("remit:{}", refusal.record().reason().code()),
    })
}

#[cfg(test)]
mod tests;
