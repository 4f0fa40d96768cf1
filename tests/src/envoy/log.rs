//! Envoy's access log, one JSON object a line.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

/// An access log file.
#[derive(Debug, Clone)]
pub struct AccessLog {
    path: PathBuf,
}

/// One line of it.
#[derive(Debug, Clone)]
pub struct Entry(pub Value);

impl AccessLog {
    /// The log at a path, whether it is there yet or not.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All lines so far.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry> {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        let parse = |line: &str| {
            Entry(serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in `{line}`")))
        };
        whole.lines().map(parse).collect()
    }

    /// The entry of a case, which is written a little after the response.
    #[must_use]
    pub fn entry_of(&self, case: &str) -> Entry {
        let entry = self.entry_within(case, Duration::from_secs(10));
        entry.unwrap_or_else(|| panic!("the access log has no entry of `{case}`"))
    }

    /// The entry of a case, if one is written within a time.
    #[must_use]
    pub fn entry_within(&self, case: &str, time: Duration) -> Option<Entry> {
        let patience = Instant::now() + time;
        loop {
            let entry = self.entries().into_iter().find(|entry| entry.is_of(case));
            if entry.is_some() || Instant::now() > patience {
                return entry;
            }
            sleep(Duration::from_millis(5));
        }
    }
}

impl AccessLog {
    /// The entries of many cases, by case.
    #[must_use]
    pub fn entries_of(&self, cases: &[String]) -> BTreeMap<String, Entry> {
        let patience = Instant::now() + Duration::from_secs(20);
        loop {
            let entries = self.entries().into_iter();
            let named = entries.map(|entry| (entry.case().to_owned(), entry));
            let named: BTreeMap<String, Entry> = named.collect();
            let missing = cases.iter().find(|case| !named.contains_key(*case));
            match missing {
                None => return named,
                Some(case) if Instant::now() > patience => {
                    panic!("the access log has no entry of `{case}`")
                }
                Some(_) => sleep(Duration::from_millis(50)),
            }
        }
    }
}

impl Entry {
    /// The case that it belongs to.
    #[must_use]
    pub fn case(&self) -> &str {
        self.0["case"].as_str().unwrap_or_default()
    }

    fn is_of(&self, case: &str) -> bool {
        self.case() == case
    }

    /// The decision record in it; `None` where there was no decision.
    #[must_use]
    pub fn record(&self) -> Option<Value> {
        match &self.0["remit"] {
            Value::Object(record) => Some(Value::Object(record.clone())),
            Value::String(record) => serde_json::from_str(record).ok(),
            _ => None,
        }
    }
}
