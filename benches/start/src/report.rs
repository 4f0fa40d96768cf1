//! What was measured.

use serde::Serialize;

use crate::{Budget, Policy};

/// Which module an Envoy has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Module {
    /// Ours.
    Remit,
    /// The one that does nothing.
    Noop,
}

impl Module {
    pub(crate) const BOTH: [Self; 2] = [Self::Remit, Self::Noop];
}

/// Everything.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Size of the module.
    pub module_bytes: u64,
    /// Size of each plan.
    pub plan_bytes: Vec<(Policy, usize)>,
    /// Envoy's starts.
    pub starts: Vec<Start>,
    /// Memory for each worker.
    pub workers: Vec<Worker>,
    /// Memory for each token.
    pub tokens: Vec<Tokens>,
    /// What it may be.
    pub budgets: Vec<Budget>,
}

/// Seconds from Envoy's start to being live, with one worker.
#[derive(Debug, Clone, Serialize)]
pub struct Start {
    /// With this plan as the configuration, of either module.
    pub policy: Policy,
    /// With ours.
    pub remit: Spread,
    /// With the no-op filter.
    pub noop: Spread,
    /// Median by median.
    pub ratio: f64,
}

/// Some runs.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Spread {
    /// The middle one.
    pub median: f64,
    /// The smallest.
    pub least: f64,
    /// The largest.
    pub most: f64,
    /// How many.
    pub runs: usize,
}

impl Spread {
    /// The spread of values.
    #[must_use]
    pub fn of(values: &[f64]) -> Self {
        Self {
            median: crate::median(values),
            least: values.iter().copied().fold(f64::INFINITY, f64::min),
            most: values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            runs: values.len(),
        }
    }
}

/// Resident bytes that a worker more takes, before the first request.
#[derive(Debug, Clone, Serialize)]
pub struct Worker {
    /// With this plan.
    pub policy: Policy,
    /// With ours.
    pub remit_bytes: f64,
    /// With the no-op filter.
    pub noop_bytes: f64,
    /// What ours takes beside the no-op filter.
    pub difference_bytes: f64,
    /// The whole process with ours, by number of workers.
    pub process_bytes: Vec<(u32, f64)>,
    /// The whole process with the no-op filter, by number of workers.
    pub noop_process_bytes: Vec<(u32, f64)>,
}

/// Resident bytes that verified tokens take on one worker.
#[derive(Debug, Clone, Serialize)]
pub struct Tokens {
    /// With this plan.
    pub policy: Policy,
    /// How many, all different.
    pub count: usize,
    /// The length of one.
    pub token_bytes: usize,
    /// By how much the process has grown with ours.
    pub remit_bytes: f64,
    /// By how much with the no-op filter, shown the same.
    pub noop_bytes: f64,
    /// What is left for each.
    pub each_bytes: f64,
    /// Microseconds of Envoy's processor time for a request with one of them when it was new.
    pub new_us: f64,
    /// And when it was remembered.
    pub known_us: f64,
}
