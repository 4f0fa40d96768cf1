//! Limits as limitador reads them, and what is counted by them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// At most so much in a window, which begins with what is counted first in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Limit {
    /// Whose limit: the request's `domain`.
    #[serde(rename = "namespace")]
    pub domain: String,
    /// How much.
    pub max_value: u64,
    /// The length of the window.
    pub seconds: u64,
    /// When it applies: CEL over `descriptors[0]`, a map of the descriptor's entries; all hold.
    pub conditions: Vec<String>,
    /// What is counted apart: CEL likewise. The limit applies where each has a value.
    pub variables: Vec<String>,
}

/// What has been counted.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Counter {
    /// Expressions of the limit with their values.
    pub variables: BTreeMap<String, String>,
    /// How much of the limit, which is where it ends.
    pub used: u64,
    /// The limit.
    pub limit: u64,
    /// The length of its window.
    pub seconds: u64,
}

impl Limit {
    /// One for each value of an entry, for all descriptors that have it.
    #[must_use]
    pub fn each(domain: &str, entry: &str, max_value: u64, seconds: u64) -> Self {
        Self {
            domain: domain.to_owned(),
            max_value,
            seconds,
            conditions: vec![],
            variables: vec![format!("descriptors[0]['{entry}']")],
        }
    }
}
