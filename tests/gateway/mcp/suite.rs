//! MCP's own conformance suite finds the same directly, through an Envoy that decides nothing, and
//! through the filter, where the policy allows what it calls. What fails in it everywhere is the
//! server's: extensions that it does not have, most of all.

use std::net::SocketAddr;
use std::thread;

use remit_tests::gateway::{Gateway, Setup};
use remit_tests::peers::{Front, Requirements, Results, Server};
use remit_tests::policy::Compiled;

use super::HOST;
use super::world::token;
use crate::world::started;

/// A run against each of the servers, all at the same time.
fn runs<const N: usize>(requirements: Requirements, at: [SocketAddr; N]) -> [Results; N] {
    let run = |at: SocketAddr| Results::of(requirements, &format!("http://{at}/mcp"));
    thread::scope(|scope| {
        let running = at.map(|at| scope.spawn(move || run(at)));
        running.map(|run| run.join().expect("the suite runs"))
    })
}

/// A server behind the filter, and the way in for a client that has no token.
struct Decided {
    _server: Server,
    _gateway: Gateway,
    front: Front,
}

impl Decided {
    fn start() -> Self {
        let server = Server::specimen();
        let plan = Compiled::policy("specimen").plan;
        let gateway = started(&Setup::reading(&plan).cluster("specimen", server.address()));
        let front = Front::entering(gateway.agents(), HOST, &token("running"));
        Self {
            _server: server,
            _gateway: gateway,
            front,
        }
    }
}

fn no_difference(way: &str, direct: &Results, through: &Results) {
    let different = direct.differences(through);
    assert!(different.is_empty(), "{way}:\n{}", different.join("\n"));
}

#[test]
fn the_suite_finds_the_same_where_there_are_no_sessions() {
    the_suite_finds_the_same(Requirements::Of20260728, 140);
}

#[test]
fn the_suite_finds_the_same_in_sessions() {
    the_suite_finds_the_same(Requirements::Of20251125, 60);
}

fn the_suite_finds_the_same(requirements: Requirements, least: usize) {
    let [alone, behind] = [Server::specimen(), Server::specimen()];
    let front = Front::of(behind.address());
    let decided = Decided::start();
    let at = [alone.address(), front.address(), decided.front.address()];
    let [direct, plain, filtered] = runs(requirements, at);
    assert!(direct.succeeded() >= least, "{direct:?}");
    no_difference("through Envoy", &direct, &plain);
    no_difference("through the filter", &direct, &filtered);
}

#[test]
fn the_suite_finds_the_same_in_a_server_of_the_sessions() {
    let [alone, behind] = [Server::everything(), Server::everything()];
    let front = Front::of(behind.address());
    let at = [alone.address(), front.address()];
    let [direct, plain] = runs(Requirements::Of20251125, at);
    assert!(direct.succeeded() >= 45, "{direct:?}");
    no_difference("through Envoy", &direct, &plain);
}
