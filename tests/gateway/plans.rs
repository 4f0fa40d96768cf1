//! Plans that are none: Envoy does not start with one and says why in a line; a running one keeps
//! what it has.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::plan::FORMAT_VERSION;
use remit_tests::client::h1;
use remit_tests::gateway::{Gateway, Setup};
use remit_tests::policy::Compiled;

use crate::world::{POLICY, allowed, case, request, started};

/// The same policy under another name: another digest.
static RENAMED: LazyLock<Compiled> =
    LazyLock::new(|| Compiled::policy_with("cases", "policy: cases", "policy: renamed"));

/// What stands in the plan's place, and what the log must say of it.
fn bad_plans() -> Vec<(&'static str, String, &'static str)> {
    let plan = &POLICY.plan;
    let changed = |at: usize, to: u8| {
        let mut plan = plan.clone();
        if let Some(byte) = plan.get_mut(at) {
            *byte = to;
        }
        STANDARD.encode(plan)
    };
    let cut = |length: usize| STANDARD.encode(plan.get(..length).unwrap_or_default());
    // A linear congruence: bytes that look like nothing, the same in every run.
    let next = |state: &u32| Some(state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    let noise = std::iter::successors(Some(7), next).map(|state| state.to_be_bytes()[0]);
    let megabyte: Vec<u8> = noise.take(1024 * 1024).collect();
    let version = FORMAT_VERSION.to_be_bytes();
    let with_magic = [b"remitpln".as_slice(), &version, &megabyte].concat();
    vec![
        ("nothing", String::new(), "the configuration is empty"),
        ("a word", String::from("hello"), "this is not a plan"),
        (
            "JSON without a plan",
            String::from(r#"{"policy": "x"}"#),
            "this is not a plan",
        ),
        (
            "YAML",
            String::from("remit: v1\npolicy: cases\n"),
            "this is not a plan",
        ),
        ("cut in the header", cut(9), "it was cut off"),
        ("cut in the body", cut(plan.len() / 2), "it was cut off"),
        (
            "cut before the digest",
            cut(plan.len() - 32),
            "it was cut off",
        ),
        ("one byte short", cut(plan.len() - 1), "it was cut off"),
        (
            "a later version",
            changed(9, 0xff),
            "the plan has format 255, this module reads format",
        ),
        (
            "a changed byte",
            changed(plan.len() / 2, 0xff),
            "the plan's digest does not fit",
        ),
        (
            "1 MiB of garbage",
            STANDARD.encode(&megabyte),
            "this is not a plan",
        ),
        (
            "1 MiB of text",
            "x".repeat(1024 * 1024),
            "this is not a plan",
        ),
        (
            "1 MiB behind a good beginning",
            STANDARD.encode(with_magic),
            "the plan says that it has",
        ),
    ]
}

/// The one line of a log that says why. It must be short enough to be read.
fn said(log: &str, why: &str) {
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(why)).collect();
    let [line] = lines.as_slice() else {
        panic!("{} lines of the log say `{why}`:\n{log}", lines.len());
    };
    assert!(line.len() < 500, "{line}");
    assert!(line.contains("remit"), "{line}");
}

#[test]
fn envoy_does_not_start_with_a_bad_plan() {
    for (name, configuration, why) in bad_plans() {
        match Setup::new(&POLICY.plan)
            .configuration(&configuration)
            .start()
        {
            Ok(_) => panic!("Envoy starts with {name}"),
            Err(error) => said(&error.log, why),
        }
    }
}

fn stat(gateway: &Gateway, name: &str) -> u64 {
    gateway.stat(&format!(
        "extension_config_discovery.http_filter.remit.{name}"
    ))
}

/// Waits until a statistic is above a value.
fn wait_above(gateway: &Gateway, name: &str, value: u64) {
    let patience = Instant::now() + Duration::from_secs(20);
    while stat(gateway, name) <= value {
        assert!(
            Instant::now() < patience,
            "{name} stays at {value}:\n{}",
            gateway.log_of_envoy()
        );
        sleep(Duration::from_millis(10));
    }
}

/// The policy that the record of an allowed request names.
fn policy_in_force(gateway: &Gateway) -> String {
    let name = case("policy");
    assert_eq!(allowed(&name).send(gateway.agents()).status, 200);
    let record = gateway
        .entry_of(&name)
        .record()
        .expect("a decision has a record");
    record["policy"]
        .as_str()
        .expect("a record names its policy")
        .to_owned()
}

#[test]
fn a_running_envoy_keeps_its_plan_until_a_good_one_comes() {
    let gateway = started(&Setup::new(&POLICY.plan).dynamic());
    assert_eq!(policy_in_force(&gateway), "cases");
    let stop = AtomicBool::new(false);
    scope(|threads| {
        let client = threads.spawn(|| {
            let mut session = h1::Session::new(gateway.agents());
            let mut sent = 0;
            while !stop.load(Ordering::Relaxed) {
                assert_eq!(session.send(&allowed(&case("stream"))).status, 200);
                sent += 1;
            }
            sent
        });
        for (name, configuration, why) in bad_plans() {
            let rejected = stat(&gateway, "update_rejected");
            gateway.discover(&configuration);
            wait_above(&gateway, "update_rejected", rejected);
            assert!(
                gateway.log_of_envoy().contains(why),
                "{name}: the log does not say `{why}`"
            );
            assert_eq!(policy_in_force(&gateway), "cases", "{name}");
        }
        let updated = stat(&gateway, "update_success");
        gateway.discover(&STANDARD.encode(&RENAMED.plan));
        wait_above(&gateway, "update_success", updated);
        let patience = Instant::now() + Duration::from_secs(10);
        while policy_in_force(&gateway) != "renamed" {
            assert!(
                Instant::now() < patience,
                "the new plan does not come into force"
            );
        }
        stop.store(true, Ordering::Relaxed);
        let sent: u32 = client.join().expect("no request was lost");
        assert!(sent > 50, "only {sent} requests meanwhile");
    });
}

/// Before the first good plan nobody passes, not even to what is public; then it comes into force.
#[test]
fn without_a_first_plan_everything_is_denied_until_one_comes() {
    let setup = Setup::new(&POLICY.plan).dynamic().configuration("no plan");
    let gateway = started(&setup);
    for (method, target) in [
        ("GET", "/v1/orders"),
        ("GET", "/healthz"),
        ("POST", "/v1/orders/A-17/refunds"),
    ] {
        let name = case("early");
        let request = request(method, target, &name).field("authorization", crate::world::good());
        assert_eq!(
            (
                request.send(gateway.agents()).status,
                gateway.arrivals_of(&name)
            ),
            (403, 0),
            "{target}"
        );
    }
    let updated = stat(&gateway, "update_success");
    gateway.discover(&STANDARD.encode(&POLICY.plan));
    wait_above(&gateway, "update_success", updated);
    let patience = Instant::now() + Duration::from_secs(10);
    while allowed(&case("late")).send(gateway.agents()).status != 200 {
        assert!(
            Instant::now() < patience,
            "the first plan does not come into force"
        );
        sleep(Duration::from_millis(20));
    }
}
