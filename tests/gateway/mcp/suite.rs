//! MCP's own conformance suite, directly and through Envoy.

use std::thread;

use remit_tests::peers::{Everything, Front, Helpdesk, Requirements, Results};

/// Two runs at the same time, each against a server of its own: directly and through Envoy.
fn both(
    requirements: Requirements,
    direct: std::net::SocketAddr,
    through: std::net::SocketAddr,
) -> (Results, Results) {
    let run = |at| Results::of(requirements, &format!("http://{at}/mcp"));
    thread::scope(|scope| {
        let direct = scope.spawn(move || run(direct));
        let through = run(through);
        (direct.join().expect("the suite runs"), through)
    })
}

fn same(name: &str, (direct, through): &(Results, Results)) {
    let different = direct.differences(through);
    assert!(different.is_empty(), "{name}:\n{}", different.join("\n"));
}

#[test]
fn the_suite_finds_no_difference_in_a_server_without_sessions() {
    let desks = [Helpdesk::start(), Helpdesk::start()];
    let front = Front::of(desks[1].address());
    let results = both(
        Requirements::Of20260728,
        desks[0].address(),
        front.address(),
    );
    same("help desk", &results);
    // Most that fails asks for what a help desk has not.
    assert!(results.1.succeeded() > 100, "{results:?}");
}

#[test]
fn the_suite_finds_no_difference_in_servers_with_sessions() {
    let desks = [Helpdesk::start(), Helpdesk::start()];
    let front = Front::of(desks[1].address());
    let results = both(
        Requirements::Of20251125,
        desks[0].address(),
        front.address(),
    );
    same("help desk", &results);
    assert!(results.1.succeeded() > 40, "{results:?}");

    let servers = [Everything::start(), Everything::start()];
    let front = Front::of(servers[1].address());
    let results = both(
        Requirements::Of20251125,
        servers[0].address(),
        front.address(),
    );
    same("everything", &results);
    assert!(results.1.succeeded() > 40, "{results:?}");
}
