//! Load on one listener: closed loop for what it costs at saturation, open loop for how long a
//! request waits.
//!
//! One thread makes all of it, with requests that lie ready as bytes, so that it costs less than
//! what it measures. It speaks HTTP/1.1 on connections that are kept open.

mod closed;
mod connection;
mod open;
mod requests;

use std::time::Duration;

use hdrhistogram::Histogram;

pub use closed::{Closed, Until};
pub use connection::Got;
pub use open::Open;
pub use requests::Requests;

/// Longest latency that is told apart, in nanoseconds.
const LONGEST: u64 = 10_000_000_000;
/// Longest time without an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came of a load.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Requests answered.
    pub requests: u64,
    /// How long it took.
    pub elapsed: Duration,
    /// Nanoseconds from when a request was due until it was answered.
    pub latencies: Histogram<u64>,
    /// Requests answered otherwise than expected.
    pub unexpected: u64,
    /// The first of those answers.
    pub first_unexpected: Option<Got>,
}

impl Outcome {
    fn new() -> Self {
        Self {
            requests: 0,
            elapsed: Duration::ZERO,
            latencies: Histogram::new_with_bounds(1, LONGEST, 3).expect("the bounds are in order"),
            unexpected: 0,
            first_unexpected: None,
        }
    }

    fn note(&mut self, latency: Duration, got: Got, requests: &Requests) {
        self.requests += 1;
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(LONGEST);
        self.latencies.saturating_record(nanos);
        if !requests.may_get(got) {
            self.unexpected += 1;
            self.first_unexpected.get_or_insert(got);
        }
    }

    /// Requests a second.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "no run has that many requests")]
    pub fn rate(&self) -> f64 {
        self.requests as f64 / self.elapsed.as_secs_f64()
    }
}
