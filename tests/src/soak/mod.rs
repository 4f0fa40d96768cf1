//! A soak: a real Envoy with the shipped dynamic configuration under mixed traffic, while plans and
//! keys change, for as long as one likes.
//!
//! Every answer is held against what the request's own kind says, by the plan that decided it, and
//! that plan must be one that could be in force ([`timeline`]). Nothing is kept of a request but
//! counts, so that what grows is the gateway.

mod clients;
mod judge;
mod memory;
mod reloads;
mod report;
mod switcher;
mod tally;
mod timeline;
mod traffic;
mod turns;

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use crate::gateway::{Gateway, Pinned, Setup};
use crate::runtime::Stop;
use judge::Judge;
use memory::Samples;
use switcher::Switcher;
use traffic::Traffic;
use turns::Turns;

pub use memory::Memory;
pub use reloads::{Reloaded, Reloads};
pub use report::{Machines, Report, Switches};

/// How long, and what to begin with.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Time under mixed traffic.
    pub time: Duration,
    /// Reloads to count afterwards, beside a filter that does nothing; 0 leaves that out.
    pub reloads: u32,
    /// What the choice of requests follows from.
    pub seed: u64,
}

/// How far a soak has come.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// Since the traffic began.
    pub elapsed: Duration,
    /// Requests answered.
    pub requests: u64,
    /// Answers that were wrong, and requests without any.
    pub faults: u64,
    /// Plans that came into force.
    pub switched: u64,
    /// Envoy's memory in use, in bytes.
    pub resident: u64,
}

/// Clients on connections that stay, of each protocol.
const CLIENTS: u64 = 3;
const SAMPLE: Duration = Duration::from_millis(250);
/// Tokens live for minutes; the table's are minted anew long before.
const MINT: Duration = Duration::from_secs(45);

/// Runs a soak to its end and says what came of it.
///
/// # Panics
/// Where it cannot go on: Envoy does not start, no answer comes in time, a plan does not come into
/// force.
#[must_use]
pub fn run(options: &Options, told: &(dyn Fn(&Progress) + Sync)) -> Report {
    let turns = Turns::compiled();
    let gateway = started(
        &Setup::new(&turns.first().plan)
            .dynamic()
            .counting()
            .misrouted()
            .telling(),
    );
    let machines = Machines::counted(&gateway);
    let judge = Judge::new(&turns);
    let traffic = Traffic::new();
    let mut samples = Samples::default();
    let began = Instant::now();
    let switches = under_traffic(&gateway, &judge, &traffic, options, |switched| {
        let resident = gateway.resident_bytes();
        samples.add(began.elapsed(), resident);
        let (requests, faults) = judge.so_far();
        told(&Progress {
            elapsed: began.elapsed(),
            requests,
            faults,
            switched,
            resident,
        });
    });
    let time = began.elapsed();
    let report = Report::new(time, &gateway, judge, switches, &samples, machines);
    drop(gateway);
    report.with(reloads::beside_a_noop(options.reloads, &turns))
}

/// Lets clients and switches go on for the time; `sampled` is told the switches, now and then.
fn under_traffic(
    gateway: &Gateway,
    judge: &Judge<'_>,
    traffic: &Traffic,
    options: &Options,
    mut sampled: impl FnMut(u64),
) -> Switches {
    let stop = AtomicBool::new(false);
    // They need to know who has which connection: before there are others.
    let probes = [0, 1].map(|worker| Pinned::to(gateway, worker));
    let switcher = Switcher::new(gateway, judge, probes);
    let switched = switcher.count();
    scope(|threads| {
        let stop = &stop;
        let _stopped = Stop(stop);
        for client in 0..CLIENTS {
            let seed = options.seed.wrapping_mul(1000).wrapping_add(client);
            threads.spawn(move || clients::http1(gateway, judge, traffic, seed, stop));
            let seed = seed.wrapping_add(500);
            threads.spawn(move || clients::http2(gateway, judge, traffic, seed, stop));
        }
        threads.spawn(move || clients::rude(gateway, judge, stop));
        let switches = threads.spawn(move || switcher.run(stop));
        let (began, mut minted) = (Instant::now(), Instant::now());
        while began.elapsed() < options.time && !switches.is_finished() {
            sleep(SAMPLE);
            sampled(switched.load(Ordering::Relaxed));
            if minted.elapsed() > MINT {
                traffic.mint();
                minted = Instant::now();
            }
        }
        stop.store(true, Ordering::Relaxed);
        switches.join().expect("the plans change as they should")
    })
}

fn started(setup: &Setup) -> Gateway {
    setup
        .start()
        .unwrap_or_else(|error| panic!("Envoy does not start:\n{}", error.log))
}
