//! A row as it is written down.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::load::Got;
use crate::measure::Measured;
use crate::spread::Spread;
use crate::variant::{Group, Variant};

/// What was found of a row.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// Rows that belong together.
    pub group: Group,
    /// The row.
    pub name: String,
    /// What is checked in it.
    pub checks: &'static str,
    /// How many requests of it differ.
    pub distinct_requests: usize,
    /// Worker's processor time for a request at saturation, in nanoseconds.
    pub worker_ns: Spread,
    /// Median of that, less the median of the row that it is held against.
    pub added_ns: Option<f64>,
    /// That row.
    pub beside: String,
    /// The authorizer's processor time for a request, in nanoseconds.
    pub authorizer_ns: Spread,
    /// Requests a second at saturation.
    pub requests_per_second: Spread,
    /// Latency at saturation, in nanoseconds.
    pub saturated_ns: Latency,
    /// Latency at the fixed rate, in nanoseconds.
    pub paced_ns: Latency,
    /// Share of the worker's time in rows with a flood.
    pub worker_share: Spread,
    /// Requests answered otherwise than expected, and the first such answer.
    pub unexpected: Option<(u64, Got)>,
}

/// Two quantiles.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Latency {
    /// Half are faster.
    pub p50: Option<u64>,
    /// One in a hundred is slower.
    pub p99: Option<u64>,
}

impl Row {
    /// All rows.
    #[must_use]
    pub fn all<'v>(found: impl IntoIterator<Item = (&'v Variant, Measured)>) -> Vec<Self> {
        let mut rows: Vec<Self> = found
            .into_iter()
            .map(|(variant, measured)| Self::new(variant, measured))
            .collect();
        let medians: BTreeMap<String, Option<f64>> = rows
            .iter()
            .map(|row| (row.name.clone(), row.worker_ns.median()))
            .collect();
        for row in &mut rows {
            let median = row.worker_ns.median();
            let base = medians.get(&row.beside).copied().flatten();
            row.added_ns = median.zip(base).map(|(median, base)| median - base);
        }
        rows
    }

    fn new(variant: &Variant, measured: Measured) -> Self {
        let latency = |histogram: &hdrhistogram::Histogram<u64>| {
            let at =
                |quantile| (!histogram.is_empty()).then(|| histogram.value_at_quantile(quantile));
            Latency {
                p50: at(0.5),
                p99: at(0.99),
            }
        };
        Self {
            group: variant.group,
            name: variant.name.clone(),
            checks: variant.checks,
            distinct_requests: variant.requests.distinct(),
            added_ns: None,
            beside: variant.base().to_owned(),
            saturated_ns: latency(&measured.saturated),
            paced_ns: latency(&measured.paced),
            worker_ns: measured.worker_ns,
            authorizer_ns: measured.authorizer_ns,
            requests_per_second: measured.rate,
            worker_share: measured.flooded,
            unexpected: measured
                .first_unexpected
                .map(|got| (measured.unexpected, got)),
        }
    }
}
