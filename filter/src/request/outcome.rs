//! Carrying a decision out: its record, its counter, its answer.

use remit_engine::decision::{Record, Refusal};

use crate::gateway::{CallFailed, Gateway, Level, LocalAnswer};
use crate::pairs;
use crate::vm::Vm;

/// Writes the record and counts the decision.
pub(super) fn report(
    gateway: &impl Gateway,
    vm: &Vm,
    record: &Record<'_>,
) -> Result<(), CallFailed> {
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

/// Answers the client, and tells the operator.
pub(crate) fn refuse(gateway: &impl Gateway, vm: &Vm, refusal: &Refusal<'_>) {
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

/// Answers the client.
pub(crate) fn answer(gateway: &impl Gateway, refusal: &Refusal<'_>) -> Result<(), CallFailed> {
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
