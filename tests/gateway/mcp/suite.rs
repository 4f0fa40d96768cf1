//! MCP's own conformance suite finds the same directly, through an Envoy that decides nothing, and
//! through the filter, where the policy allows what it calls. What fails in it everywhere is the
//! server's: extensions that it does not have, most of all. What comes out otherwise is named here.

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

/// The filter refuses what web pages send of whose origin the policy knows nothing: here one with a
/// port that nobody knew.
const ORIGIN: &str = "dns-rebinding-protection: localhost-host-valid-accepted";
/// Messages that do not say which resource or protocol task they are about are refused as none, where
/// the server only says that it has no such method.
const ABOUT_NOTHING: [&str; 3] = [
    "server-stateless: sep-2575-http-server-method-not-found-404-resources-subscribe",
    "server-stateless: sep-2575-http-server-method-not-found-404-resources-unsubscribe",
    "tasks-dispatch-and-envelope: sep-2663-tasks-result-removed-method-not-found",
];

/// These checks came out otherwise, and no others.
fn differs_only(way: &str, expected: &[&str], direct: &Results, through: &Results) {
    let different = direct.differences(through);
    let found: Vec<_> = different.keys().collect();
    assert_eq!(found, expected, "{way}: {different:#?}");
}

#[test]
fn the_suite_finds_the_same_where_there_are_no_sessions() {
    let [subscribe, unsubscribe, result] = ABOUT_NOTHING;
    let expected = [ORIGIN, subscribe, unsubscribe, result];
    the_suite_finds_the_same(Requirements::Of20260728, 140, &expected);
}

#[test]
fn the_suite_finds_the_same_in_sessions() {
    the_suite_finds_the_same(Requirements::Of20251125, 60, &[ORIGIN]);
}

fn the_suite_finds_the_same(requirements: Requirements, least: usize, expected: &[&str]) {
    let [alone, behind] = [Server::specimen(), Server::specimen()];
    let front = Front::of(behind.address());
    let decided = Decided::start();
    let at = [alone.address(), front.address(), decided.front.address()];
    let [direct, plain, filtered] = runs(requirements, at);
    assert!(direct.succeeded() >= least, "{direct:?}");
    differs_only("through Envoy", &[], &direct, &plain);
    differs_only("through the filter", expected, &direct, &filtered);
}

#[test]
fn the_suite_finds_the_same_in_a_server_of_the_sessions() {
    let [alone, behind] = [Server::everything(), Server::everything()];
    let front = Front::of(behind.address());
    let at = [alone.address(), front.address()];
    let [direct, plain] = runs(Requirements::Of20251125, at);
    assert!(direct.succeeded() >= 45, "{direct:?}");
    differs_only("through Envoy", &[], &direct, &plain);
}
