//! `remit import`: resources proposed from what servers say of themselves.

mod mcp;
mod openapi;
mod output;

use clap::{Args, Subcommand};
use remit_policy_compiler::import::{Notices, harmless};

use super::Exit;

/// Arguments of `remit import`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  remit import mcp tools.json --host mcp.corp.example -o policy/helpdesk.yaml
  remit import mcp tools.json --against policy/
  remit import openapi orders.yaml -o policy/orders.yaml")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Proposes a resource from what an MCP server lists, or says what changed since.
    Mcp(Box<mcp::Arguments>),
    /// Proposes a resource from an OpenAPI description.
    Openapi(openapi::Arguments),
}

/// Runs `remit import …`.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    match &arguments.command {
        Command::Mcp(arguments) => mcp::run(arguments),
        Command::Openapi(arguments) => openapi::run(arguments),
    }
}

/// Says what could not be imported, and what is odd.
fn tell(notices: &Notices) {
    for notice in notices.kept() {
        anstream::eprintln!(
            "warning: {}: {}",
            harmless(&notice.place.to_string()),
            harmless(&notice.text)
        );
    }
    if notices.more() > 0 {
        anstream::eprintln!("warning: … and {} more", notices.more());
    }
}
