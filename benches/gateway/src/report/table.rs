//! The table.

use remit_bench_figures::{Budget, Form, Machine, figure, grid, nanoseconds, print_budgets};

use super::Row;
use crate::load::Got;
use crate::spread::Spread;

const HEAD: [&str; 9] = [
    "what",
    "CPU/request",
    "min to max",
    "added",
    "service CPU",
    "requests/s",
    "saturated p50, p99",
    "paced p50, p99",
    "checks",
];

/// Prints everything.
pub fn print(rows: &[Row], budgets: &[Budget], machine: &Machine, form: Form) {
    println!("{machine}");
    let mut groups: Vec<_> = rows.iter().map(|row| row.group).collect();
    groups.dedup();
    for group in groups {
        println!("\n{}\n", title(group.title(), form));
        let mut lines = vec![HEAD.map(String::from)];
        lines.extend(rows.iter().filter(|row| row.group == group).map(cells));
        grid(&lines, form);
    }
    println!();
    print_budgets(budgets, form);
    for row in rows {
        if let Some((times, Got { status, length })) = row.unexpected {
            println!(
                "{}: {times} unexpected answers, first {status} with {length} bytes",
                row.name
            );
        }
    }
}

fn title(title: &str, form: Form) -> String {
    match form {
        Form::Columns => title.to_owned(),
        Form::Markdown => format!("#### {title}"),
    }
}

fn cells(row: &Row) -> [String; 9] {
    let one = |time: Option<f64>| time.map_or_else(String::new, nanoseconds);
    let quantiles = |latency: super::row::Latency| match (latency.p50, latency.p99) {
        (Some(half), Some(most)) => format!("{}, {}", microseconds(half), microseconds(most)),
        _ => String::new(),
    };
    let busy = |share: &Spread| {
        share
            .median()
            .map(|share| format!("{} of a core", figure(share)))
    };
    [
        row.name.clone(),
        busy(&row.worker_share).unwrap_or_else(|| one(row.worker_ns.median())),
        match (row.worker_ns.least(), row.worker_ns.most()) {
            (Some(least), Some(most)) => {
                format!("{} to {}", figure(least / 1e3), figure(most / 1e3))
            }
            _ => String::new(),
        },
        one(row.added_ns),
        one(row.authorizer_ns.median()),
        row.requests_per_second
            .median()
            .map_or_else(String::new, |rate| format!("{rate:.0}")),
        quantiles(row.saturated_ns),
        quantiles(row.paced_ns),
        row.checks.to_owned(),
    ]
}

#[expect(clippy::cast_precision_loss, reason = "no request takes that long")]
fn microseconds(nanos: u64) -> String {
    nanoseconds(nanos as f64)
}
