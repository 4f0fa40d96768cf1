//! What the filter costs beside its decisions: the module's size, how long Envoy takes to be live
//! with it, and memory for each worker and each token that is remembered.
//!
//! Everything is measured on real Envoys that differ in the module alone, ours and a no-op filter
//! with the same configuration, started in turn, so that whatever else the machine does falls on
//! both. Figures are medians. One Envoy runs at a time, on loopback, and ends with its measurement.
#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a benchmark that cannot be set up has to fail loudly"
)]

mod budgets;
mod gateway;
mod live;
mod plans;
mod report;
mod statistics;
mod table;
mod tokens;
mod workers;

use std::fs;
use std::path::PathBuf;

pub use budgets::Budget;
pub use plans::Policy;
pub use report::{Module, Report, Spread};
pub use statistics::{median, slope};
pub use table::print;

use gateway::Gateways;
use plans::Plans;

/// What to measure, and how often.
#[derive(Debug, Clone)]
pub struct Options {
    /// The filter.
    pub module: PathBuf,
    /// The filter that does nothing.
    pub noop: PathBuf,
    /// Starts of each kind whose time is taken.
    pub starts: usize,
    /// Starts of each kind and number of workers whose memory is taken.
    pub memory_starts: usize,
    /// Tokens, all different, that a worker is shown.
    pub tokens: usize,
}

/// Measures everything: a minute or two.
///
/// # Panics
/// Where Envoy does not start with a module, or does not let a good token through.
#[must_use]
pub fn measure(options: &Options) -> Report {
    let plans = Plans::compile();
    let gateways = Gateways::new(options, &plans);
    let module = fs::metadata(&options.module).expect("the module is there");
    let plan_bytes = Policy::ALL.map(|policy| (policy, plans.of(policy).len()));
    let starts = live::measure(&gateways, options.starts);
    let workers = workers::measure(&gateways, options.memory_starts);
    let tokens = tokens::measure(&gateways, options.tokens);
    let mut report = Report {
        module_bytes: module.len(),
        plan_bytes: plan_bytes.into(),
        starts,
        workers,
        tokens,
        budgets: Vec::new(),
    };
    report.budgets = budgets::budgets(&report);
    report
}
