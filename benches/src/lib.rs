//! What the benchmarks decide on, and the engines that decide: ours, the same by hand, and others.
//!
//! Everything is made from fixed seeds, so that two runs measure the same. Each engine gets its
//! policy, its data and its inputs in the form in which it is fastest before the clock runs; what
//! is measured is the decision.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a benchmark that cannot be set up has to fail loudly; an absent JSON member is null"
)]

pub mod cpu_time;
pub mod engines;
pub mod report;

use remit_tests::workloads::{Case, Verdict, Workload};

/// An engine with a policy, asked about requests of one kind.
pub trait Contender<Question> {
    /// What it needs to know of a request, made ready beforehand.
    type Input;

    /// Makes a request ready.
    fn prepare(&self, question: &Question) -> Self::Input;

    /// Decides. This alone is measured.
    fn decide(&mut self, input: &Self::Input) -> Verdict;
}

/// One request of an authorization workload.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'w> {
    /// The hierarchy that it is about.
    pub workload: &'w Workload,
    /// The request.
    pub case: &'w Case,
}

/// The verdict on whether something holds.
#[must_use]
pub fn verdict(allowed: impl FnOnce() -> bool) -> Verdict {
    if allowed() {
        Verdict::Allow
    } else {
        Verdict::Deny
    }
}
