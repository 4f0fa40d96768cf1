//! What was timed, as a table, and what becomes of the budgets.

use remit_bench_figures::{Bound, Budget, Form, figure, grid, nanoseconds, ratio};
use serde::Serialize;

use super::rounds::Row;
use crate::cases::{BY_HAND, BY_HAND_AS_DATA, RULE};

/// The fixed cases, built for this machine.
pub const NATIVE: &str = "native";
/// The fixed cases, built for wasm.
pub const WASM: &str = "wasm";
/// The module as it is shipped.
pub const MODULE: &str = "module";

/// Linear memory of the shipped module, in bytes. It never shrinks.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Memory {
    /// With a plan of one rule.
    pub loaded: u64,
    /// After 10,000 requests with one token.
    pub after_requests: u64,
    /// After 10,000 more, each with a token of its own.
    pub after_tokens: u64,
}

fn median(rows: &[Row], case: &str, build: &str) -> Option<f64> {
    let fits = |row: &&Row| row.case == case && row.build == build;
    rows.iter().find(fits).map(|row| row.median_ns)
}

/// The budgets that these figures decide.
#[must_use]
pub fn budgets(rows: &[Row]) -> Vec<Budget> {
    let mut budgets = Vec::new();
    for build in [NATIVE, WASM] {
        for (hand, what) in [(BY_HAND, "by hand"), (BY_HAND_AS_DATA, "by hand, as data")] {
            budgets.push(Budget::new(
                &format!("one rule of four clauses, beside the same {what}, {build}"),
                Bound::AtMost(4.0),
                ratio(median(rows, RULE, build), median(rows, hand, build)),
            ));
        }
        budgets.push(Budget::new(
            &format!("the same, in nanoseconds, {build}"),
            Bound::AtMost(100.0),
            median(rows, RULE, build),
        ));
    }
    budgets
}

/// Prints the table: a line a case.
pub fn print(rows: &[Row], memory: Memory, form: Form) {
    let head = [
        "case",
        NATIVE,
        WASM,
        "wasm / native",
        "wasm / by hand in wasm",
        MODULE,
    ];
    let mut lines = vec![head.map(String::from)];
    let hand = median(rows, BY_HAND, WASM);
    let mut names: Vec<&str> = rows.iter().map(|row| row.case.as_str()).collect();
    names.dedup();
    for case in names {
        let of = |build| median(rows, case, build);
        let time = |time: Option<f64>| time.map_or_else(String::new, nanoseconds);
        let times = |times: Option<f64>| times.map_or_else(String::new, figure);
        lines.push([
            case.to_owned(),
            time(of(NATIVE)),
            time(of(WASM)),
            times(ratio(of(WASM), of(NATIVE))),
            times(ratio(of(WASM), hand)),
            time(of(MODULE)),
        ]);
    }
    println!();
    grid(&lines, form);

    let Memory {
        loaded,
        after_requests,
        after_tokens,
    } = memory;
    let head = ["memory of the module", "KiB"];
    let mut lines = vec![head.map(String::from)];
    lines.extend([
        [String::from("with a plan of one rule"), kibibytes(loaded)],
        [
            String::from("after 10,000 requests"),
            kibibytes(after_requests),
        ],
        [String::from("after 10,000 tokens"), kibibytes(after_tokens)],
    ]);
    println!();
    grid(&lines, form);
}

fn kibibytes(bytes: u64) -> String {
    (bytes / 1024).to_string()
}
