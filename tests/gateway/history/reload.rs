//! A change of the policy keeps what was counted.

use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::plan::{Window, WindowKind};
use remit_tests::client::h1::Connection;
use remit_tests::gateway::Gateway;

use super::crowd::Told;
use super::world::{Caller, Policy, started};

const UPDATED: &str = "extension_config_discovery.http_filter.remit.update_success";
/// Connections, so that both workers are asked.
const ASKED: usize = 16;

fn policy(name: &str) -> Policy {
    Policy::new().named(name)
}

fn at_most(policy: Policy, calls: u32, window: Option<(u32, WindowKind)>) -> Policy {
    policy.limit("calls", &["list"], calls, |limit| {
        limit.window = window.map(|(seconds, kind)| Window { seconds, kind });
    })
}

/// A gateway whose policy changes, and connections to it.
struct World {
    gateway: Gateway,
    connections: Vec<Connection>,
    caller: Caller,
}

impl World {
    fn with(policy: &Policy) -> Self {
        let gateway = started(&policy.setup().dynamic());
        let connections = (0..ASKED).map(|_| Connection::open(gateway.agents()));
        Self {
            connections: connections.collect(),
            gateway,
            caller: Caller::of("run-1", "emea"),
        }
    }

    /// Puts a policy into force and waits until every connection's worker has it.
    fn change(&mut self, name: &str, change: impl FnOnce(Policy) -> Policy) {
        let before = self.gateway.stat(UPDATED);
        let bytes = change(policy(name)).bytes();
        self.gateway.discover(&STANDARD.encode(bytes));
        let end = Instant::now() + Duration::from_secs(20);
        while self.gateway.stat(UPDATED) == before {
            assert!(Instant::now() < end, "{}", self.gateway.log_of_envoy());
            sleep(Duration::from_millis(10));
        }
        // Nothing counts this.
        let look = self.caller.asks_for("/v1/search");
        for connection in &mut self.connections {
            while exchange(connection, &look).policy != name {
                assert!(Instant::now() < end, "{name} does not come into force");
                sleep(Duration::from_millis(10));
            }
        }
    }

    /// Asks until all connections are told the same refusal, and says how often it was let through.
    fn left(&mut self) -> usize {
        let request = self.caller.asks_for("/v1/orders");
        let mut left = 0;
        for _ in 0..2 {
            for connection in &mut self.connections {
                let told = exchange(connection, &request);
                if told.is_allowed() {
                    left += 1;
                } else {
                    assert_eq!(
                        (told.status, told.why.as_str()),
                        (429, "limit_reached calls")
                    );
                }
            }
        }
        left
    }

    /// Asks so often, for what has room.
    fn use_up(&mut self, calls: usize) {
        let request = self.caller.asks_for("/v1/orders");
        for connection in self.connections.iter_mut().take(calls) {
            assert!(exchange(connection, &request).is_allowed());
        }
    }
}

fn exchange(connection: &mut Connection, request: &[u8]) -> Told {
    connection.send(request);
    Told::by(&connection.receive(false))
}

#[test]
fn what_was_counted_outlasts_a_change_of_the_policy() {
    let mut world = World::with(&at_most(policy("first"), 10, None));
    world.use_up(4);
    world.change("renamed", |policy| at_most(policy, 10, None));
    world.use_up(1);
    // Raised, lowered below what is used, and in between.
    world.change("raised", |policy| at_most(policy, 12, None));
    assert_eq!(world.left(), 7);
    world.change("lowered", |policy| at_most(policy, 3, None));
    assert_eq!(world.left(), 0);
    world.change("raised-again", |policy| at_most(policy, 14, None));
    assert_eq!(world.left(), 2);
    // Another window begins with all that counted before.
    let hour = Some((3600, WindowKind::Sliding));
    world.change("sliding", |policy| at_most(policy, 16, hour));
    assert_eq!(world.left(), 2);
    let hour = Some((1800, WindowKind::Fixed));
    world.change("fixed", |policy| at_most(policy, 17, hour));
    assert_eq!(world.left(), 1);
    // While nothing limits it, nothing is counted; nor forgotten.
    world.change("without", |policy| policy);
    world.use_up(5);
    world.change("with", |policy| at_most(policy, 20, None));
    assert_eq!(world.left(), 3);
    world.caller = Caller::of("run-2", "emea");
    assert_eq!(world.left(), 20, "another task id has all of it");
}

/// With the first call under a shorter window all that was counted before is of that moment.
#[test]
fn a_shorter_window_ends_sooner_from_the_next_call_on() {
    let hour = Some((3600, WindowKind::Sliding));
    let mut world = World::with(&at_most(policy("first"), 3, hour));
    world.use_up(2);
    let seconds = Some((2, WindowKind::Sliding));
    world.change("shorter", |policy| at_most(policy, 3, seconds));
    let called = Instant::now();
    assert_eq!(world.left(), 1);
    let (request, end) = (world.caller.asks_for("/v1/orders"), Duration::from_secs(15));
    while !exchange(&mut world.connections[0], &request).is_allowed() {
        assert!(called.elapsed() < end, "the window does not end");
        sleep(Duration::from_millis(20));
    }
    assert!(
        called.elapsed() >= Duration::from_secs(2),
        "{:?}",
        called.elapsed()
    );
}
