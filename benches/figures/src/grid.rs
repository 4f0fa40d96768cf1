//! Tables for a terminal, or for a page.

/// How to print.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For a terminal.
    Columns,
    /// For a page.
    Markdown,
}

/// Prints lines of cells, the first of which is the head.
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
