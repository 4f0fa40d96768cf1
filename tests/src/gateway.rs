//! Envoy with the filter and the gate in front of recording upstreams, configured as Remit
//! configures it.

mod setup;
mod workers;

use std::collections::BTreeMap;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::TempDir;

use crate::envoy::{AccessLog, Clock, Entry, Envoy};
use crate::upstream::{Arrival, CASE, Upstream};

pub use setup::Setup;
pub use workers::Pinned;

/// A running gateway.
pub struct Gateway {
    envoy: Envoy,
    clock: Option<Clock>,
    agents: SocketAddr,
    upstreams: [Upstream; 3],
    log: AccessLog,
    folder: TempDir,
    /// The configuration to be discovered, without edits, and the plan as it stands in it.
    discovered: String,
    plan: String,
}

impl Gateway {
    /// Where agents connect.
    #[must_use]
    pub fn agents(&self) -> SocketAddr {
        self.agents
    }

    /// The Envoy.
    pub fn envoy(&mut self) -> &mut Envoy {
        &mut self.envoy
    }

    /// Sets its clock ahead of the machine's by so many seconds, or behind it.
    pub fn set_clock_ahead(&self, seconds: i64) {
        let clock = self.clock.as_ref();
        clock.expect("it has a clock of its own").set_ahead(seconds);
    }

    /// The value of a statistic.
    #[must_use]
    pub fn stat(&self, name: &str) -> u64 {
        self.envoy.stat(name)
    }

    /// Names and values of the statistics whose name contains a text.
    #[must_use]
    pub fn stats_with(&self, text: &str) -> Vec<(String, u64)> {
        self.envoy.stats_with(text)
    }

    /// The Envoy's memory in use.
    #[must_use]
    pub fn resident_bytes(&self) -> u64 {
        self.envoy.resident_bytes()
    }

    /// What Envoy has logged.
    #[must_use]
    pub fn log_of_envoy(&self) -> String {
        self.envoy.log()
    }

    /// How many decisions were counted for a reason.
    #[must_use]
    pub fn counted(&self, outcome: &str, reason: &str) -> u64 {
        let name = format!("remit_decisions.outcome.{outcome}.reason.{reason}");
        self.envoy.stat(&format!("wasmcustom.{name}"))
    }

    /// The upstream of a cluster.
    #[must_use]
    pub fn upstream(&self, cluster: &str) -> &Upstream {
        let upstream = self
            .upstreams
            .iter()
            .find(|upstream| upstream.name() == cluster);
        upstream.unwrap_or_else(|| panic!("no cluster `{cluster}`"))
    }

    /// All upstreams.
    #[must_use]
    pub fn upstreams(&self) -> &[Upstream] {
        &self.upstreams
    }

    /// Requests of a case that reached any upstream.
    #[must_use]
    pub fn arrivals_of(&self, case: &str) -> usize {
        self.upstreams
            .iter()
            .map(|upstream| upstream.arrivals_of(case).len())
            .sum()
    }

    /// Everything that has reached an upstream, by case, with the upstream's name.
    #[must_use]
    pub fn arrivals_by_case(&self) -> BTreeMap<String, Vec<(&'static str, Arrival)>> {
        let mut by_case: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for upstream in &self.upstreams {
            for arrival in upstream.arrivals() {
                let case = arrival.values(CASE).join(",");
                by_case
                    .entry(case)
                    .or_default()
                    .push((upstream.name(), arrival));
            }
        }
        by_case
    }

    /// All requests that reached any upstream.
    #[must_use]
    pub fn arrivals(&self) -> usize {
        self.upstreams
            .iter()
            .map(|upstream| upstream.arrivals().len())
            .sum()
    }

    /// The access log's line of a case.
    #[must_use]
    pub fn entry_of(&self, case: &str) -> Entry {
        self.log().entry_of(case)
    }

    /// The access log's line of a case that may have none: Envoy may have seen no request in it.
    #[must_use]
    pub fn entry_within(&self, case: &str) -> Option<Entry> {
        self.log().entry_within(case, Duration::from_millis(300))
    }

    /// The access log's lines of many cases.
    #[must_use]
    pub fn entries_of(&self, cases: &[String]) -> BTreeMap<String, Entry> {
        self.log().entries_of(cases)
    }

    /// The access log.
    #[must_use]
    pub fn log(&self) -> AccessLog {
        self.log.clone()
    }

    /// Puts other text in the plan's place in the discovered configuration.
    pub fn discover(&self, plan: &str) {
        assert_eq!(
            self.discovered.matches(&self.plan).count(),
            1,
            "the gateway is dynamic"
        );
        let text = serde_json::Value::from(plan).to_string();
        replace(
            &ecds_file(self.folder.path()),
            &self.discovered.replace(&self.plan, &text),
        );
    }
}

fn ecds_file(folder: &Path) -> PathBuf {
    folder.join("discovered/ecds.yaml")
}

/// Writes a file at once: a reader sees the old one or the new one.
fn replace(file: &Path, text: &str) {
    let folder = file.parent().expect("a file stands in a folder");
    fs::create_dir_all(folder).expect("a folder can be made");
    let new = folder.join("new");
    fs::write(&new, text).expect("the folder can be written");
    fs::rename(new, file).expect("a file can be renamed");
}
