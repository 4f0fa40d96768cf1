//! Printing diagnostics.

use std::io::Write;

use clap::ValueEnum;
use remit_policy_compiler::diagnostic::{self, Colour, Diagnostic, Severity};
use remit_policy_compiler::source::Sources;
use serde_json::json;

use super::remembered::Remembered;

/// How diagnostics are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For a reader: the text underlined.
    Human,
    /// One JSON document.
    Json,
    /// Workflow commands of GitHub Actions.
    Github,
}

/// More than this many are counted, not shown, to a reader.
const SHOWN: usize = 50;

/// Prints diagnostics. Colours are the stream's affair: `anstream` takes them out where there is
/// no terminal or `NO_COLOR` is set.
pub(crate) fn print(
    diagnostics: &[Diagnostic],
    sources: &Sources,
    format: Format,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    print_with(diagnostics, None, sources, format, out)
}

/// The same, and for programs what the plan remembers.
pub(crate) fn print_with(
    diagnostics: &[Diagnostic],
    remembered: Option<&Remembered>,
    sources: &Sources,
    format: Format,
    out: &mut dyn Write,
) -> std::io::Result<()> {
    let errors = count(diagnostics, Severity::Error);
    let warnings = count(diagnostics, Severity::Warning);
    match format {
        Format::Human => {
            for one in diagnostics.iter().take(SHOWN) {
                writeln!(out, "{}\n", diagnostic::human(one, sources, Colour::Ansi))?;
            }
            if diagnostics.len() > SHOWN {
                writeln!(out, "… and {} more\n", diagnostics.len() - SHOWN)?;
            }
            if !diagnostics.is_empty() {
                writeln!(
                    out,
                    "{}, {}",
                    counted(errors, "error"),
                    counted(warnings, "warning")
                )?;
            }
        }
        Format::Json => {
            let list: Vec<_> = diagnostics
                .iter()
                .map(|one| diagnostic::json(one, sources))
                .collect();
            let mut document = json!({"errors": errors, "warnings": warnings, "diagnostics": list});
            if let (Some(remembered), Some(members)) = (remembered, document.as_object_mut()) {
                members.insert("history".to_owned(), remembered.json());
            }
            writeln!(out, "{document:#}")?;
        }
        Format::Github => {
            for one in diagnostics {
                writeln!(out, "{}", diagnostic::github(one, sources))?;
            }
        }
    }
    Ok(())
}

fn count(diagnostics: &[Diagnostic], severity: Severity) -> usize {
    diagnostics
        .iter()
        .filter(|one| one.severity() == severity)
        .count()
}

/// Text that cannot move a terminal's cursor or change its colours.
pub(crate) fn harmless(text: &str) -> String {
    let escaped = |c: char| -> Vec<char> {
        if c.is_control() {
            c.escape_unicode().collect()
        } else {
            vec![c]
        }
    };
    text.chars().flat_map(escaped).collect()
}

/// A number with its noun.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{ending}")
}
