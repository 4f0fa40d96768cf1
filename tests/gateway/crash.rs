//! A crash stays small: wherever the module crashes, that request is not allowed, the worker decides
//! again within the back-off, and the other worker has seen nothing.
//!
//! The module is the filter as it is shipped, over a gateway that crashes it where a request orders
//! that. Everything else is as shipped too, `FAIL_RELOAD` above all.

mod bodies;
mod in_flight;
mod plans;
mod points;
mod trailers;
mod under_load;

use std::thread::sleep;
use std::time::{Duration, Instant};

use remit_crash_filter::{Call, Crash, HEADER, Moment, Order};
use remit_tests::client::h1;
use remit_tests::gateway::{Gateway, Pinned, Setup};
use remit_tests::places;

use crate::world::{POLICY, allowed, case, good, request};

/// The longest back-off that is configured (`reload_config`), and as much again for a busy machine.
const BACK_OFF: Duration = Duration::from_secs(2);

fn setup() -> Setup {
    Setup::new(&POLICY.plan).module(&places::crash_module())
}

/// A request with a good token that the task's rules refuse.
fn denied(case: &str) -> h1::Request {
    request("DELETE", "/v1/orders/A-17", case).field("authorization", good())
}

/// What is left to do when a worker has crashed: it must decide again, and decide right.
fn decides_again(gateway: &Gateway, worker: &mut Pinned<'_>, order: Order) {
    let end = Instant::now() + BACK_OFF;
    loop {
        let name = case("afterwards");
        match (
            worker.send(&allowed(&name)).status,
            gateway.arrivals_of(&name),
        ) {
            (200, 1) => break,
            // Until the back-off is over.
            (503, 0) => {}
            other => panic!("after {order}: {other:?}"),
        }
        assert!(Instant::now() < end, "after {order} the worker stays down");
        sleep(Duration::from_millis(10));
    }
    decides(gateway, worker, order);
}

fn decides(gateway: &Gateway, worker: &mut Pinned<'_>, order: Order) {
    let cases = [
        (allowed as fn(&str) -> h1::Request, 200, 1),
        (denied, 403, 0),
        (|case| request("GET", "/v1/orders", case), 401, 0),
    ];
    for (request, status, arrivals) in cases {
        let name = case("decided");
        let answered = worker.send(&request(&name)).status;
        let decided = (answered, gateway.arrivals_of(&name));
        assert_eq!(decided, (status, arrivals), "after {order}");
    }
}

fn reloads(gateway: &Gateway) -> u64 {
    gateway.stat("wasm.remit.vm_reload_success")
}

/// Both moments of a call, as orders.
fn around(call: Call, crash: Crash) -> impl Iterator<Item = Order> {
    Moment::ALL.iter().map(move |&moment| Order {
        call,
        moment,
        crash,
    })
}

fn ordered(request: h1::Request, order: Order) -> h1::Request {
    request.field(HEADER, order.to_string())
}
