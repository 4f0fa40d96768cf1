//! `remit check`.

use std::path::PathBuf;

use clap::Args;
use remit_policy_compiler::compile;

use super::Exit;
use super::remembered::Remembered;
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
    let (diagnostics, remembered, exit) = match compile(&sources) {
        Ok(compiled) => {
            let denied = arguments.deny_warnings && !compiled.warnings.is_empty();
            let exit = if denied { Exit::Policy } else { Exit::Success };
            let remembered = Remembered::of(&compiled.plan);
            (compiled.warnings, remembered, exit)
        }
        Err(rejected) => (rejected.diagnostics, None, Exit::Policy),
    };
    report::print_with(
        &diagnostics,
        remembered.as_ref(),
        &sources,
        arguments.format,
        &mut anstream::stdout(),
    )?;
    if diagnostics.is_empty() && arguments.format == Format::Human {
        anstream::println!("no errors, no warnings");
    }
    if arguments.format == Format::Human {
        for line in remembered.iter().flat_map(Remembered::lines) {
            anstream::println!("{line}");
        }
    }
    Ok(exit)
}
