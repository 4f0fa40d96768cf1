//! `remit test`.

mod coverage;
mod human;
mod machine;

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use remit_policy_compiler::compile;
use remit_policy_compiler::source::Sources;
use remit_policy_compiler::testing::{Case, Coverage, Decided, Difference, Suite, Trial, compare};

use super::{Exit, report, suites};

/// Arguments of `remit test`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  remit test                                  # the policy of this folder
  remit test policy/ --filter refund
  remit test policy.yaml --tests more.test.yaml
  remit test policy/ --coverage --lcov target/policy.info
  remit test policy/ --format junit > tests.xml

Exit codes: 0 all pass, 1 some do not, 2 they cannot be run.")]
pub(crate) struct Arguments {
    /// A policy file, or a folder of them.
    #[arg(default_value = ".")]
    policy: PathBuf,
    /// Files of tests, instead of the `*.test.yaml` beside the policy. Repeatable.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    tests: Vec<PathBuf>,
    /// Only the tests whose name has this in it.
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// How to print what comes of them.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Say which rules, conditions and branches no test has decided.
    #[arg(long)]
    coverage: bool,
    /// Write that as an lcov tracefile too.
    #[arg(long, value_name = "FILE", requires = "coverage")]
    lcov: Option<PathBuf>,
    /// Having no tests is no failure.
    #[arg(long)]
    allow_empty: bool,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a reader.
    Human,
    /// One JSON document.
    Json,
    /// Workflow commands of GitHub Actions.
    Github,
    /// JUnit's XML.
    Junit,
}

/// A test that was run.
struct Ran<'s> {
    suite: &'s Suite,
    case: &'s Case,
    decided: Decided,
    /// None if it passes.
    differences: Vec<Difference>,
    /// The command that shows more.
    explain: String,
}

/// What came of all of them.
struct Results<'s> {
    policy: &'s str,
    ran: Vec<Ran<'s>>,
    /// How many were left out by `--filter`.
    left_out: usize,
}

impl Ran<'_> {
    fn passes(&self) -> bool {
        self.differences.is_empty()
    }

    fn file(&self) -> String {
        self.suite.path.display().to_string()
    }

    fn line(&self) -> usize {
        self.suite.position(self.case).line
    }
}

impl Results<'_> {
    fn failed(&self) -> usize {
        self.ran.iter().filter(|ran| !ran.passes()).count()
    }

    fn passed(&self) -> usize {
        self.ran.len() - self.failed()
    }
}

/// Runs the tests of a policy.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    if suites::holds_tests(&arguments.policy) {
        bail!(
            "`{}` holds tests: give the policy, and this file with `--tests`",
            arguments.policy.display()
        );
    }
    let sources = Sources::load(&arguments.policy)?;
    let compiled = match compile(&sources) {
        Ok(compiled) => compiled,
        Err(rejected) => {
            let format = arguments.format.of_diagnostics();
            let diagnostics = &rejected.diagnostics;
            report::print(diagnostics, &sources, format, &mut anstream::stderr())?;
            return Ok(Exit::Failure);
        }
    };
    let format = arguments.format.of_diagnostics();
    let suites = suites::load(&arguments.policy, &arguments.tests, &compiled.plan, format)?;
    let Some(suites) = suites else {
        return Ok(Exit::Failure);
    };
    let trial = Trial::new(&compiled)?;
    let mut coverage = Coverage::new(&compiled);
    let mut results = Results {
        policy: &compiled.plan.policy,
        ran: Vec::new(),
        left_out: 0,
    };
    for suite in &suites {
        for case in &suite.cases {
            let filter = arguments.filter.as_deref();
            if filter.is_some_and(|text| !case.name.contains(text)) {
                results.left_out += 1;
                continue;
            }
            let decided = trial.decide(&case.attempt, &suite.sources);
            let decided = decided.with_context(|| {
                format!("cannot run `{}` of `{}`", case.name, suite.path.display())
            })?;
            coverage.add(&decided.recording);
            results.ran.push(Ran {
                differences: compare(case, &decided),
                explain: explain_command(arguments, suite, case),
                suite,
                case,
                decided,
            });
        }
    }
    if results.ran.is_empty() && !arguments.allow_empty {
        nothing_to_run(arguments, &results);
        return Ok(Exit::Failure);
    }
    let coverage = arguments.coverage.then_some(&coverage);
    print(arguments.format, &results, coverage, &sources)?;
    if let (Some(coverage), Some(path)) = (coverage, &arguments.lcov) {
        fs::write(path, coverage.lcov(&sources))
            .with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(if results.failed() == 0 {
        Exit::Success
    } else {
        Exit::Policy
    })
}

fn print(
    format: Format,
    results: &Results<'_>,
    coverage: Option<&Coverage<'_>>,
    sources: &Sources,
) -> anyhow::Result<()> {
    let mut out = anstream::stdout();
    match format {
        Format::Human => {
            human::print(results, &mut out)?;
            if let Some(coverage) = coverage {
                coverage::human(coverage, sources, &mut out)?;
            }
        }
        Format::Json => machine::json(results, coverage, sources, &mut out)?,
        Format::Github => machine::github(results, coverage, sources, &mut out)?,
        Format::Junit => {
            machine::junit(results, &mut out)?;
            // Its XML has no place for it.
            if let Some(coverage) = coverage {
                coverage::human(coverage, sources, &mut anstream::stderr())?;
            }
        }
    }
    Ok(())
}

impl Format {
    /// How what stands in the way is printed, which goes where errors go: a report is whole or
    /// absent.
    fn of_diagnostics(self) -> report::Format {
        match self {
            Self::Human | Self::Junit => report::Format::Human,
            Self::Json => report::Format::Json,
            Self::Github => report::Format::Github,
        }
    }
}

fn nothing_to_run(arguments: &Arguments, results: &Results<'_>) {
    match &arguments.filter {
        Some(filter) if results.left_out > 0 => anstream::eprintln!(
            "error: no test has `{filter}` in its name; {} left out",
            report::counted(results.left_out, "test")
        ),
        _ => anstream::eprintln!(
            "error: `{}` has no tests: put some into a `*.test.yaml` beside it, or give \
             `--allow-empty`",
            arguments.policy.display()
        ),
    }
}

fn explain_command(arguments: &Arguments, suite: &Suite, case: &Case) -> String {
    let policy = arguments.policy.display().to_string();
    let mut command = format!(
        "remit explain {} --case {}",
        quoted(&policy),
        quoted(&case.name)
    );
    if !arguments.tests.is_empty() {
        command.push_str(&format!(
            " --tests {}",
            quoted(&suite.path.display().to_string())
        ));
    }
    command
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |each: char| each.is_ascii_alphanumeric() || "-_./:=@".contains(each);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}
