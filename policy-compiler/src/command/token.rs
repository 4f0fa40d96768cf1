//! `remit token`: a development issuer.

mod keygen;
mod mint;

use clap::{Args, Subcommand};
pub(super) use mint::duration;

use super::Exit;

/// Arguments of `remit token`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  remit token keygen --dir keys --alg EdDSA --kid dev
  remit token mint --key keys/dev.private.jwk.json --issuer https://sts.corp.example \\
      --audience https://api.corp.example --sub alice \\
      --client-id spiffe://corp.example/a --task triage")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Makes a key pair: the private key to a file of its own, the public one to jwks.json.
    Keygen(keygen::Arguments),
    /// Mints a token and prints it.
    Mint(Box<mint::Arguments>),
}

/// Runs `remit token …`.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    anstream::eprintln!(
        "warning: this is a DEVELOPMENT issuer: its keys lie in plain files and it gives a token \
         to whoever asks; never let a production policy trust them"
    );
    match &arguments.command {
        Command::Keygen(arguments) => keygen::run(arguments),
        Command::Mint(arguments) => mint::run(arguments),
    }
}
