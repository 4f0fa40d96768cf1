//! `remit lint`: the same diagnostics as `remit check`, with a say in which of them count.

use std::path::PathBuf;
use std::str::FromStr;

use anyhow::bail;
use clap::Args;
use remit_policy_compiler::compile;
use remit_policy_compiler::diagnostic::{Code, Diagnostic, Severity, UnknownCode};

use super::Exit;
use super::report::{self, Format};

/// Arguments of `remit lint`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  remit lint policy/
  remit lint policy/ --deny warnings --format github
  remit lint policy/ --deny secret-in-file --allow host-with-port
  remit lint --explain wildcard-writes

Exit codes: 0 nothing that counts, 1 errors or denied warnings, 2 wrong usage or unreadable.")]
pub(crate) struct Arguments {
    /// A policy file, or a folder of them (`*.test.yaml` is left out).
    #[arg(required_unless_present_any = ["explain", "list"])]
    path: Option<PathBuf>,
    /// How to print what is found.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Fail on a warning with this code, or on any: `warnings`. May be given several times.
    #[arg(long, value_name = "CODE")]
    deny: Vec<Denied>,
    /// Leave warnings with this code out. May be given several times.
    #[arg(long, value_name = "CODE")]
    allow: Vec<Code>,
    /// Print what a code is about, why it matters and what to do instead.
    #[arg(long, value_name = "CODE", exclusive = true)]
    explain: Option<Code>,
    /// Print all codes.
    #[arg(long, exclusive = true)]
    list: bool,
}

/// What makes the command fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Denied {
    Warnings,
    Code(Code),
}

impl FromStr for Denied {
    type Err = UnknownCode;

    fn from_str(written: &str) -> Result<Self, UnknownCode> {
        match written {
            "warnings" => Ok(Self::Warnings),
            code => code.parse().map(Self::Code),
        }
    }
}

/// Lints a policy, or explains a code.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    if let Some(code) = arguments.explain {
        explain(code);
        return Ok(Exit::Success);
    }
    if arguments.list {
        for code in Code::ALL {
            let name = code.text();
            anstream::println!("{name:<24} {:<8} {}", severity(*code), code.meaning());
        }
        return Ok(Exit::Success);
    }
    let Some(path) = &arguments.path else {
        bail!("a policy file or folder is expected");
    };
    if let Some(code) = arguments.allow.iter().find(|code| is_error(**code)) {
        bail!("`{}` is an error, which cannot be allowed", code.text());
    }
    let sources = super::sources(path)?;
    let mut diagnostics = match compile(&sources) {
        Ok(compiled) => compiled.warnings,
        Err(rejected) => rejected.diagnostics,
    };
    diagnostics.retain(|one| !arguments.allow.contains(&one.code));
    report::print(
        &diagnostics,
        &sources,
        arguments.format,
        &mut anstream::stdout(),
    )?;
    if arguments.format == Format::Human {
        match diagnostics.iter().find(|one| one.code.page().is_some()) {
            Some(one) => anstream::println!(
                "`remit lint --explain {}` says why, and what to do instead",
                one.code.text()
            ),
            None if diagnostics.is_empty() => anstream::println!("no errors, no warnings"),
            None => {}
        }
    }
    let counts = |one: &Diagnostic| {
        is_error(one.code)
            || arguments.deny.contains(&Denied::Warnings)
            || arguments.deny.contains(&Denied::Code(one.code))
    };
    Ok(if diagnostics.iter().any(counts) {
        Exit::Policy
    } else {
        Exit::Success
    })
}

/// The page of a code, or for one without a page what the table says.
fn explain(code: Code) {
    match code.page() {
        Some(page) => anstream::print!("{page}"),
        None => anstream::println!(
            "# `{}`\n{} This is {}: the message says where, and what to do.",
            code.text(),
            code.meaning(),
            match code.severity() {
                Severity::Error => "an error",
                Severity::Warning => "a warning",
            }
        ),
    }
}

fn is_error(code: Code) -> bool {
    code.severity() == Severity::Error
}

fn severity(code: Code) -> &'static str {
    match code.severity() {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
