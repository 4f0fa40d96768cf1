//! What a crash does to requests that the same worker has under way: each ends within the configured
//! limits, and none gets further than it was allowed to.

use std::time::{Duration, Instant};

use remit_crash_filter::{Call, Crash, Moment, Order};
use remit_tests::client::h1::Connection;
use remit_tests::gateway::{Gateway, Pinned};

use super::trailers::with_trailers;
use super::{decides_again, ordered, setup};
use crate::world::{allowed, case, good, request, started};

/// The time limits of these tests are one second; a busy machine needs some more.
const LIMIT: Duration = Duration::from_secs(5);

fn short(limit: &str, shipped: &str) -> (String, String) {
    (format!("{limit}: {shipped}"), format!("{limit}: 1s"))
}

fn started_with_short_limits() -> Gateway {
    let limits = [
        short("request_timeout", "60s"),
        short("stream_idle_timeout", "60s"),
        short("max_stream_duration", "300s"),
    ];
    let setup = limits
        .iter()
        .fold(setup().workers(1), |setup, (from, to)| setup.edit(from, to));
    started(&setup)
}

fn arrives(gateway: &Gateway, case: &str) {
    let end = Instant::now() + LIMIT;
    while gateway.arrivals_of(case) == 0 {
        assert!(Instant::now() < end, "{case} does not arrive");
    }
}

#[test]
fn requests_under_way_end_and_get_no_further() {
    let gateway = started_with_short_limits();
    for &crash in Crash::ALL {
        let order = Order {
            call: Call::Now,
            moment: Moment::After,
            crash,
        };
        let started = Instant::now();
        let [told, silent, trailing] = ["told", "silent", "trailing"].map(case);
        // Two wait for the rest of a body of which one will come; one for its trailers; one is no
        // request yet.
        let [mut to_finish, mut to_leave] = [&told, &silent].map(|name| {
            let post = request("POST", "/v1/orders/new-1/notes", name);
            let post = post
                .field("authorization", good())
                .field("content-length", "4");
            let mut connection = Connection::open(gateway.agents());
            connection.send(&post.bytes());
            connection
        });
        let unfinished = with_trailers(&trailing).begin(gateway.agents());
        let late = case("late");
        let mut half = Connection::open(gateway.agents());
        let bytes = request("GET", "/v1/orders", &late).bytes();
        let (first, rest) = bytes.split_at(30);
        half.send(first);
        for name in [&told, &silent, &trailing] {
            arrives(&gateway, name);
        }

        let mut worker = Pinned::to(&gateway, 0);
        let name = case("crash");
        assert_eq!(worker.send(&ordered(allowed(&name), order)).status, 503);
        assert_eq!(gateway.arrivals_of(&name), 0, "{order}");

        // What would have to be taken out of the trailers can no longer be: they must not pass.
        let answered = unfinished.finish().status;
        assert!(matches!(answered, 0 | 503), "{order}: {answered}");
        to_finish.send(b"note");
        let answered = to_finish.receive(false).status;
        assert!(matches!(answered, 0 | 503), "{order}: {answered}");
        half.send(rest);
        let answered = half.receive(false).status;
        assert!(matches!(answered, 401 | 503), "{order}: {answered}");
        let answered = to_leave.receive(false).status;
        assert!(
            matches!(answered, 0 | 408 | 503 | 504),
            "{order}: {answered}"
        );
        assert!(
            started.elapsed() < LIMIT,
            "{order}: {:?}",
            started.elapsed()
        );

        for arrival in gateway.upstream("orders").arrivals_of(&trailing) {
            assert!(arrival.trailers.is_none(), "{order}: {arrival:?}");
        }
        assert_eq!(gateway.arrivals_of(&late), 0, "{order}");
        decides_again(&gateway, &mut worker, order);
    }
}
