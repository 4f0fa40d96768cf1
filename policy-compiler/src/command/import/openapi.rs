//! `remit import openapi`.

use std::path::PathBuf;

use clap::Args;
use remit_policy_compiler::import::{Place, harmless, openapi};

use super::super::Exit;
use super::output::{self, Output};
use super::tell;

/// Arguments of `remit import openapi`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  remit import openapi orders.yaml -o policy/orders.yaml
  remit import openapi orders.json --resource orders --host api.corp.example

Versions 3.0 and 3.1, as JSON or YAML; references within the document are followed. Every operation is
proposed with `reviewed: false`: no rule can allow it until that line is taken out.

The class is read for GET, HEAD and OPTIONS, write for everything else; execute is your decision. A body
is closed where the schema has properties and does not say `additionalProperties: true`: members that
it does not have are refused. What a policy cannot say is left out and told on standard error with its
place (a JSON Pointer), and in a comment beside the operation.

Exit codes: 0 done, 2 wrong usage, or something could not be read or written.")]
pub(crate) struct Arguments {
    /// The description; `-` is standard input.
    file: PathBuf,
    /// The resource's name; else it is made of the title.
    #[arg(long, value_name = "NAME")]
    resource: Option<String>,
    /// The host that requests carry; else the one of the first server.
    #[arg(long)]
    host: Option<String>,
    /// The audience of its tokens; else `https://HOST`.
    #[arg(long, value_name = "URL")]
    audience: Option<String>,
    #[command(flatten)]
    output: Output,
}

/// Proposes a resource.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    let text = output::read(&arguments.file)?;
    let place = Place {
        resource: arguments.resource.clone(),
        host: arguments.host.clone(),
        path: None,
        audience: arguments.audience.clone(),
    };
    let page = openapi::propose(&text, &place).map_err(|error| {
        let advice = match error {
            openapi::Unreadable::NoHost(_) => "; give it with `--host`",
            _ => "",
        };
        let file = arguments.file.display();
        anyhow::anyhow!("`{file}`: {}{advice}", harmless(&error.to_string()))
    })?;
    tell(&page.notices);
    arguments.output.write(&page.text)?;
    Ok(Exit::Success)
}
