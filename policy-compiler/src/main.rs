//! The command `remit`: checks and compiles policies, and makes tokens to try them with.
//!
//! Exit codes: 0 done, 1 the policy has errors, 2 wrong usage or something could not be read or
//! written.

mod command;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    match command::run(command::Cli::parse()) {
        Ok(exit) => exit.into(),
        Err(error) => {
            anstream::eprintln!("error: {error:#}");
            command::Exit::Failure.into()
        }
    }
}
