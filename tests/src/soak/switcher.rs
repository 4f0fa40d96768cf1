//! Switches from plan to plan, and tries one that is none in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::judge::Judge;
use super::report::Switches;
use crate::client::h1::Request;
use crate::gateway::{Gateway, Pinned};
use crate::runtime::PATIENCE;
use crate::upstream::CASE;

/// Between a plan that is in force and the next.
const REST: Duration = Duration::from_millis(800);
/// Every so many switches, a plan that is none.
const REFUSED_EVERY: u64 = 3;

const REJECTED: &str = "extension_config_discovery.http_filter.remit.update_rejected";

/// A request that every plan lets through.
const PROBE: &str = "probe";

pub(super) struct Switcher<'g> {
    gateway: &'g Gateway,
    judge: &'g Judge<'g>,
    /// A connection to each worker.
    probes: [Pinned<'g>; 2],
    switched: Arc<AtomicU64>,
}

impl<'g> Switcher<'g> {
    pub(super) fn new(gateway: &'g Gateway, judge: &'g Judge<'g>, probes: [Pinned<'g>; 2]) -> Self {
        Self {
            gateway,
            judge,
            probes,
            switched: Arc::default(),
        }
    }

    /// How many plans have come into force; goes on counting.
    pub(super) fn count(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.switched)
    }

    /// Switches until told to stop.
    pub(super) fn run(mut self, stop: &AtomicBool) -> Switches {
        let mut switches = Switches::default();
        for (position, turn) in self.judge.turns.following() {
            rest(stop);
            if stop.load(Ordering::Relaxed) {
                break;
            }
            self.judge.timeline.told(position);
            let began = Instant::now();
            self.gateway.discover(&turn.text());
            self.wait_for(&turn.name);
            self.judge.timeline.everywhere();
            switches.in_force(began.elapsed());
            let switched = self.switched.fetch_add(1, Ordering::Relaxed) + 1;
            if switched.is_multiple_of(REFUSED_EVERY) {
                self.refused(switched, &turn.plan);
                switches.refused += 1;
            }
        }
        switches
    }

    fn wait_for(&mut self, policy: &str) {
        let end = Instant::now() + PATIENCE;
        for probe in &mut self.probes {
            let request = Request::new("GET", "/healthz", "any.example").field(CASE, PROBE);
            while self.judge.probed(PROBE, &probe.send(&request)) != policy {
                assert!(Instant::now() < end, "{policy} does not come into force");
                sleep(Duration::from_millis(3));
            }
        }
    }

    /// Puts something in the plan's place that is none. What was in force stays so.
    fn refused(&self, number: u64, plan: &[u8]) {
        let before = self.gateway.stat(REJECTED);
        self.gateway.discover(&garbage(number, plan));
        let end = Instant::now() + PATIENCE;
        while self.gateway.stat(REJECTED) == before {
            assert!(Instant::now() < end, "Envoy takes a plan that is none");
            sleep(Duration::from_millis(10));
        }
    }
}

fn rest(stop: &AtomicBool) {
    let end = Instant::now() + REST;
    while Instant::now() < end && !stop.load(Ordering::Relaxed) {
        sleep(Duration::from_millis(20));
    }
}

/// Text that is no plan, each time another.
fn garbage(number: u64, plan: &[u8]) -> String {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let mut plan = plan.to_vec();
    let half = plan.len() / 2;
    match number % 2 {
        0 => plan.truncate(half),
        _ => plan[half] ^= 0x55,
    }
    // So that it differs from the garbage before: what has not changed is not looked at.
    format!(
        "{}{}",
        STANDARD.encode(plan),
        " ".repeat(usize::try_from(number % 1000).unwrap_or(0))
    )
}
