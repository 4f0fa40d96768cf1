//! `remit schema`.

use clap::Args;
use remit_policy_compiler::schema;

use super::Exit;

/// Arguments of `remit schema`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  remit schema > policy.schema.json

An editor with the YAML language server completes and checks a policy that begins with
  # yaml-language-server: $schema=policy.schema.json")]
pub(crate) struct Arguments {}

/// Prints the schema.
pub(super) fn run(_arguments: &Arguments) -> Exit {
    anstream::println!("{:#}", schema());
    Exit::Success
}
