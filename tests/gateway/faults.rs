//! A filter that fails where Envoy would let requests past it: the native gate behind it does not.
//!
//! Each test has two halves: with the gate taken out the same request does reach the upstream,
//! which shows that the fault is there; with it the client gets 403 or 503.

use remit_tests::gateway::{Gateway, Setup};
use remit_tests::places;

use crate::world::{POLICY, allowed, case, started};

/// The fault filter in the filter's place.
pub(crate) fn faulty(fault: &str) -> Setup {
    Setup::new(&POLICY.plan)
        .module(&places::fault_module())
        .configuration(fault)
}

/// The same without the gate: in this mode it only counts.
fn ungated(setup: Setup) -> Setup {
    setup.edit("action: ALLOW", "action: LOG")
}

/// What a client gets for a request that the policy allows, and how often it arrived.
fn ask(gateway: &Gateway) -> (u16, usize) {
    let name = case("fault");
    let status = allowed(&name).send(gateway.agents()).status;
    (status, gateway.arrivals_of(&name))
}

/// The gate's own answer, so that no other refusal is mistaken for it.
fn refused_by_the_gate(gateway: &Gateway) {
    let name = case("gate");
    let response = allowed(&name).send(gateway.agents());
    assert_eq!((response.status, gateway.arrivals_of(&name)), (403, 0));
    let details = gateway.entry_of(&name).0["details"].clone();
    assert_eq!(details, "rbac_access_denied_matched_policy[none]");
}

/// Asks often enough to reach both workers.
fn bypassed_somewhere(gateway: &Gateway) -> bool {
    (0..40).any(|_| ask(gateway) == (200, 1))
}

fn never_bypassed(gateway: &Gateway) {
    for _ in 0..40 {
        refused_by_the_gate(gateway);
    }
}

#[test]
fn a_worker_that_configures_with_false() {
    let setup = faulty("configure-false-on-workers");
    assert!(
        bypassed_somewhere(&started(&ungated(setup.clone()))),
        "Envoy no longer bypasses"
    );
    never_bypassed(&started(&setup));
}

#[test]
fn a_worker_that_traps_in_configure() {
    let setup = faulty("configure-trap-on-workers");
    assert!(
        bypassed_somewhere(&started(&ungated(setup.clone()))),
        "Envoy no longer bypasses"
    );
    never_bypassed(&started(&setup));
}

#[test]
fn a_worker_whose_vm_does_not_start() {
    let string = r#""@type": type.googleapis.com/google.protobuf.StringValue"#;
    let told = format!("configuration: {{{string}, value: start-false-on-workers}}");
    let setup = faulty("no-decision").add_below("vm_id: remit", &told);
    assert!(
        bypassed_somewhere(&started(&ungated(setup.clone()))),
        "Envoy no longer bypasses"
    );
    never_bypassed(&started(&setup));
}

#[test]
fn a_filter_that_decides_nothing() {
    let setup = faulty("no-decision");
    assert_eq!(ask(&started(&ungated(setup.clone()))), (200, 1));
    never_bypassed(&started(&setup));
}

#[test]
fn a_record_that_is_no_allow() {
    for fault in ["deny-and-continue", "allow-inside"] {
        let setup = faulty(fault);
        assert_eq!(ask(&started(&ungated(setup.clone()))), (200, 1), "{fault}");
        never_bypassed(&started(&setup));
    }
}

#[test]
fn a_filter_that_holds_the_head_and_lets_the_body_go() {
    let setup = faulty("hold-head-not-body").add_below(
        "failure_policy: FAIL_RELOAD",
        "allow_on_headers_stop_iteration: true",
    );
    let post = |gateway: &Gateway| {
        let name = case("body");
        let request = crate::world::request("POST", "/v1/orders/A-17/refunds", &name);
        let status = request
            .field("content-length", "4")
            .body(b"wiki")
            .send(gateway.agents())
            .status;
        (status, gateway.arrivals_of(&name))
    };
    assert_eq!(post(&started(&ungated(setup.clone()))), (200, 1));
    assert_eq!(post(&started(&setup)), (403, 0));
}

/// Under FAIL_OPEN the request that traps gets 503, and those after it bypass the filter.
#[test]
fn fail_open_after_a_trap() {
    let open =
        |setup: Setup| setup.edit("failure_policy: FAIL_RELOAD", "failure_policy: FAIL_OPEN");
    let setup = open(faulty("trap-on-request").workers(1));
    let bare = started(&ungated(setup.clone()));
    assert_eq!(ask(&bare), (503, 0));
    assert_eq!(ask(&bare), (200, 1), "Envoy no longer bypasses");
    let gated = started(&setup);
    assert_eq!(ask(&gated), (503, 0));
    never_bypassed(&gated);
}

/// As it is shipped, a trap costs the request and nothing passes.
#[test]
fn fail_reload_after_a_trap() {
    let gateway = started(&faulty("trap-on-request"));
    for _ in 0..20 {
        assert_eq!(ask(&gateway), (503, 0));
    }
}

#[test]
fn a_filter_that_configures_nowhere_does_not_start() {
    let Err(error) = faulty("configure-false").start() else {
        panic!("Envoy starts with a filter that refuses its configuration");
    };
    assert!(
        error.log.contains("Unable to create Wasm plugin remit"),
        "{}",
        error.log
    );
}
