//! What came of a soak.

mod faults;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use remit_engine::decision::Reason;
use serde::Serialize;

use super::judge::Judge;
use super::memory::{Memory, Samples};
use super::reloads::Reloads;
use super::tally::Tally;
use crate::gateway::Gateway;

/// The figures.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Time under mixed traffic.
    pub seconds: f64,
    /// Requests answered, or lost.
    pub requests: u64,
    /// Requests without an answer, or with one of the 5xx that no decision led to.
    pub lost: u64,
    /// Answers other than they must be.
    pub wrong: u64,
    /// The first of both, in words.
    pub first_faults: Vec<String>,
    /// By reason: decisions as the clients saw them, and as the gateway counted them.
    pub decisions: BTreeMap<&'static str, Counted>,
    /// Requests that were allowed.
    pub allowed: u64,
    /// Requests that reached an upstream.
    pub arrived: u64,
    /// Cases of which another number arrived than was allowed.
    pub arrived_wrong: Vec<String>,
    /// Plans that took turns.
    pub switches: Switches,
    /// The gateway's memory.
    pub memory: Memory,
    /// The gateway's virtual machines, before and afterwards.
    pub machines: [Machines; 2],
    /// Reloads in a row, if they were asked for.
    pub reloads: Option<Reloads>,
}

/// Decisions of one reason.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// Seen by the clients.
    pub seen: u64,
    /// Counted by the gateway.
    pub counted: u64,
}

/// Plans that took turns.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Switches {
    /// That came into force.
    pub in_force: u64,
    /// That were none, and refused.
    pub refused: u64,
    /// The longest time from the file's change until all workers decided by it, in seconds.
    pub longest_seconds: f64,
}

/// Virtual machines of the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Machines {
    /// That there are.
    pub active: u64,
    /// That were made again after a crash, or not.
    pub reloaded: u64,
}

impl Switches {
    pub(super) fn in_force(&mut self, after: Duration) {
        self.in_force += 1;
        self.longest_seconds = self.longest_seconds.max(after.as_secs_f64());
    }
}

impl Machines {
    pub(super) fn counted(gateway: &Gateway) -> Self {
        let reloads = gateway.stats_with("wasm.remit.vm_reload");
        Self {
            active: gateway.stat("wasm.envoy.wasm.runtime.v8.active"),
            reloaded: reloads.iter().map(|(_, count)| count).sum(),
        }
    }
}

impl Report {
    pub(super) fn new(
        time: Duration,
        gateway: &Gateway,
        judge: Judge<'_>,
        switches: Switches,
        samples: &Samples,
        machines: Machines,
    ) -> Self {
        let Tally {
            requests,
            lost,
            wrong,
            first_faults,
            decided,
            forwarded,
        } = judge.into_tally();
        let mut arrived: BTreeMap<String, u64> = BTreeMap::new();
        for upstream in gateway.upstreams() {
            for (case, count) in upstream.counts() {
                *arrived.entry(case).or_default() += count;
            }
        }
        let cases: BTreeSet<&String> = arrived.keys().chain(forwarded.keys()).collect();
        let count = |of: &BTreeMap<String, u64>, case: &str| of.get(case).copied().unwrap_or(0);
        let differing = cases
            .into_iter()
            .filter(|case| count(&arrived, case) != count(&forwarded, case));
        let told = differing.map(|case| {
            let (arrived, allowed) = (count(&arrived, case), count(&forwarded, case));
            format!("`{case}` arrived {arrived} times, allowed {allowed} times")
        });
        Self {
            seconds: time.as_secs_f64(),
            requests,
            lost,
            wrong,
            first_faults,
            decisions: decisions(gateway, &decided),
            allowed: forwarded.values().sum(),
            arrived: arrived.values().sum(),
            arrived_wrong: told.collect(),
            switches,
            memory: samples.memory(),
            machines: [machines, Machines::counted(gateway)],
            reloads: None,
        }
    }

    pub(super) fn with(self, reloads: Option<Reloads>) -> Self {
        Self { reloads, ..self }
    }
}

fn decisions(gateway: &Gateway, seen: &BTreeMap<Reason, u64>) -> BTreeMap<&'static str, Counted> {
    let stats: BTreeMap<String, u64> = gateway.stats_with("remit_decisions").into_iter().collect();
    let of = |reason: &Reason| {
        let (outcome, code) = (reason.outcome().code(), reason.code());
        let name = format!("wasmcustom.remit_decisions.outcome.{outcome}.reason.{code}");
        let counted = Counted {
            seen: seen.get(reason).copied().unwrap_or_default(),
            counted: stats.get(&name).copied().unwrap_or_default(),
        };
        (code, counted)
    };
    let all = Reason::ALL.iter().map(of);
    all.filter(|(_, counted)| *counted != Counted::default())
        .collect()
}
