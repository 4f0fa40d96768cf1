//! The subcommands, one file each.

mod check;
mod compile;
mod dev;
mod envoy;
mod explain;
mod fmt;
mod import;
mod lint;
mod remembered;
mod report;
mod schema;
mod suites;
mod test;
mod token;

use std::path::Path;
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::{Parser, Subcommand};
use remit_engine::time::UnixTime;
use remit_policy_compiler::source::{LoadError, Sources};

/// Remit's policy compiler: from a readable policy to a plan that the gateway filter loads.
#[derive(Debug, Parser)]
#[command(name = "remit", version, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  remit check policy.yaml
  remit lint policy/ --deny warnings
  remit fmt policy/
  remit compile policy/ -o plan.bin
  remit test policy/ --coverage
  remit explain policy/ --case 'read an order'
  remit import mcp http://127.0.0.1:9401/mcp --host mcp.corp.example -o helpdesk.yaml
  remit dev policy/ --upstream http://127.0.0.1:9000
  remit token keygen --dir keys --alg EdDSA --kid dev
  remit token mint --key keys/dev.private.jwk.json --issuer https://sts.corp.example \\
      --audience https://api.corp.example --sub alice --client-id spiffe://corp.example/a --task triage

Exit codes: 0 done, 1 the policy has errors or fails its tests, 2 wrong usage or input and output failed.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks a policy and says what is wrong or odd.
    Check(check::Arguments),
    /// Says what compiles and is risky all the same; explains codes.
    Lint(lint::Arguments),
    /// Formats policy files: comments stay, and so does the meaning.
    Fmt(fmt::Arguments),
    /// Compiles a policy to a plan.
    Compile(compile::Arguments),
    /// Prints the JSON Schema of policy files, for editors.
    Schema(schema::Arguments),
    /// Tries a policy: requests with the decisions that must come of them.
    Test(test::Arguments),
    /// Says why a request is decided as it is: rules, their parts and values.
    Explain(Box<explain::Arguments>),
    /// Proposes resources from what servers say of themselves: MCP lists, OpenAPI descriptions.
    Import(import::Arguments),
    /// Runs Envoy with the policy, prints each decision, follows changes.
    Dev(dev::Arguments),
    /// A development issuer: makes keys, mints tokens. Not for production.
    Token(token::Arguments),
}

/// How the command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Success,
    /// The policy has errors, or warnings where they count, or decides otherwise than its tests
    /// say.
    Policy,
    /// Wrong usage, or something could not be read or written.
    Failure,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Policy => 1,
            Exit::Failure => 2,
        })
    }
}

/// Reads a policy, to be looked at as of now.
fn sources(path: &Path) -> Result<Sources, LoadError> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.unwrap_or_default().as_secs();
    let now = UnixTime::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
    Ok(Sources::load(path)?.as_of(now))
}

/// Runs a command.
pub(crate) fn run(cli: Cli) -> anyhow::Result<Exit> {
    match cli.command {
        Command::Check(arguments) => check::run(&arguments),
        Command::Lint(arguments) => lint::run(&arguments),
        Command::Fmt(arguments) => fmt::run(&arguments),
        Command::Compile(arguments) => compile::run(&arguments),
        Command::Schema(arguments) => Ok(schema::run(&arguments)),
        Command::Test(arguments) => test::run(&arguments),
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Import(arguments) => import::run(&arguments),
        Command::Dev(arguments) => dev::run(&arguments),
        Command::Token(arguments) => token::run(&arguments),
    }
}
