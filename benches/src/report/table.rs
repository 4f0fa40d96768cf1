//! The figures for a terminal, or as rows for a page.

use super::budgets::{Bound, Budget, Standing};
use super::{GROUPS, Machine, Row, Rows};

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For a terminal.
    Columns,
    /// For a page.
    Markdown,
}

/// Prints everything.
pub fn print(rows: &Rows, budgets: &[Budget], machine: &Machine, form: Form) {
    let versions: Vec<String> = machine
        .versions
        .iter()
        .map(|(name, version)| format!("{name} {version}"))
        .collect();
    println!(
        "{}, {} cores, {}; {}; {}",
        machine.processor,
        machine.cores,
        machine.system,
        machine.rustc,
        versions.join(", ")
    );
    let head = ["what", "size", "who", "median", "x remit", "x by hand"];
    let mut lines = vec![head.map(String::from)];
    lines.extend(rows.0.iter().map(cells));
    println!();
    grid(&lines, form);

    let head = ["budget", "bound", "found", ""];
    let mut lines = vec![head.map(String::from)];
    lines.extend(budgets.iter().map(budget_cells));
    println!();
    grid(&lines, form);

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

fn budget_cells(budget: &Budget) -> [String; 4] {
    let bound = match budget.bound {
        Bound::AtMost(most) => format!("at most {most}"),
        Bound::AtLeast(least) => format!("at least {least}"),
    };
    let standing = match budget.standing {
        Standing::Holds => "holds",
        Standing::Missed => "MISSED",
        Standing::NotMeasured => "not measured",
    };
    let found = budget.found.map_or_else(String::new, figure);
    [budget.what.clone(), bound, found, standing.to_owned()]
}

/// Three figures that count.
fn figure(value: f64) -> String {
    let places = match value {
        value if value >= 100.0 => 0,
        value if value >= 10.0 => 1,
        value if value >= 0.1 => 2,
        _ => 4,
    };
    format!("{value:.places$}")
}

fn duration(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        ns if ns < 1e3 => (ns, "ns"),
        ns if ns < 1e6 => (ns / 1e3, "us"),
        ns if ns < 1e9 => (ns / 1e6, "ms"),
        ns => (ns / 1e9, "s"),
    };
    format!("{} {unit}", figure(value))
}

fn grid<const COLUMNS: usize>(lines: &[[String; COLUMNS]], form: Form) {
    let mut widths = [0; COLUMNS];
    for line in lines {
        for (width, cell) in widths.iter_mut().zip(line) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for (number, line) in lines.iter().enumerate() {
        let padded = widths.iter().zip(line);
        match form {
            Form::Columns => {
                let cells: Vec<String> = padded.map(|(&w, cell)| format!("{cell:w$}")).collect();
                println!("{}", cells.join("  ").trim_end());
            }
            Form::Markdown => {
                println!("| {} |", line.join(" | "));
                if number == 0 {
                    println!("|{}", "---|".repeat(COLUMNS));
                }
            }
        }
    }
}
