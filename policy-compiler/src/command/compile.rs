//! `remit compile`.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::Args;
use remit_policy_compiler::envoy::{Endpoint, Fetched};
use remit_policy_compiler::{Compiled, compile};

use super::Exit;
use super::envoy::EnvoyArguments;
use super::remembered::Remembered;
use super::report::{self, Format, counted};

/// Arguments of `remit compile`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  remit compile policy.yaml -o plan.bin
  remit compile policy/ --base64 > plan.b64
  remit compile policy/ --envoy static --upstream orders=10.0.0.7:80 -o envoy.yaml")]
pub(crate) struct Arguments {
    /// A policy file, or a folder of them (`*.test.yaml` is left out).
    path: PathBuf,
    /// Where the plan goes; `-` is standard output.
    #[arg(short, long, default_value = "-", value_name = "FILE")]
    output: PathBuf,
    /// Write the plan as base64 text, as it stands in Envoy's configuration.
    #[arg(long)]
    base64: bool,
    /// How to print what is found; it goes to standard error.
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    #[command(flatten)]
    envoy: EnvoyArguments,
}

/// Compiles a policy.
pub(super) fn run(arguments: &Arguments) -> anyhow::Result<Exit> {
    let to_stdout = arguments.output == Path::new("-");
    let is_text = arguments.base64 || arguments.envoy.wanted();
    if to_stdout && !is_text && io::stdout().is_terminal() {
        bail!("a plan is binary: give a file with `-o`, or `--base64`");
    }
    let sources = super::sources(&arguments.path)?;
    let compiled = match compile(&sources) {
        Ok(compiled) => compiled,
        Err(rejected) => {
            let diagnostics = &rejected.diagnostics;
            report::print(
                diagnostics,
                &sources,
                arguments.format,
                &mut anstream::stderr(),
            )?;
            return Ok(Exit::Policy);
        }
    };
    let remembered = Remembered::of(&compiled.plan);
    report::print_with(
        &compiled.warnings,
        remembered.as_ref(),
        &sources,
        arguments.format,
        &mut anstream::stderr(),
    )?;
    let bytes = match arguments.envoy.render(&compiled.bytes)? {
        Some(configuration) => configuration.into_bytes(),
        None if arguments.base64 => format!("{}\n", STANDARD.encode(&compiled.bytes)).into_bytes(),
        None => compiled.bytes.clone(),
    };
    if to_stdout {
        io::stdout()
            .write_all(&bytes)
            .context("cannot write to standard output")?;
    } else {
        write_whole(&arguments.output, &bytes)
            .with_context(|| format!("cannot write `{}`", arguments.output.display()))?;
    }
    if arguments.format == Format::Human {
        anstream::eprintln!("{}", summary(&compiled));
        for fetched in Fetched::of(&compiled.plan)? {
            let (cluster, Endpoint { host, port }) = (fetched.cluster, fetched.endpoint);
            let tls = if fetched.tls { " over TLS" } else { "" };
            anstream::eprintln!(
                "documents are fetched through the cluster `{cluster}`, which leads to {host} port {port}{tls}"
            );
        }
        if let Some(fleet) = &compiled.plan.fleet {
            let cluster = &fleet.cluster;
            anstream::eprintln!(
                "limits of the fleet are counted through the cluster `{cluster}`, which speaks HTTP/2"
            );
        }
        for line in remembered.iter().flat_map(Remembered::lines) {
            anstream::eprintln!("{line}");
        }
    }
    Ok(Exit::Success)
}

/// Whoever watches the file must never see half of it.
fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    fs::write(&part, bytes)?;
    fs::rename(&part, path)
}

fn summary(compiled: &Compiled) -> String {
    let summary = compiled.summary();
    format!(
        "policy {} digest {}\n{}, {}, {} ({} public), {}, {}, {}; {}",
        compiled.plan.policy,
        compiled.digest,
        counted(summary.issuers, "issuer"),
        counted(summary.resources, "resource"),
        counted(summary.operations + summary.public, "operation"),
        summary.public,
        counted(summary.tasks, "task"),
        counted(summary.rules, "rule"),
        counted(summary.conditions, "condition"),
        counted(compiled.bytes.len(), "byte"),
    )
}
