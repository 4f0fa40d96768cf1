//! Processor time, so that whatever else a machine does at the same time is not counted.

use std::time::Duration;

#[cfg(not(target_family = "wasm"))]
use rustix::time::{ClockId, clock_gettime};

/// A measurement that has begun.
#[derive(Debug)]
pub struct Stopwatch {
    #[cfg(not(target_family = "wasm"))]
    began: Duration,
    /// There is no processor time in wasm: the host, `benches/wasm/cases.mjs`, answers with it where
    /// it is asked for the monotonic clock.
    #[cfg(target_family = "wasm")]
    began: std::time::Instant,
}

#[cfg(not(target_family = "wasm"))]
impl Stopwatch {
    /// Begins.
    #[must_use]
    pub fn start() -> Self {
        Self { began: spent() }
    }

    /// What the process has spent since.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        spent().saturating_sub(self.began)
    }
}

#[cfg(target_family = "wasm")]
impl Stopwatch {
    /// Begins.
    #[must_use]
    pub fn start() -> Self {
        Self {
            began: std::time::Instant::now(),
        }
    }

    /// What the process has spent since.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }
}

#[cfg(not(target_family = "wasm"))]
fn spent() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    // A process has not spent less than nothing.
    time.try_into().unwrap_or_default()
}
