//! `remit import mcp`.

mod changes;
mod headers;

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use clap::{Args, ValueEnum};
use remit_policy_compiler::import::mcp::against::{self, Known, NoResource};
use remit_policy_compiler::import::mcp::client::{self, ServerUrl};
use remit_policy_compiler::import::mcp::{self, Listing};
use remit_policy_compiler::import::{Place, harmless};
use remit_policy_compiler::source::Sources;

use super::super::Exit;
use super::super::report::{self, counted};
use super::output::{self, Output};
use super::tell;
use headers::Headers;

/// Arguments of `remit import mcp`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  remit import mcp tools.json --host mcp.corp.example -o policy/helpdesk.yaml
  remit import mcp http://127.0.0.1:9401/mcp --resource helpdesk --host mcp.corp.example
  remit import mcp http://127.0.0.1:9401/mcp --header-file token.header --host mcp.corp.example
  remit import mcp tools.json prompts.json --against policy/
  remit import mcp tools.json --against policy/ --format json
  remit import mcp tools.json --against policy/ -o helpdesk.next.yaml

A file has answers to tools/list, prompts/list, resources/list or resources/templates/list, their
results, or an array of tools; one JSON text or several (JSON lines). A server is asked over http: by
server/discover (2026-07-28), else in a session (2025-11-25 and before); only lists are asked for.

What a server says of itself proves nothing. `readOnlyHint` becomes class read, everything else write,
and every entry says `reviewed: false`: no rule can allow it until that line is taken out. `pin` is the
hash of the definition (RFC 8785, without `_meta`).

Arguments are closed where the schema has properties and does not say `additionalProperties: true`:
members that it does not have are refused. A type that is not plain, or may be null, is `dyn`. What a
policy cannot say is left out and told on standard error with its place (a JSON Pointer), and in a
comment beside the entry.

With `--against` nothing is proposed but told what changed since the policy was written; the policy
itself is never written to. With `-o` a page with the resource as it would be goes to a file: what
changed has its new pin and has to be looked at again. Comments of the policy are not in it.

Exit codes: 0 done or nothing changed, 1 something changed (--against), 2 wrong usage, or something could
not be read or written.")]
pub(crate) struct Arguments {
    /// Files with answers (`-` is standard input), or the URL of a server.
    #[arg(required = true, value_name = "FILE|URL")]
    inputs: Vec<String>,
    /// The resource's name; else it is made of the host.
    #[arg(long, value_name = "NAME")]
    resource: Option<String>,
    /// The host that requests carry; else the one of the URL.
    #[arg(long)]
    host: Option<String>,
    /// The path of the endpoint; else the one of the URL, or `/mcp`.
    #[arg(long)]
    path: Option<String>,
    /// The audience of its tokens; else `https://HOST`.
    #[arg(long, value_name = "URL")]
    audience: Option<String>,
    #[command(flatten)]
    headers: Headers,
    /// Say what changed since a policy was written: its file or folder.
    #[arg(long, value_name = "POLICY", conflicts_with = "audience")]
    against: Option<PathBuf>,
    /// How changes are printed.
    #[arg(long, value_enum, default_value = "human", requires = "against")]
    format: Format,
    #[command(flatten)]
    output: Output,
}

/// How changes are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a reader.
    Human,
    /// One JSON document.
    Json,
}

/// Proposes a resource, or says what changed.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    let (listing, place) = listing(arguments)?;
    let Some(policy) = &arguments.against else {
        let page = mcp::propose(&listing, &place)
            .map_err(|error| anyhow!("{error}; give it with `--host`"))?;
        tell(&page.notices);
        arguments.output.write(&page.text)?;
        return Ok(Exit::Success);
    };
    compare(&listing, policy, &place, arguments)
}

/// What is listed, and where.
fn listing(arguments: &Arguments) -> anyhow::Result<(Listing, Place)> {
    let mut place = Place {
        resource: arguments.resource.clone(),
        host: arguments.host.clone(),
        path: arguments.path.clone(),
        audience: arguments.audience.clone(),
    };
    if let [input] = arguments.inputs.as_slice()
        && ServerUrl::is_meant(input)
    {
        let url = ServerUrl::parse(input)?;
        // Where a server is asked for its lists need not be where it serves.
        if arguments.against.is_none() {
            place.host = place.host.or_else(|| Some(url.host()));
            place.path = place.path.or_else(|| Some(url.path().to_owned()));
        }
        return Ok((ask(&url, arguments)?, place));
    }
    if arguments.headers.any() {
        bail!("headers are for the URL of a server");
    }
    let mut listing = Listing::default();
    for input in &arguments.inputs {
        if ServerUrl::is_meant(input) {
            bail!("a URL stands alone");
        }
        let text = output::read(Path::new(input))?;
        listing
            .add(&text)
            .map_err(|error| anyhow!("`{input}`: {}", harmless(&error.to_string())))?;
    }
    Ok((listing.complete(), place))
}

fn ask(url: &ServerUrl, arguments: &Arguments) -> anyhow::Result<Listing> {
    let headers = arguments.headers.read()?;
    if !headers.is_empty() && !url.is_loopback() {
        anstream::eprintln!("warning: headers go to another machine in clear text");
    }
    let shows = std::io::stderr().is_terminal();
    let mut progress = |asked: &str| {
        if shows {
            anstream::eprintln!("asking {asked}");
        }
    };
    let listed = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(client::list(url, &headers, &mut progress));
    let listing = listed.map_err(|error| anyhow!("{}", harmless(&error.to_string())))?;
    Ok(listing.complete())
}

fn compare(
    listing: &Listing,
    policy: &Path,
    place: &Place,
    arguments: &Arguments,
) -> anyhow::Result<Exit> {
    let sources = Sources::load(policy)?;
    let known = match Known::find(&sources, place) {
        Ok(known) => known,
        Err(NoResource::Unreadable(diagnostics)) => {
            let stderr = &mut anstream::stderr();
            report::print(&diagnostics, &sources, report::Format::Human, stderr)?;
            return Ok(Exit::Failure);
        }
        Err(error) => bail!("`{}`: {error}", policy.display()),
    };
    let comparison = against::compare(listing, &known);
    match arguments.format {
        Format::Human => {
            tell(&comparison.notices);
            anstream::print!("{}", changes::human(&comparison, &known.name));
        }
        Format::Json => {
            let document = against::json(&comparison, &known.name);
            writeln!(anstream::stdout(), "{document:#}")
                .context("cannot write to standard output")?;
        }
    }
    if arguments.output.output.is_some() {
        arguments.output.write(&comparison.merged(&known).text)?;
    }
    if comparison.changes.is_empty() {
        return Ok(Exit::Success);
    }
    if arguments.format == Format::Human {
        let count = counted(comparison.changes.len(), "change");
        anstream::eprintln!("{count} since the policy was written");
    }
    Ok(Exit::Policy)
}
