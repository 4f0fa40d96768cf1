//! Results for a reader.

use std::io::{self, Write};

use super::{Ran, Results};
use crate::command::report::harmless;

const GREEN: &str = "\x1b[32m";
const RED: &str = "\x1b[1;31m";
const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// Prints every test below its file, and how those differ that do not pass.
pub(super) fn print(results: &Results<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut file = String::new();
    for ran in &results.ran {
        if ran.file() != file {
            file = ran.file();
            writeln!(out, "{BOLD}{file}{PLAIN}")?;
        }
        print_one(ran, out)?;
    }
    let colour = if results.failed() == 0 { GREEN } else { RED };
    write!(
        out,
        "{colour}{} passed, {} failed{PLAIN}",
        results.passed(),
        results.failed()
    )?;
    if results.left_out > 0 {
        write!(out, ", {} left out", results.left_out)?;
    }
    writeln!(out)
}

fn print_one(ran: &Ran<'_>, out: &mut dyn Write) -> io::Result<()> {
    let name = harmless(&ran.case.name);
    if ran.passes() {
        return writeln!(out, "  {GREEN}ok{PLAIN}    {name}");
    }
    writeln!(
        out,
        "  {RED}FAIL{PLAIN}  {name}  ({}:{})",
        ran.file(),
        ran.line()
    )?;
    let width = ran.differences.iter().map(|one| one.what.len()).max();
    let width = width.unwrap_or(0);
    for one in &ran.differences {
        writeln!(
            out,
            "        {:width$}  expected {}, got {}",
            one.what,
            harmless(&one.expected),
            harmless(&one.actual)
        )?;
    }
    writeln!(out, "        look closer: {}", harmless(&ran.explain))
}
