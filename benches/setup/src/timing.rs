//! Times of the fixed cases in wasm beside those of a native build, in one run.
//!
//! Each build is a process that is asked for so many runs of a case. They are asked in turn, a
//! portion of a millisecond or two each, round after round over all cases; of the rounds the median
//! counts, which a machine that does something else in between does not move.

pub mod report;
pub mod rounds;
pub mod runner;

pub use rounds::{Rounds, Row};
pub use runner::{Runner, RunnerFailed};
