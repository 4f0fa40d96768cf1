//! Times of the fixed cases in wasm beside those of a native build, in one run.
//!
//! Each build is a process that is asked for so many runs of a case. They are asked in turn, a
//! portion of a millisecond or two each, round after round over all cases; of the rounds the median
//! counts. What is measured is processor time: what else a machine does is not in it.

pub mod report;
pub mod rounds;
pub mod runner;

pub use rounds::{Rounds, Row};
pub use runner::{Runner, RunnerFailed};
