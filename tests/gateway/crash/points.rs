//! Every call that the filter makes for a request, before and after, in every way to crash.

use std::time::{Duration, Instant};

use remit_crash_filter::{Call, Crash, Moment, Order};
use remit_tests::client::h1;
use remit_tests::envoy::Entry;
use remit_tests::gateway::Pinned;
use remit_tests::recipe::Recipe;

use super::{around, decides, decides_again, denied, ordered, reloads, setup};
use crate::world::{allowed, case, now, request, started};

/// A request that leads to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ask {
    Allowed,
    /// Allowed, with a field that has to be taken out.
    Forged,
    /// Allowed, with a new token whose signature Envoy checks.
    Es256,
    Rs256,
    Denied,
    NoToken,
}

/// Which requests lead to a call. Exhaustive: a new call of the gateway does not build without them.
fn leading_to(call: Call) -> &'static [Ask] {
    use Ask::{Allowed, Denied, Es256, Forged, NoToken, Rs256};
    match call {
        Call::RequestHead | Call::Now => &[Allowed, NoToken],
        Call::ReplaceRequestField | Call::Cluster => &[Allowed],
        Call::RemoveRequestField => &[Forged],
        Call::CallForeign => &[Es256, Rs256],
        Call::WriteRecord | Call::Count => &[Allowed, Denied],
        Call::Answer => &[Denied, NoToken],
        // They have tests of their own: `trailers`, and `a_crash_while_logging`.
        Call::RequestTrailers | Call::RemoveRequestTrailer | Call::Log => &[],
        // Not for a request, but when a plan is loaded: `faults`.
        Call::Configuration | Call::DefineCounter | Call::DefineGauge | Call::TickEvery => &[],
        // Only where a policy asks for more than a bearer token, or for a mark.
        Call::PeerCertificate | Call::Nanos | Call::Shared | Call::Share => &[],
        // Made between requests: no request is at hand.
        Call::Show | Call::Call | Call::CalledHead | Call::CalledBody => &[],
        Call::TurnTo | Call::ResumeRequest => &[],
        // Only where a limit holds for a fleet.
        Call::Ask | Call::GrpcMessage => &[],
        // Where a body is read or an answer looked at: `bodies`.
        Call::RequestBody
        | Call::ResponseHead
        | Call::RemoveResponseField
        | Call::ReplaceResponseField
        | Call::ResponseBody
        | Call::ReplaceResponseBody => &[],
    }
}

impl Ask {
    fn request(self, case: &str) -> h1::Request {
        let bearing = |recipe: Recipe| {
            let token = recipe.claim("jti", case).token();
            request("GET", "/v1/orders", case).field("authorization", format!("Bearer {token}"))
        };
        match self {
            Self::Allowed => allowed(case),
            Self::Forged => allowed(case).field("x-remit-agent", "forged"),
            Self::Es256 => {
                let recipe = Recipe::corp(now()).header("kid", "corp-ec");
                bearing(recipe.signed_by("corp-ec", "ES256"))
            }
            Self::Rs256 => bearing(Recipe::partner(now())),
            Self::Denied => denied(case),
            Self::NoToken => request("GET", "/v1/orders", case),
        }
    }

    fn is_refused(self) -> bool {
        matches!(self, Self::Denied | Self::NoToken)
    }

    /// The decision that stands in filter state when the module has crashed. Behind a record that
    /// says `allow` the gate would let the request through.
    fn record(self, order: Order) -> Option<&'static str> {
        let written = match order.call {
            Call::WriteRecord => order.moment == Moment::After,
            Call::Count | Call::Answer => true,
            _ => false,
        };
        let decision = if self.is_refused() {
            "challenge"
        } else {
            "allow"
        };
        written.then_some(decision)
    }
}

fn crashes_at_every_call(crash: Crash) {
    let gateway = started(&setup());
    let mut workers = [0, 1].map(|worker| Pinned::to(&gateway, worker));
    let mut crashed = vec![];
    for &call in Call::ALL {
        for order in around(call, crash) {
            for &ask in leading_to(call) {
                // Now this one, now that one.
                workers.reverse();
                let [this, other] = &mut workers;
                let name = case("crash");
                let response = this.send(&ordered(ask.request(&name), order));
                assert_eq!(response.status, 503, "{order} {ask:?}");
                assert!(!response.is_from_upstream(), "{order} {ask:?}");
                decides(&gateway, other, order);
                decides_again(&gateway, this, order);
                crashed.push((name, ask, order));
                assert_eq!(reloads(&gateway), crashed.len() as u64, "{order} {ask:?}");
            }
        }
    }
    assert!(crashed.len() >= 24, "only {} crashes", crashed.len());
    let names: Vec<String> = crashed.iter().map(|(name, ..)| name.clone()).collect();
    let entries = gateway.entries_of(&names);
    for (name, ask, order) in crashed {
        assert_eq!(gateway.arrivals_of(&name), 0, "{order} {ask:?} arrived");
        left_behind(&entries[&name], ask, order);
    }
}

/// What the log says of the request that crashed the module.
fn left_behind(entry: &Entry, ask: Ask, order: Order) {
    // Once the filter has answered, its words stay in the log.
    let answered = (order.call, order.moment) == (Call::Answer, Moment::After);
    let by = if answered {
        "remit:"
    } else {
        "wasm_fail_stream"
    };
    let details = entry.0["details"].as_str().unwrap_or_default();
    assert!(details.starts_with(by), "{order} {ask:?}: {details}");
    let record = entry.record();
    let decision = record
        .as_ref()
        .and_then(|record| record["decision"].as_str());
    assert_eq!(decision, ask.record(order), "{order} {ask:?}");
}

#[test]
fn a_panic_anywhere() {
    crashes_at_every_call(Crash::Panic);
}

#[test]
fn an_abort_anywhere() {
    crashes_at_every_call(Crash::Abort);
}

#[test]
fn memory_running_out_anywhere() {
    crashes_at_every_call(Crash::Memory);
}

#[test]
fn a_stack_that_overflows_anywhere() {
    crashes_at_every_call(Crash::Stack);
}

/// A line is logged for a request only where the gateway fails the filter as well: here it counts
/// nothing, so that nothing can be allowed.
#[test]
fn a_crash_while_logging() {
    let gateway = started(
        &setup()
            .workers(1)
            .edit(" proxy_increment_metric: {}\n", " left_out: {}\n"),
    );
    let mut worker = Pinned::to(&gateway, 0);
    let mut crashes = 0;
    for &crash in Crash::ALL {
        for order in around(Call::Log, crash) {
            let name = case("log");
            let status = worker.send(&ordered(allowed(&name), order)).status;
            assert_eq!((status, gateway.arrivals_of(&name)), (503, 0), "{order}");
            crashes += 1;
            let patience = Instant::now() + Duration::from_secs(10);
            while reloads(&gateway) < crashes {
                assert!(Instant::now() < patience, "{order} did not happen");
                let name = case("log-later");
                let status = worker.send(&allowed(&name)).status;
                assert_eq!((status, gateway.arrivals_of(&name)), (503, 0), "{order}");
            }
        }
    }
}
