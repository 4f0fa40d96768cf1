//! Something else writes over what the workers share: what it said is not known any more, so that
//! tokens that are older are refused; those that are issued afterwards are served.

use remit_tests::client::h1::Request;
use remit_tests::gateway::Gateway;
use remit_tests::places;

use super::crowd::{Crowd, in_turn, tally};
use super::world::{Caller, Policy, next_second, started};
use crate::world::case;

const ASKED: usize = 16;

/// Another filter in the same machine's name, in front of ours.
fn garbling() -> Gateway {
    let policy = Policy::new().room(1024);
    let policy = policy
        .limit("calls", &["list"], 5, |_| {})
        .limit("looks", &["count"], 1, |_| {});
    let module = places::fault_module();
    let string = r#""@type": type.googleapis.com/google.protobuf.StringValue"#;
    let vm = format!(
        "{{vm_id: remit, runtime: envoy.wasm.runtime.v8, code: {{local: {{filename: {:?}}}}}}}",
        module.display().to_string(),
    );
    let ty = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm";
    let filter = format!(
        r#"- {{name: garble, typed_config: {{"@type": {ty}, config: {{name: garble, vm_config: {vm}, configuration: {{{string}, value: garble}}}}}}}}"#
    );
    started(&policy.setup().add_below("http_filters:", &filter))
}

fn garble(gateway: &Gateway, way: &str) {
    let request = Request::new("GET", "/healthz", "x").field("x-garble", way);
    assert_eq!(request.send(gateway.agents()).status, 200);
}

#[test]
fn what_is_no_bucket_is_noticed_and_made_anew() {
    let mut gateway = garbling();
    let mut crowd = Crowd::of(&gateway, ASKED, 2);
    for way in ["text", "empty", "cut", "longer"] {
        let caller = Caller::of(&case(way), "emea");
        // Its bucket may be one that was written over before and that nobody has looked at since.
        in_turn(&gateway, &[caller.asks_for("/v1/count")]);
        next_second();
        let request = Caller::of(&caller.task_id, "emea").asks_for("/v1/orders");
        let told = in_turn(&gateway, &[request.clone(), request.clone()]);
        assert_eq!(tally(&told), [((200, "allowed"), 2)].into(), "{way}");
        garble(&gateway, way);
        let told = crowd.ask(&vec![request; 2 * ASKED]);
        let lost = (503, "state_unavailable");
        assert_eq!(tally(&told), [(lost, 2 * ASKED)].into(), "{way}");
        next_second();
        let request = Caller::of(&caller.task_id, "emea").asks_for("/v1/orders");
        let told = crowd.ask(&vec![request; ASKED]);
        let expected = [
            ((200, "allowed"), 5),
            ((429, "limit_reached calls"), ASKED - 5),
        ];
        assert_eq!(tally(&told), expected.into(), "{way}");
    }
    assert!(gateway.envoy().is_running());
    assert!(
        !gateway.log_of_envoy().contains("panicked"),
        "{}",
        gateway.log_of_envoy()
    );
}

/// A bucket that is one, with a history that is none: that one is refused, and no other.
#[test]
fn what_is_no_history_is_refused() {
    let mut gateway = garbling();
    let mut crowd = Crowd::of(&gateway, ASKED, 2);
    let request = Caller::of(&case("history"), "emea").asks_for("/v1/orders");
    let told = in_turn(&gateway, std::slice::from_ref(&request));
    assert_eq!(tally(&told), [((200, "allowed"), 1)].into());
    garble(&gateway, "history");
    let told = crowd.ask(&vec![request; ASKED]);
    assert_eq!(tally(&told), [((503, "state_unavailable"), ASKED)].into());
    let other = Caller::of(&case("other"), "emea").asks_for("/v1/orders");
    let told = crowd.ask(&vec![other; ASKED]);
    let expected = [
        ((200, "allowed"), 5),
        ((429, "limit_reached calls"), ASKED - 5),
    ];
    assert_eq!(tally(&told), expected.into());
    assert!(gateway.envoy().is_running());
}
