//! `remit check`.

use std::path::PathBuf;

use clap::Args;
use remit_policy_compiler::compile;

use super::Exit;
use super::report::{self, Format};

/// Arguments of `remit check`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  remit check policy.yaml
  remit check policy/ --deny-warnings --format github")]
pub(crate) struct Arguments {
    /// A policy file, or a folder of them (`*.test.yaml` is left out).
    path: PathBuf,
    /// How to print what is found.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Fail on warnings too.
    #[arg(long)]
    deny_warnings: bool,
}

/// Checks a policy.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    let sources = super::sources(&arguments.path)?;
    let (diagnostics, exit) = match compile(&sources) {
        Ok(compiled) if compiled.warnings.is_empty() => (compiled.warnings, Exit::Success),
        Ok(compiled) if arguments.deny_warnings => (compiled.warnings, Exit::Policy),
        Ok(compiled) => (compiled.warnings, Exit::Success),
        Err(rejected) => (rejected.diagnostics, Exit::Policy),
    };
    report::print(
        &diagnostics,
        &sources,
        arguments.format,
        &mut anstream::stdout(),
    )?;
    if diagnostics.is_empty() && arguments.format == Format::Human {
        anstream::println!("no errors, no warnings");
    }
    Ok(exit)
}
