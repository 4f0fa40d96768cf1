//! `remit explain`.

pub(super) mod attempt;
mod human;
mod machine;

use std::path::PathBuf;

use anyhow::bail;
use clap::{Args, ValueEnum};
use remit_engine::time::UnixTime;
use remit_policy_compiler::source::Sources;
use remit_policy_compiler::testing::{Attempt, Decided, Explanation, Trial};
use remit_policy_compiler::{Compiled, compile};

use super::{Exit, report, suites};

/// Arguments of `remit explain`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  remit explain policy/ --case 'refund another order'
  remit explain policy.yaml --request 'GET https://api.corp.example/v1/orders/A-1' \\
      --claims '{\"sub\": \"mara\", \"client_id\": \"spiffe://corp.example/support/a\", \"task\": \"triage\"}'
  remit explain policy.yaml --request 'GET https://api.corp.example/v1/orders/A-1' \\
      --claims @claims.json task=lookup --now 2026-01-01T12:00:00Z --format json
  remit explain policy.yaml --request 'GET https://api.corp.example/v1/orders/A-1' \\
      -H \"authorization: Bearer $TOKEN\"

A token that is made from claims is signed with a throw-away key that stands in for its issuer's;
one in a header has to be signed by its issuer. What is likely to be a secret is shown as `***`.
Exit codes: 0 explained, whatever the decision; 1 the policy has errors; 2 it cannot be tried.")]
pub(crate) struct Arguments {
    /// A policy file, or a folder of them.
    policy: PathBuf,
    /// The request of a test, by the test's name.
    #[arg(
        long,
        value_name = "NAME",
        required_unless_present = "request",
        conflicts_with_all = ["request", "claims", "headers", "body", "now", "issuer", "typ"]
    )]
    case: Option<String>,
    /// Files of tests, instead of the `*.test.yaml` beside the policy. Repeatable.
    #[arg(long, value_name = "FILE", num_args = 1.., requires = "case")]
    tests: Vec<PathBuf>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    attempt: attempt::AttemptArguments,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a reader.
    Human,
    /// One JSON document.
    Json,
}

/// What is explained.
struct Subject {
    attempt: Attempt,
    /// Those that name the token's key, if one does.
    sources: Sources,
    /// The name of the test that it is.
    case: Option<String>,
}

/// Explains a decision.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    let sources = Sources::load(&arguments.policy)?;
    let compiled = match compile(&sources) {
        Ok(compiled) => compiled,
        Err(rejected) => {
            let format = match arguments.format {
                Format::Human => report::Format::Human,
                Format::Json => report::Format::Json,
            };
            let diagnostics = &rejected.diagnostics;
            report::print(diagnostics, &sources, format, &mut anstream::stderr())?;
            return Ok(Exit::Policy);
        }
    };
    let subject = match &arguments.case {
        Some(name) => match named(name, arguments, &compiled)? {
            Some(subject) => subject,
            None => return Ok(Exit::Failure),
        },
        None => Subject {
            attempt: arguments.attempt.read(&compiled.plan)?,
            sources: sources.clone(),
            case: None,
        },
    };
    let trial = Trial::new(&compiled)?;
    let decided = trial.decide(&subject.attempt, &subject.sources)?;
    let request = &subject.attempt.request;
    let explanation = Explanation::new(&compiled, &sources, request, &decided);
    let told = Told {
        explanation: &explanation,
        decided: &decided,
        sources: &sources,
        now: subject.attempt.now,
        case: subject.case.as_deref(),
    };
    let mut out = anstream::stdout();
    match arguments.format {
        Format::Human => human::print(&told, &mut out)?,
        Format::Json => machine::print(&told, &mut out)?,
    }
    Ok(Exit::Success)
}

/// Everything that is printed.
struct Told<'t> {
    explanation: &'t Explanation,
    decided: &'t Decided,
    sources: &'t Sources,
    now: UnixTime,
    case: Option<&'t str>,
}

/// A test by its name. `None`, with the reason on standard error, if its file has errors.
fn named(
    name: &str,
    arguments: &Arguments,
    compiled: &Compiled,
) -> anyhow::Result<Option<Subject>> {
    let format = report::Format::Human;
    let suites = suites::load(&arguments.policy, &arguments.tests, &compiled.plan, format)?;
    let Some(suites) = suites else {
        return Ok(None);
    };
    let mut found: Vec<(PathBuf, Subject)> = Vec::new();
    let mut names = Vec::new();
    for suite in suites {
        for case in suite.cases {
            if case.name == name {
                found.push((
                    suite.path.clone(),
                    Subject {
                        attempt: case.attempt,
                        sources: suite.sources.clone(),
                        case: Some(case.name),
                    },
                ));
            } else {
                names.push(case.name);
            }
        }
    }
    if let [(one, _), (other, _), ..] = found.as_slice() {
        bail!(
            "`{}` and `{}` both have a test `{name}`: say which with `--tests`",
            one.display(),
            other.display()
        );
    }
    match found.pop() {
        Some((_, subject)) => Ok(Some(subject)),
        None if names.is_empty() => bail!("there is no test `{name}`: there are no tests"),
        None => bail!(
            "there is no test `{name}`; there are {}",
            names
                .iter()
                .map(|one| format!("`{one}`"))
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}
