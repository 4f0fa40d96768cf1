//! A machine that is made again has the plan that is in force, not the one that Envoy started with.

use std::sync::LazyLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_crash_filter::{Call, Crash, Moment, Order};
use remit_tests::gateway::{Gateway, Pinned};
use remit_tests::policy::Compiled;

use super::{BACK_OFF, decides_again, ordered, reloads, setup};
use crate::world::{POLICY, allowed, case, started};

static RENAMED: LazyLock<Compiled> =
    LazyLock::new(|| Compiled::policy_with("cases", "policy: cases", "policy: renamed"));

const ORDER: Order = Order {
    call: Call::Count,
    moment: Moment::After,
    crash: Crash::Abort,
};

/// The policy by which a worker allows; `None` where it does not answer with 200.
fn policy(gateway: &Gateway, worker: &mut Pinned<'_>) -> Option<String> {
    let name = case("policy");
    if worker.send(&allowed(&name)).status != 200 {
        return None;
    }
    let record = gateway.entry_of(&name).record()?;
    record["policy"].as_str().map(str::to_owned)
}

fn comes_into_force(gateway: &Gateway, worker: &mut Pinned<'_>, name: &str) {
    let end = Instant::now() + 5 * BACK_OFF;
    while policy(gateway, worker).as_deref() != Some(name) {
        assert!(Instant::now() < end, "{name} does not come into force");
        sleep(Duration::from_millis(10));
    }
}

fn crash(gateway: &Gateway, worker: &mut Pinned<'_>) {
    let name = case("crash");
    let status = worker.send(&ordered(allowed(&name), ORDER)).status;
    assert_eq!((status, gateway.arrivals_of(&name)), (503, 0));
}

fn refuses(gateway: &Gateway, text: &str) {
    let rejected = "extension_config_discovery.http_filter.remit.update_rejected";
    let before = gateway.stat(rejected);
    gateway.discover(text);
    let end = Instant::now() + 5 * BACK_OFF;
    while gateway.stat(rejected) == before {
        assert!(Instant::now() < end, "Envoy takes a plan that is none");
        sleep(Duration::from_millis(10));
    }
}

#[test]
fn the_plan_of_a_machine_that_is_made_again() {
    let gateway = started(&setup().dynamic());
    let mut workers = [0, 1].map(|worker| Pinned::to(&gateway, worker));
    let turns = [("renamed", &*RENAMED), ("cases", &*POLICY)];
    for (name, plan) in [turns, turns].concat() {
        let before = reloads(&gateway);
        // One is down while the plan changes.
        crash(&gateway, &mut workers[0]);
        gateway.discover(&STANDARD.encode(&plan.plan));
        for worker in &mut workers {
            comes_into_force(&gateway, worker, name);
        }
        // Both go down afterwards, once more behind a plan that was refused.
        for _ in 0..2 {
            for worker in &mut workers {
                crash(&gateway, worker);
                decides_again(&gateway, worker, ORDER);
                assert_eq!(policy(&gateway, worker).as_deref(), Some(name));
            }
            refuses(&gateway, &case("no plan"));
        }
        // The change itself may have made the first one again.
        assert!((4..=5).contains(&(reloads(&gateway) - before)), "{name}");
    }
}
