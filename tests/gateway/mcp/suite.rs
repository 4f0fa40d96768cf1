//! MCP's own conformance suite finds the same directly and through Envoy. What fails in it is the
//! server's: extensions that it does not have, most of all.

use std::net::SocketAddr;
use std::thread;

use remit_tests::peers::{Front, Requirements, Results, Server};

/// Two runs at the same time, each against a server of its own: directly, and through what leads to
/// the other.
pub(super) fn same(requirements: Requirements, direct: SocketAddr, through: SocketAddr) -> Results {
    let run = |at| Results::of(requirements, &format!("http://{at}/mcp"));
    let (direct, through) = thread::scope(|scope| {
        let direct = scope.spawn(move || run(direct));
        let through = run(through);
        (direct.join().expect("the suite runs"), through)
    });
    let different = direct.differences(&through);
    assert!(
        different.is_empty(),
        "{requirements:?}, directly and through Envoy:\n{}",
        different.join("\n")
    );
    through
}

fn same_through_front(requirements: Requirements, start: fn() -> Server) -> Results {
    let [direct, behind] = [start(), start()];
    let front = Front::of(behind.address());
    same(requirements, direct.address(), front.address())
}

#[test]
fn the_suite_finds_the_same_where_there_are_no_sessions() {
    let results = same_through_front(Requirements::Of20260728, Server::specimen);
    assert!(results.succeeded() >= 140, "{results:?}");
}

#[test]
fn the_suite_finds_the_same_in_sessions() {
    let results = same_through_front(Requirements::Of20251125, Server::specimen);
    assert!(results.succeeded() >= 60, "{results:?}");
    let results = same_through_front(Requirements::Of20251125, Server::everything);
    assert!(results.succeeded() >= 45, "{results:?}");
}
