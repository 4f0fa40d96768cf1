//! What the figures may be at most.

use serde::Serialize;

use crate::{Policy, Report};

const MIB: f64 = 1024.0 * 1024.0;
const MODULE_MIB: f64 = 0.8;
const START_RATIO: f64 = 4.5;
const WORKER_MIB: f64 = 4.0;
const TOKEN_KIB: f64 = 1.5;

/// A figure and its bound.
#[derive(Debug, Clone, Serialize)]
pub struct Budget {
    /// What is bounded, with its unit.
    pub what: String,
    /// What it is.
    pub found: f64,
    /// What it may be at most.
    pub bound: f64,
    /// Whether it is no more than that.
    pub holds: bool,
}

impl Budget {
    fn new(what: impl Into<String>, found: f64, bound: f64) -> Self {
        Self {
            what: what.into(),
            found,
            bound,
            holds: found <= bound,
        }
    }
}

/// All of them.
pub(crate) fn budgets(report: &Report) -> Vec<Budget> {
    let mut budgets = vec![Budget::new(
        "module, MiB",
        report.module_bytes as f64 / MIB,
        MODULE_MIB,
    )];
    budgets.extend(report.starts.iter().map(|start| {
        let what = format!("live beside no-op, {}", start.policy.name());
        Budget::new(what, start.ratio, START_RATIO)
    }));
    let many = |policy: Policy| policy == Policy::ManyRules;
    let workers = report.workers.iter().filter(|it| many(it.policy));
    for worker in workers {
        let bytes = worker.difference_bytes;
        let policy = worker.policy.name();
        let what = format!("a worker, {policy}, MiB");
        budgets.push(Budget::new(what, bytes / MIB, WORKER_MIB));
        for tokens in report.tokens.iter().filter(|it| many(it.policy)) {
            let count = tokens.count as f64;
            let what = format!("a worker, {policy}, {count} tokens, MiB");
            let found = (bytes + tokens.each_bytes * count) / MIB;
            let bound = WORKER_MIB + count * TOKEN_KIB / 1024.0;
            budgets.push(Budget::new(what, found, bound));
        }
    }
    // At many rules tokens find room that loading the plan has left; here they do not.
    let tokens = report.tokens.iter().map(|tokens| {
        let what = format!("a token, {}, KiB", tokens.policy.name());
        Budget::new(what, tokens.each_bytes / 1024.0, TOKEN_KIB)
    });
    budgets.extend(tokens);
    budgets
}
