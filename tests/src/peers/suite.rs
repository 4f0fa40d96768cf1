//! MCP's own conformance suite, npm's `conformance`, run against a server.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Deserialize;
use tempfile::TempDir;

use crate::places;

/// Longest time for a run; the longest takes ten seconds on a quiet machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// What a revision of MCP requires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirements {
    /// Of the last revision that has sessions.
    Of20251125,
    /// Of the first that has none.
    Of20260728,
}

impl Requirements {
    fn revision(self) -> &'static str {
        match self {
            Self::Of20251125 => "2025-11-25",
            Self::Of20260728 => "2026-07-28",
        }
    }
}

/// What came of a run: the statuses of every check, by scenario and check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Results(BTreeMap<(String, String), Vec<String>>);

/// What the suite writes down of a check, as far as it is read.
#[derive(Deserialize)]
struct Check {
    id: String,
    status: String,
}

impl Results {
    /// Runs all scenarios of the requirements against the server at a URL.
    #[must_use]
    pub fn of(requirements: Requirements, url: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let mut suite = Command::new(places::newer_node());
        suite
            .arg(
                places::peers()
                    .join("node_modules/@modelcontextprotocol/conformance/dist/index.js"),
            )
            .args(["server", "--url", url])
            .args(["--requirements", requirements.revision(), "--output-dir"])
            .arg(folder.path());
        let said = run(suite, &folder);
        let results = Self(read(&folder));
        assert!(!results.0.is_empty(), "no check was run:\n{said}");
        results
    }

    /// How many checks succeeded.
    #[must_use]
    pub fn succeeded(&self) -> usize {
        let statuses = self.0.values().flatten();
        statuses.filter(|status| *status == "SUCCESS").count()
    }

    /// The checks that came out otherwise in another run, by `scenario: check`: the statuses here,
    /// and there.
    #[must_use]
    pub fn differences(&self, there: &Self) -> BTreeMap<String, [Vec<String>; 2]> {
        let of = |results: &Self, check| results.0.get(check).cloned().unwrap_or_default();
        let checks = self.0.keys().chain(there.0.keys());
        checks
            .map(|check| (check, [of(self, check), of(there, check)]))
            .filter(|(_, [here, there])| here != there)
            .map(|((scenario, check), both)| (format!("{scenario}: {check}"), both))
            .collect()
    }
}

/// Runs it to its end and gives what it said. That checks fail, which its status says, is no error.
fn run(mut suite: Command, folder: &TempDir) -> String {
    let file = folder.path().join("said");
    let said = File::create(&file).expect("the folder can be written");
    suite.current_dir(folder.path()).stdin(Stdio::null());
    suite
        .stdout(said.try_clone().expect("a handle"))
        .stderr(said);
    let mut running = suite.spawn().expect("Node starts");
    let patience = Instant::now() + PATIENCE;
    while running.try_wait().expect("it is a child").is_none() {
        if Instant::now() > patience {
            let _ = running.kill();
            let _ = running.wait();
            panic!("the suite does not end within {PATIENCE:?}");
        }
        sleep(Duration::from_millis(50));
    }
    fs::read_to_string(file).unwrap_or_default()
}

/// Reads the folder `server-<scenario>-<time>` of each scenario.
fn read(folder: &TempDir) -> BTreeMap<(String, String), Vec<String>> {
    let mut results: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for entry in fs::read_dir(folder.path())
        .expect("the folder is there")
        .flatten()
    {
        let name = entry.file_name().to_string_lossy().into_owned();
        // As in `2026-11-26T04-12-46-797Z`.
        let scenario = name
            .strip_prefix("server-")
            .and_then(|name| name.get(..name.len().checked_sub(25)?));
        let (Some(scenario), Ok(text)) = (
            scenario,
            fs::read_to_string(entry.path().join("checks.json")),
        ) else {
            continue;
        };
        let checks: Vec<Check> = serde_json::from_str(&text).expect("a list of checks");
        for Check { id, status } in checks {
            results
                .entry((scenario.to_owned(), id))
                .or_default()
                .push(status);
        }
    }
    results
}
