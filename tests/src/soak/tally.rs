//! What is kept of all requests: counts, and the first faults in words.

use std::collections::BTreeMap;

use remit_engine::decision::Reason;

/// Faults that are told in words.
const TOLD: usize = 10;

#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) requests: u64,
    pub(super) lost: u64,
    pub(super) wrong: u64,
    pub(super) first_faults: Vec<String>,
    /// Decisions, as the clients saw them.
    pub(super) decided: BTreeMap<Reason, u64>,
    /// Requests that went on, by case.
    pub(super) forwarded: BTreeMap<String, u64>,
}

impl Tally {
    pub(super) fn decided(&mut self, reason: Reason, case: &str) {
        *self.decided.entry(reason).or_default() += 1;
        if matches!(reason, Reason::Allowed | Reason::Public) {
            match self.forwarded.get_mut(case) {
                Some(count) => *count += 1,
                None => drop(self.forwarded.insert(case.to_owned(), 1)),
            }
        }
    }

    pub(super) fn lost(&mut self, what: String) {
        self.lost += 1;
        self.tell(what);
    }

    pub(super) fn wrong(&mut self, what: String) {
        self.wrong += 1;
        self.tell(what);
    }

    fn tell(&mut self, what: String) {
        if self.first_faults.len() < TOLD {
            self.first_faults.push(what);
        }
    }
}
