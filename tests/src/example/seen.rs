//! What came of a request, whichever way it was decided.

use remit_policy_compiler::testing::Listed;
use serde_json::Value;

use super::Told;

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
    /// What the caller sees of the list in the answer, if there is one.
    pub listed: Option<Listed>,
}

/// A decision record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record(pub(super) Value);

impl Record {
    /// The same of another time.
    #[must_use]
    pub fn without_time(&self) -> Value {
        let mut record = self.0.clone();
        if let Value::Object(members) = &mut record {
            members.remove("time");
        }
        record
    }

    /// A text in it.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.member(name).as_str()
    }

    /// A list of texts in it.
    pub(super) fn texts(&self, name: &str) -> Vec<&str> {
        let list = self.member(name).as_array();
        list.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// A member of it; null if it is not there.
    pub(super) fn member(&self, name: &str) -> &Value {
        self.0.get(name).unwrap_or(&Value::Null)
    }
}
