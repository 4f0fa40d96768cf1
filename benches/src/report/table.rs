//! The figures for a terminal, or as rows for a page.

use remit_bench_setup::budget::{self, Budget};
use remit_bench_setup::machine::Machine;
use remit_bench_setup::table::{Form, duration, figure, grid};

use super::{GROUPS, Row, Rows};

/// Prints everything.
pub fn print(rows: &Rows, budgets: &[Budget], machine: &Machine, form: Form) {
    println!("{machine}");
    let head = ["what", "size", "who", "median", "x remit", "x by hand"];
    let mut lines = vec![head.map(String::from)];
    lines.extend(rows.0.iter().map(cells));
    println!();
    grid(&lines, form);

    budget::print(budgets, form);

    if form == Form::Markdown {
        println!();
        for (name, what) in GROUPS {
            println!("- *{name}*: {what}.");
        }
    }
}

fn cells(row: &Row) -> [String; 6] {
    let times = |ratio: Option<f64>| ratio.map_or_else(String::new, figure);
    [
        row.group.clone(),
        row.size.map_or_else(String::new, |size| size.to_string()),
        row.name.clone(),
        duration(row.median_ns),
        times(row.to_remit),
        times(row.to_hand),
    ]
}
