//! What came of a request, whichever way it was decided.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::{Identity, Told};

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Status of the answer.
    pub status: u16,
    /// The values of `WWW-Authenticate`.
    pub challenges: Vec<String>,
    /// The decision record; `None` if there was no decision.
    pub record: Option<Record>,
    /// Method, host, path and query that the upstream got and what it was told, if the request
    /// reached it.
    pub upstream: Option<(String, Told)>,
}

/// The members of a decision record that an example speaks of. A record has more of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Record {
    /// `allow`, `deny` or `challenge`.
    pub decision: String,
    /// The reason's code.
    pub reason: String,
    /// The rule that caused it.
    pub rule: Option<String>,
    /// The rules that only report.
    #[serde(default)]
    pub observed: Vec<String>,
    /// Who acts.
    pub agent: Option<String>,
    /// On what task.
    pub task: Option<String>,
}

impl Record {
    /// Reads a record; `None` if it is not one.
    #[must_use]
    pub fn from_json(record: Value) -> Option<Self> {
        serde_json::from_value(record).ok()
    }
}

impl Identity {
    /// From headers that an upstream got. Names are compared the way that a careless upstream
    /// reads them: without regard to case, `_` as `-`. A header that is there twice is no
    /// identity that anyone expects.
    pub(super) fn from_headers<'h>(headers: impl Iterator<Item = (&'h str, &'h str)>) -> Self {
        let mut identity: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in headers {
            let name = name.to_ascii_lowercase().replace('_', "-");
            let Some(name) = name.strip_prefix("x-remit-") else {
                continue;
            };
            identity
                .entry(name.to_owned())
                .and_modify(|before| {
                    before.push_str(", ");
                    before.push_str(value);
                })
                .or_insert_with(|| value.to_owned());
        }
        Self(identity)
    }
}
