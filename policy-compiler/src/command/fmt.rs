//! `remit fmt`.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use remit_policy_compiler::format::{self, Unformatted};
use remit_policy_compiler::source::{FILE_BYTES, Sources};

use super::Exit;
use super::report::{self, Format, counted};

/// Arguments of `remit fmt`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  remit fmt policy/
  remit fmt --check policy/ other.yaml
  remit fmt - < policy.yaml

Comments stay, and so does the meaning: the result is read again and compared. Conditions stay as
they are written; an operation or rule in braces becomes a block where a condition stands in it or
its line would be longer than 100 characters.

Exit codes: 0 done, 1 not formatted (--check) or not a policy, 2 wrong usage or unreadable.")]
pub(crate) struct Arguments {
    /// Policy files, or folders of them (`*.test.yaml` is left out); `-` is standard input.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// Change nothing; print what would change, and fail if something would.
    #[arg(long)]
    check: bool,
}

/// Formats policy files.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    let standard_input = Path::new("-");
    if arguments.paths.iter().any(|path| path == standard_input) {
        if arguments.paths.len() > 1 {
            bail!("`-` stands alone");
        }
        return pipe(arguments);
    }
    let mut exit = Exit::Success;
    let mut changed = 0;
    let mut seen = 0;
    for path in &arguments.paths {
        let sources = Sources::load(path)?;
        for (id, file) in sources.files() {
            seen += 1;
            let Some(text) = accepted(format::format(id, &sources), file.path(), &sources)? else {
                exit = Exit::Policy;
                continue;
            };
            if text == file.text() {
                continue;
            }
            changed += 1;
            if arguments.check {
                exit = Exit::Policy;
                print_diff(&file.path().to_string_lossy(), file.text(), &text);
            } else {
                // In place, so that the file stays the file it is: its mode, its links.
                fs::write(file.path(), text)
                    .with_context(|| format!("cannot write `{}`", file.path().display()))?;
                anstream::println!("{}", file.path().display());
            }
        }
    }
    let done = if arguments.check {
        "would be formatted"
    } else {
        "formatted"
    };
    anstream::eprintln!("{changed} of {} {done}", counted(seen, "file"));
    Ok(exit)
}

/// From standard input to standard output.
fn pipe(arguments: &Arguments) -> anyhow::Result<Exit> {
    let mut text = String::new();
    io::stdin()
        .take(FILE_BYTES as u64 + 1)
        .read_to_string(&mut text)
        .context("cannot read standard input")?;
    let path = PathBuf::from("<stdin>");
    let sources = Sources::in_memory([(path.clone(), text)], BTreeMap::new());
    let Some((id, file)) = sources.files().next() else {
        bail!("cannot read standard input");
    };
    let Some(formatted) = accepted(format::format(id, &sources), &path, &sources)? else {
        return Ok(Exit::Policy);
    };
    if !arguments.check {
        io::stdout()
            .write_all(formatted.as_bytes())
            .context("cannot write to standard output")?;
        return Ok(Exit::Success);
    }
    if formatted == file.text() {
        return Ok(Exit::Success);
    }
    print_diff("<stdin>", file.text(), &formatted);
    Ok(Exit::Policy)
}

/// The formatted text, or why there is none, which is printed.
fn accepted(
    result: Result<String, Unformatted>,
    path: &Path,
    sources: &Sources,
) -> anyhow::Result<Option<String>> {
    match result {
        Ok(text) => Ok(Some(text)),
        Err(Unformatted::Rejected(diagnostics)) => {
            report::print(
                &diagnostics,
                sources,
                Format::Human,
                &mut anstream::stderr(),
            )?;
            Ok(None)
        }
        Err(error @ Unformatted::Fragile) => {
            anstream::eprintln!("error: `{}`: {error}", path.display());
            Ok(None)
        }
    }
}

/// Prints a diff, coloured where there is a terminal.
fn print_diff(path: &str, before: &str, after: &str) {
    for line in format::diff(path, before, after).lines() {
        let colour = match line.as_bytes().first() {
            Some(b'+') => "\u{1b}[32m",
            Some(b'-') => "\u{1b}[31m",
            Some(b'@') => "\u{1b}[36m",
            _ => "",
        };
        let reset = if colour.is_empty() { "" } else { "\u{1b}[0m" };
        anstream::println!("{colour}{line}{reset}");
    }
}
