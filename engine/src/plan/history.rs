//! What a plan says of what was done before: which calls are remembered, whose, and how many there
//! may be.
//!
//! What is kept is found by keys that follow from the policy's own names, so that it outlasts a
//! change of the policy: a limit that was raised goes on from the same count.

mod size;

use serde::{Deserialize, Serialize};

use super::Slot;
use super::model::{LimitId, MemoryId, Mode, OperationId, Plan, ProgramId, TermId};

/// Whose calls are remembered together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Per {
    /// One run of a task: issuer, tenant and task id together.
    TaskId,
    /// A conversation: issuer, tenant and session.
    Session,
    /// The agent that acts: issuer, tenant and agent.
    Agent,
    /// Issuer and tenant.
    Tenant,
    /// An agent on behalf of a principal, whatever task, tenant and issuer; and everyone who handed
    /// the task on to it, on behalf of the same principal.
    AgentAndPrincipal,
    /// A principal, whatever agent, task, tenant and issuer; where a token names none, its agent.
    Principal,
}

impl Per {
    /// How many there are.
    pub(crate) const COUNT: usize = 6;
}

impl Plan {
    /// Whether it asks what was done before: of calls or of refusals.
    pub(crate) fn keeps_history(&self) -> bool {
        let of_denials = |slot: &Slot| matches!(slot, Slot::HistoryDenials(_));
        !self.history.memories.is_empty()
            || !self.history.limits.is_empty()
            || self.slots.iter().any(of_denials)
    }
}

/// What a count or a memory is found by: the first eight bytes of a SHA-256 over what it is of.
pub type HistoryKey = [u8; 8];

/// The key of something that is remembered or counted, by the names that it has in a policy.
#[must_use]
pub fn history_key(names: &[&str]) -> HistoryKey {
    let mut key = HistoryKey::default();
    for (to, from) in key.iter_mut().zip(crate::mark::id(names)) {
        *to = from;
    }
    key
}

/// What a plan remembers and counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// How many task ids, agents and so on have room at a time. The table is made for so many when
    /// the process first needs it, and keeps that size.
    pub capacity: u32,
    /// How long something is kept after the last call, in seconds.
    pub keep: u32,
    /// What is remembered of calls.
    pub memories: Vec<Memory>,
    /// What conditions ask of that.
    pub terms: Vec<Term>,
    /// What a call is remembered as, by operation, ascending.
    pub touches: Vec<(OperationId, Vec<MemoryId>)>,
    /// How much there may be.
    pub limits: Vec<Limit>,
    /// Those of guards, ascending: they hold where a token has no task here, too.
    pub guarding: Vec<LimitId>,
}

/// Calls that are remembered together: how many, when the first and the last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Whose.
    pub per: Per,
    /// What it is found by.
    pub key: HistoryKey,
    /// What they were about, where that is remembered too.
    pub targets: Option<Targets>,
}

/// What calls were about, each by its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Targets {
    /// The values that together are one target: strings, ints, uints or bools, or optionals of those.
    pub by: Vec<ProgramId>,
    /// Operations of which they can be told, ascending: those that are remembered, and those whose
    /// rules ask.
    pub operations: Vec<OperationId>,
    /// How many are remembered. A call that would be one more is refused.
    pub at_most: u32,
}

/// What a condition asks: calls of any of these memories, which are all of the same [`Per`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Never empty.
    pub memories: Vec<MemoryId>,
}

/// How much there may be of something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// Its id in the policy.
    pub id: String,
    /// What its count is found by.
    pub key: HistoryKey,
    /// Whether it counts, or only reports.
    pub mode: Mode,
    /// Whose calls are counted together.
    pub per: Per,
    /// What is counted.
    pub counts: Counts,
    /// Calls that count, ascending, and how much each does.
    pub operations: Vec<(OperationId, u32)>,
    /// How much there may be. Of [`Counts::Idle`]: seconds.
    pub at_most: u32,
    /// Within which time; without one, ever.
    pub window: Option<Window>,
    /// Calls count only from the first of these on, which counts itself.
    pub since: Option<TermId>,
    /// What comes of a call that would be too much.
    pub beyond: Beyond,
    /// Where it holds for a fleet of gateways: what holds of it here while the service that counts
    /// for all of them cannot be asked.
    pub fleet: Option<Alone>,
}

/// What a limit counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Counts {
    /// Calls that were let through, each by its weight.
    Calls,
    /// What they were about, each once: the values of these programs together.
    Distinct(Vec<ProgramId>),
    /// Requests that were refused.
    Denials,
    /// Seconds since the last call that was let through.
    Idle,
}

/// A time in which something is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// How long.
    pub seconds: u32,
    /// How it moves.
    pub kind: WindowKind,
}

/// How a window moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum WindowKind {
    /// It always ends now. It moves in steps of a sixteenth, so that a call counts up to that much
    /// longer and never shorter.
    Sliding,
    /// It begins with the first call after the one before it has ended.
    Fixed,
}

/// What comes of a call beyond a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Beyond {
    /// It is refused.
    Refuse,
    /// It needs an approval of its own.
    Approval,
}

/// What holds of a fleet's limit where its service cannot be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Alone {
    /// Every call is refused.
    Refuse,
    /// At most so much counts here.
    AtMost(u32),
}

/// The service that counts for a fleet of gateways (`envoy.service.ratelimit.v3`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fleet {
    /// The gateway's cluster of it.
    pub cluster: String,
    /// `domain` of the requests to it.
    pub domain: String,
    /// How long an answer may take, in milliseconds.
    pub timeout: u32,
}
