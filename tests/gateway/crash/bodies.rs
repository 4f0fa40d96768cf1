//! A crash while a body is read, while it is decided and while its answer is looked at: nothing
//! undecided goes up, and nothing that was to be hidden comes down.

use remit_crash_filter::{Call, Crash, Order};
use remit_tests::client::h1;
use remit_tests::gateway::{Gateway, Pinned, Setup};
use remit_tests::places;
use remit_tests::upstream::Script;

use super::{around, decides_again, ordered, reloads};
use crate::bodies::messages::{Caller, MCP, TOOLS, method};
use crate::bodies::{POLICY, REFUNDS, SMALL, chunks, post};
use crate::world::{case, started};

/// Calls by which a body is read and decided, up to the last before it goes on.
const DECIDING: &[Call] = &[
    Call::RequestHead,
    Call::RequestBody,
    Call::RemoveRequestField,
    Call::ReplaceRequestField,
    Call::Cluster,
    Call::WriteRecord,
    Call::Count,
];

/// Calls by which a list is looked at that comes as JSON; one more for one in events.
const LOOKING: &[Call] = &[
    Call::ResponseHead,
    Call::ReplaceResponseField,
    Call::ResponseBody,
    Call::ReplaceResponseBody,
];
const LOOKING_AT_EVENTS: &[Call] = &[
    Call::ResponseHead,
    Call::RemoveResponseField,
    Call::ResponseBody,
    Call::ReplaceResponseBody,
];

fn gateway() -> Gateway {
    let setup = Setup::reading(&POLICY.plan).module(&places::crash_full_module());
    started(&setup.workers(1))
}

/// What is allowed by its body, with a field that has to be taken out.
fn refund(case: &str) -> h1::Request {
    let chunks = [&chunks(SMALL, 9), b"0\r\n\r\n".as_slice()].concat();
    post(case, REFUNDS)
        .field("x-remit-agent", "forged")
        .field("transfer-encoding", "chunked")
        .body(&chunks)
}

/// Crashes at every call of what is asked.
fn crashes(calls: &[Call], crash: Crash, ask: impl Fn(&Gateway, &mut Pinned<'_>, Order)) {
    let gateway = gateway();
    let mut worker = Pinned::to(&gateway, 0);
    let mut crashes = 0;
    for &call in calls {
        for order in around(call, crash) {
            ask(&gateway, &mut worker, order);
            crashes += 1;
            decides_again(&gateway, &mut worker, order);
            assert_eq!(reloads(&gateway), crashes, "{order} did not happen");
        }
    }
}

#[test]
fn a_crash_before_a_body_is_decided() {
    for crash in [Crash::Panic, Crash::Memory] {
        crashes(DECIDING, crash, |gateway, worker, order| {
            let name = case("body");
            let response = worker.send(&ordered(refund(&name), order));
            assert_eq!(response.status, 503, "{order}");
            assert_eq!(gateway.arrivals_of(&name), 0, "{order}");
        });
    }
}

/// Sends a request for a list on a connection of its own, which may be cut off; gives its status.
fn list(gateway: &Gateway, order: Order, script: Script) -> u16 {
    let name = case("list");
    gateway.upstream("ledger").answer_with(&name, script);
    let request = Caller::ours().request(&name, MCP, &method("tools/list"));
    let response = ordered(request, order).send(gateway.agents());
    assert!(
        !response.text().contains("purge"),
        "{order}: {}",
        response.text()
    );
    response.status
}

#[test]
fn a_crash_while_a_list_is_looked_at() {
    crashes(LOOKING, Crash::Panic, |gateway, _, order| {
        let status = list(gateway, order, Script::json(200, TOOLS));
        assert_eq!(status, 503, "{order}");
    });
}

/// Where the head has gone, the rest is cut off.
#[test]
fn a_crash_while_events_are_looked_at() {
    crashes(LOOKING_AT_EVENTS, Crash::Panic, |gateway, _, order| {
        let events = Script::events(&format!("data: {TOOLS}\n\n"), 20);
        let status = list(gateway, order, events);
        let has_begun = matches!(order.call, Call::ResponseBody | Call::ReplaceResponseBody);
        assert!(
            status == 503 || (has_begun && status == 200),
            "{order}: {status}"
        );
    });
}
