//! What came of an example's requests, for people: one aligned line each, within 100 columns.

use std::fmt::Write as _;

use remit_policy_compiler::testing::Listed;

use super::{Difference, Prepared, Seen};

/// Widest line.
pub const WIDTH: usize = 100;

/// Between two columns.
const GAP: &str = "  ";
/// Where a cell has nothing.
const NOTHING: &str = "-";
const HEADINGS: [&str; COLUMNS] = ["", "request", "agent", "task", "answer", "reason", "rule"];
const COLUMNS: usize = 7;
const NAME: usize = 1;
const AGENT: usize = 2;
/// Narrower than this no column becomes; the agent's gives room before any other does.
const NARROWEST: usize = 8;
const AGENT_NARROWEST: usize = 15;

// What a terminal makes colours of; the command takes it out where there is no terminal.
const GREEN: &str = "\u{1b}[32m";
const RED: &str = "\u{1b}[1;31m";
const DIM: &str = "\u{1b}[2m";
const PLAIN: &str = "\u{1b}[0m";

/// One request.
#[derive(Debug, Clone)]
pub struct Row {
    /// The sequence that it is a step of, whose name stands above its steps.
    sequence: Option<String>,
    cells: [String; COLUMNS],
    /// What else there is to say: rules that only report, and what a list has.
    notes: Vec<String>,
    differences: Vec<Difference>,
}

impl Row {
    /// The line of a request.
    #[must_use]
    pub fn new(prepared: &Prepared<'_>, seen: &Seen, differences: Vec<Difference>) -> Self {
        let record = seen.record.as_ref();
        let mark = if differences.is_empty() { "ok" } else { "NO" };
        let or_nothing = |text: Option<&str>| text.unwrap_or(NOTHING).to_owned();
        let text = |name| record.and_then(|record| record.text(name));
        let observed = record.map_or_else(Vec::new, |record| record.texts("observed"));
        let observed = observed.into_iter();
        let observed =
            observed.map(|rule| format!("`{rule}` would have stopped it, but only reports"));
        let name = prepared.case.name.as_str();
        let (sequence, name) = match name.split_once(": ") {
            Some((sequence, step)) => (Some(sequence.to_owned()), format!("  {step}")),
            None => (None, name.to_owned()),
        };
        Self {
            sequence,
            cells: [
                mark.to_owned(),
                name,
                or_nothing(text("agent")),
                or_nothing(text("task")),
                seen.status.to_string(),
                text("reason").unwrap_or("no decision").to_owned(),
                or_nothing(text("rule")),
            ],
            notes: observed.chain(seen.listed.as_ref().map(entries)).collect(),
            differences,
        }
    }

    /// Whether everything was as expected.
    #[must_use]
    pub fn is_as_expected(&self) -> bool {
        self.differences.is_empty()
    }
}

/// What a list has.
fn entries(listed: &Listed) -> String {
    let entries = listed.names.iter().map(|name| {
        let depends = if listed.marked.contains(name) {
            " (with some arguments)"
        } else {
            ""
        };
        format!("{name}{depends}")
    });
    let entries: Vec<String> = entries.collect();
    match entries.as_slice() {
        [] => String::from("it has nothing"),
        entries => format!("it has {}", entries.join(", ")),
    }
}

/// The whole table, with colours.
#[must_use]
pub fn render(rows: &[Row]) -> String {
    let rows = told_once(rows);
    let widths = widths(&rows);
    let indent = " ".repeat(widths.first().copied().unwrap_or_default() + GAP.len());
    let mut text = String::new();
    let headings = HEADINGS.map(str::to_owned);
    line(&mut text, DIM, &headings, &widths);
    let mut sequence = None;
    for row in &rows {
        if row.sequence != sequence {
            sequence.clone_from(&row.sequence);
            if let Some(name) = &sequence {
                let _ = writeln!(text, "{indent}{DIM}{name}{PLAIN}");
            }
        }
        let colour = if row.is_as_expected() { GREEN } else { RED };
        line(&mut text, colour, &row.cells, &widths);
        for note in &row.notes {
            let _ = writeln!(text, "{indent}{DIM}{note}{PLAIN}");
        }
        for Difference {
            what,
            expected,
            actual,
        } in &row.differences
        {
            let under = " ".repeat(length(what));
            let _ = writeln!(text, "{indent}{RED}{what}{PLAIN}: expected {expected}");
            let _ = writeln!(text, "{indent}{under}  got      {actual}");
        }
    }
    text
}

/// What is sent several times and comes to the same each time is one line, which says how often.
fn told_once(rows: &[Row]) -> Vec<Row> {
    let is_same = |a: &Row, b: &Row| {
        let is_plain = |row: &Row| row.notes.is_empty() && row.differences.is_empty();
        (&a.sequence, &a.cells) == (&b.sequence, &b.cells) && is_plain(a) && is_plain(b)
    };
    let runs = rows.chunk_by(is_same);
    runs.filter_map(|run| {
        let mut row = run.first()?.clone();
        if let (Some(name), 2..) = (row.cells.get_mut(NAME), run.len()) {
            let step = name.trim_start();
            let indent = " ".repeat(name.len() - step.len());
            *name = format!("{indent}{}× {step}", run.len());
        }
        Some(row)
    })
    .collect()
}

/// One line, its first cell coloured. Nothing stands behind the last cell.
fn line(text: &mut String, colour: &str, cells: &[String; COLUMNS], widths: &[usize; COLUMNS]) {
    let cut = cells
        .iter()
        .zip(widths)
        .enumerate()
        .map(|(column, (cell, width))| {
            let cell = shorten(cell, *width, column == AGENT);
            let padding = " ".repeat(width.saturating_sub(length(&cell)));
            (cell, padding)
        });
    let mut whole = String::new();
    for (column, (cell, padding)) in cut.enumerate() {
        match column {
            0 => whole.extend([colour, &cell, PLAIN, &padding]),
            _ => whole.extend([GAP, &cell, &padding]),
        }
    }
    let _ = writeln!(text, "{}", whole.trim_end());
}

/// As wide as the widest cell. If that is too much, first the agent's column is cut, then the
/// widest ones until all fit.
fn widths(rows: &[Row]) -> [usize; COLUMNS] {
    let mut widths = HEADINGS.map(length);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = (*width).max(length(cell));
        }
    }
    let room = WIDTH - GAP.len() * (COLUMNS - 1);
    let surplus = widths.iter().sum::<usize>().saturating_sub(room);
    if let Some(agent) = widths.get_mut(AGENT) {
        let least = AGENT_NARROWEST.min(*agent);
        *agent = agent.saturating_sub(surplus).max(least);
    }
    while widths.iter().sum::<usize>() > room {
        let widest = widths.iter_mut().max();
        match widest.filter(|width| **width > NARROWEST) {
            Some(width) => *width -= 1,
            None => break,
        }
    }
    widths
}

/// Of an agent the end says most, of everything else the beginning.
fn shorten(cell: &str, width: usize, keep_end: bool) -> String {
    let surplus = length(cell).saturating_sub(width);
    if surplus == 0 {
        return cell.to_owned();
    }
    if keep_end {
        let end: String = cell.chars().skip(surplus + 1).collect();
        format!("…{end}")
    } else {
        let beginning: String = cell.chars().take(width.saturating_sub(1)).collect();
        format!("{beginning}…")
    }
}

fn length(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests;
