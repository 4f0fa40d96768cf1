//! What is told of a plan that remembers calls: how much room that takes, and what does not hold.

use remit_engine::plan::Plan;
use serde_json::{Value, json};

/// How much a plan remembers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Remembered {
    history_bytes: usize,
    room: u32,
    table_bytes: usize,
    /// Ids of limits that are one for all gateways.
    fleet: Vec<String>,
    /// Whether all limits are.
    whole: bool,
}

impl Remembered {
    /// Of a plan; `None` where nothing is remembered.
    pub(crate) fn of(plan: &Plan) -> Option<Self> {
        let history_bytes = plan.history_bytes();
        if history_bytes == 0 {
            return None;
        }
        let limits = &plan.history.limits;
        let fleet = limits.iter().filter(|limit| limit.fleet.is_some());
        let fleet: Vec<String> = fleet.map(|limit| limit.id.clone()).collect();
        Some(Self {
            history_bytes,
            room: plan.history.capacity,
            table_bytes: plan.history_table_bytes(),
            whole: fleet.len() == limits.len() && plan.history.memories.is_empty(),
            fleet,
        })
    }

    /// A line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!(
            "history: at most {} bytes for one task id, agent or whatever it is of; room for {} at a time; at most {} KiB of memory",
            self.history_bytes,
            self.room,
            self.table_bytes.div_ceil(1024),
        )];
        lines.extend(self.does_not_hold());
        lines
    }

    fn does_not_hold(&self) -> Vec<String> {
        let mut lines = vec![
            "counts end with the process: a gateway that starts anew counts from nothing"
                .to_owned(),
        ];
        let fleet: Vec<String> = self.fleet.iter().map(|id| format!("`{id}`")).collect();
        match (self.whole, fleet.as_slice()) {
            (true, _) => {}
            (false, []) => lines.push(
                "each gateway counts for itself: two of them let through twice as much".to_owned(),
            ),
            (false, fleet) => lines.push(format!(
                "each gateway counts for itself, but for {}: two of them let through twice as much",
                fleet.join(", ")
            )),
        }
        lines
    }

    /// The same for programs.
    pub(crate) fn json(&self) -> Value {
        json!({
            "history_bytes": self.history_bytes,
            "room": self.room,
            "table_bytes": self.table_bytes,
            "fleet": self.fleet,
            "does_not_hold": self.does_not_hold(),
        })
    }
}
