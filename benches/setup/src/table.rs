//! Tables for a terminal, or as rows for a page.

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For a terminal.
    Columns,
    /// For a page.
    Markdown,
}

/// Three figures that count.
#[must_use]
pub fn figure(value: f64) -> String {
    let places = match value {
        value if value >= 100.0 => 0,
        value if value >= 10.0 => 1,
        value if value >= 0.1 => 2,
        _ => 4,
    };
    format!("{value:.places$}")
}

/// A duration in its unit.
#[must_use]
pub fn duration(nanoseconds: f64) -> String {
    let (value, unit) = match nanoseconds {
        ns if ns < 1e3 => (ns, "ns"),
        ns if ns < 1e6 => (ns / 1e3, "us"),
        ns if ns < 1e9 => (ns / 1e6, "ms"),
        ns => (ns / 1e9, "s"),
    };
    format!("{} {unit}", figure(value))
}

/// Prints lines, the first of which is the head.
pub fn grid<const COLUMNS: usize>(lines: &[[String; COLUMNS]], form: Form) {
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
