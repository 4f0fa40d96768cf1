//! A crash at the trailers: the head has gone up, allowed as it was; the trailers must not follow.

use remit_crash_filter::{Call, Crash, HEADER};
use remit_tests::client::h2;
use remit_tests::gateway::Pinned;
use remit_tests::upstream::CASE;

use super::{around, decides_again, reloads, setup};
use crate::world::{case, good, started};

/// An allowed request with a trailer that has to be taken out.
pub(super) fn with_trailers(case: &str) -> h2::Request {
    h2::Request::new("POST", "/v1/orders/new-1/notes", "api.corp.example")
        .field(CASE, case)
        .field("authorization", good())
        .data(b"a note")
        .trailer("x-remit-agent", "forged")
}

#[test]
fn a_crash_at_the_trailers() {
    let gateway = started(&setup().workers(1));
    let mut worker = Pinned::to(&gateway, 0);
    let mut crashes = 0;
    for call in [Call::RequestTrailers, Call::RemoveRequestTrailer] {
        for &crash in Crash::ALL {
            for order in around(call, crash) {
                let name = case("trailers");
                let request = with_trailers(&name).trailer(HEADER, order.to_string());
                let response = request.send(gateway.agents());
                assert_eq!(response.status, 503, "{order}");
                crashes += 1;
                decides_again(&gateway, &mut worker, order);
                assert_eq!(reloads(&gateway), crashes, "{order}");
                for arrival in gateway.upstream("orders").arrivals_of(&name) {
                    assert!(!arrival.complete, "{order}: {arrival:?}");
                    assert!(arrival.trailers.is_none(), "{order}: {arrival:?}");
                }
            }
        }
    }
}
