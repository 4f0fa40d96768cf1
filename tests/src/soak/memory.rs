//! Whether memory stays flat.

use std::time::Duration;

use serde::Serialize;

/// What a sample is: when, and how much.
#[derive(Debug, Default)]
pub(super) struct Samples(Vec<(Duration, u64)>);

/// Memory over a soak. The first two fifths of the time are warm-up: machines, connections and the
/// allocator's arenas come into being. Of the rest the two halves are compared.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Memory {
    /// At the first sample.
    pub at_start_bytes: u64,
    /// Median of the first half after warm-up.
    pub earlier_bytes: u64,
    /// Median of the second half.
    pub later_bytes: u64,
    /// Highest.
    pub highest_bytes: u64,
    /// From the earlier median to the later one.
    pub growth_bytes: i64,
    /// What that may be.
    pub bound_bytes: i64,
    /// Samples after warm-up.
    pub samples: usize,
}

impl Samples {
    pub(super) fn add(&mut self, at: Duration, bytes: u64) {
        self.0.push((at, bytes));
    }

    pub(super) fn memory(&self) -> Memory {
        let bytes: Vec<u64> = self.0.iter().map(|(_, bytes)| *bytes).collect();
        let (_, warm) = bytes.split_at(bytes.len() * 2 / 5);
        let (earlier, later) = warm.split_at(warm.len() / 2);
        let (earlier_bytes, later_bytes) = (median(earlier), median(later));
        Memory {
            at_start_bytes: bytes.first().copied().unwrap_or_default(),
            earlier_bytes,
            later_bytes,
            highest_bytes: bytes.iter().copied().max().unwrap_or_default(),
            growth_bytes: later_bytes.cast_signed() - earlier_bytes.cast_signed(),
            bound_bytes: BOUND,
            samples: warm.len(),
        }
    }
}

/// What an allocator may keep of a busier moment: mostly a tenth of it, seldom half was seen. A leak
/// of 340 bytes a request, as of a context that is never deleted, comes to it within some 20,000
/// requests.
const BOUND: i64 = 2 * 1024 * 1024;

fn median(values: &[u64]) -> u64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests;
