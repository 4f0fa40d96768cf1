//! What happens where Envoy does not let the filter see bodies or answers, or change them: nothing
//! passes undecided, and of lists nothing is shown that cannot be looked at.

use remit_policy_compiler::envoy::Module;
use remit_tests::gateway::Gateway;
use remit_tests::places;
use remit_tests::upstream::Script;

use super::messages::{Caller, TOOLS, VERSIONS, method};
use super::{LARGE, REFUNDS, SMALL, post_h2, setup};
use crate::world::{case, started};

/// What the module needs for bodies and answers beyond what it needs for heads, and what is said to
/// a request that a rule allows by its body and to one that asks for a list, where it is left out.
const CASES: [(&str, u16, u16); 5] = [
    // The gate behind the filter has no record that says `allow`.
    ("proxy_on_request_body", 403, 403),
    // The body has an end that the filter is not shown.
    (TRAILERS, 403, 200),
    // The head has gone by then, and what follows is cut off.
    ("proxy_on_response_headers", 200, 200),
    ("proxy_set_buffer_bytes", 200, 502),
    // Envoy lets the answer go on, and the filter does not learn that there is one: what only hides
    // is lost. What a call may do is decided all the same.
    ("proxy_on_response_body", 200, 200),
];

const TRAILERS: &str = "proxy_on_request_trailers";

#[test]
fn each_capability_of_bodies_left_out() {
    let module = Module::read(&places::full_module()).expect("the filter module");
    for (capability, body, list) in CASES {
        assert!(
            module.capabilities().any(|one| one == capability),
            "{capability}"
        );
        let left_out = setup().edit(&format!(" {capability}: {{}}\n"), " left_out: {}\n");
        let gateway = started(&left_out.workers(1));
        assert_eq!(
            sends(&gateway, capability, SMALL),
            body,
            "without {capability}"
        );
        assert_eq!(
            sends(&gateway, capability, LARGE),
            403,
            "without {capability}"
        );
        for version in VERSIONS {
            let answer = Script::json(200, TOOLS);
            let told = Caller::ours().told(&gateway, version, &method("tools/list"), answer);
            let status = told.response.status;
            let is_hidden = !told.response.text().contains("purge");
            assert!(
                is_hidden || capability == "proxy_on_response_body",
                "{capability}"
            );
            let is_right = status == list || status == 0;
            assert!(is_right, "without {capability}: {status}");
        }
    }
}

/// Sends a body; one that is not answered with 200 must not have arrived.
fn sends(gateway: &Gateway, capability: &str, body: &[u8]) -> u16 {
    let name = case("left-out");
    let request = post_h2(&name, REFUNDS).data(body);
    let request = match capability {
        TRAILERS => request.trailer("x-sum", "1"),
        _ => request,
    };
    let status = request.send(gateway.agents()).status;
    assert_eq!(gateway.arrivals_of(&name), usize::from(status == 200));
    status
}
