//! How much room what is remembered takes: what the compiler tells, and what a plan is refused for.

use crate::limits::{HISTORY_BUCKET, HISTORY_MEAN};
use crate::plan::{Counts, History, Limit, LimitId, Memory, Per, Plan, Slot, Window, WindowKind};

/// A version and when a call was last let through.
const HEAD: usize = 9;
/// A key and how many words there are.
const ITEM: usize = 10;
const WORD: usize = 8;

/// A target: its hash, and when it was last met.
const TARGET: usize = 3;
/// How many calls a memory has, when the first was and when the last.
const MEMORY: usize = 3;

/// What is kept with an entry beside its bytes.
const AROUND: usize = 40;

impl Plan {
    /// The longest that one history can become, in bytes: of the task id, session, agent, tenant or
    /// principal of which most is remembered. 0 where nothing is.
    ///
    /// A task id's is of one task, so that of all tasks the one with most counts; agents, sessions,
    /// tenants and principals may have them all.
    #[must_use]
    pub fn history_bytes(&self) -> usize {
        let history = &self.history;
        let limits = |ids: &[LimitId], per: Per| -> usize {
            let limits = ids.iter().filter_map(|id| history.limits.get(id.index()));
            let limits = limits.filter(|limit| limit.per == per);
            limits.map(item_of_limit).sum()
        };
        let whole: [Per; 5] = [
            Per::Session,
            Per::Agent,
            Per::Tenant,
            Per::AgentAndPrincipal,
            Per::Principal,
        ];
        let all = |per: Per| -> usize {
            let limits = history.limits.iter().filter(|limit| limit.per == per);
            limits.map(item_of_limit).sum()
        };
        let of_tasks = self.tasks.iter();
        let of_task = of_tasks.map(|task| limits(&task.limits, Per::TaskId)).max();
        let of_task = of_task.unwrap_or_default() + memories(history, Per::TaskId);
        let others = whole.map(|per| all(per) + memories(history, per));
        let most = others.into_iter().fold(of_task, usize::max);
        let is_asked = |slot: &Slot| matches!(slot, Slot::HistoryDenials(_));
        let denials = match self.slots.iter().any(is_asked) {
            true => item(count(None)),
            false => 0,
        };
        // An idle end alone takes the head.
        match history.limits.is_empty() && history.memories.is_empty() && denials == 0 {
            true => 0,
            false => HEAD + most + denials,
        }
    }

    /// The largest that the table of histories can become, in bytes.
    #[must_use]
    pub fn history_table_bytes(&self) -> usize {
        let entry = match self.history_bytes() {
            0 => return 0,
            bytes => bytes + AROUND,
        };
        let buckets = (self.history.capacity as usize).div_ceil(HISTORY_MEAN as usize);
        buckets.saturating_mul(HISTORY_BUCKET).saturating_mul(entry)
    }
}

fn memories(history: &History, per: Per) -> usize {
    let memories = history.memories.iter().filter(|memory| memory.per == per);
    memories.map(item_of_memory).sum()
}

fn item_of_memory(memory: &Memory) -> usize {
    let targets = memory
        .targets
        .as_ref()
        .map_or(0, |one| one.at_most as usize);
    item(MEMORY + TARGET * targets)
}

fn item_of_limit(limit: &Limit) -> usize {
    match limit.counts {
        Counts::Calls | Counts::Denials => item(count(limit.window)),
        Counts::Distinct(_) => item(TARGET * limit.at_most as usize),
        // The head says when the last call was.
        Counts::Idle => 0,
    }
}

fn count(window: Option<Window>) -> usize {
    match window.map(|window| window.kind) {
        None => 2,
        Some(WindowKind::Fixed) => 3,
        Some(WindowKind::Sliding) => 19,
    }
}

fn item(words: usize) -> usize {
    ITEM + WORD * words
}

#[cfg(test)]
mod tests;
