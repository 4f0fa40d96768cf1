//! `remit-bench-envoy`: see the library.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser;
use remit_bench_figures::{Form, Machine};
use remit_tests::envoy::{AccessLog, Envoy};
use remit_tests::places;
use serde_json::json;

use remit_gateway_bench::authorizer::Authorizer;
use remit_gateway_bench::bootstrap;
use remit_gateway_bench::cores::Worker;
use remit_gateway_bench::measure::{Effort, Place, measure};
use remit_gateway_bench::report::{self, Row};
use remit_gateway_bench::variant::Variant;
use remit_gateway_bench::variants::{self, Parts};
use remit_gateway_bench::wasm::Modules;

const PACKAGES: [&str; 5] = [
    "remit-filter",
    "proxy-wasm",
    "cedar-policy",
    "tonic",
    "envoy-types",
];

/// Measures what a request costs in Envoy: Remit beside what people would use instead.
#[derive(Debug, Parser)]
#[command(
    after_help = "Examples:\n  make bench-envoy\n  make bench-envoy BENCH='--rounds 2 --only floor'"
)]
struct Arguments {
    #[command(flatten)]
    modules: Modules,
    /// The service that Envoy asks; without it there is no such row.
    #[arg(long, value_name = "PROGRAM")]
    authorizer: Option<PathBuf>,
    #[command(flatten)]
    effort: Effort,
    /// Only rows whose name or group contains this, and those that they are held against.
    #[arg(long, default_value = "", value_name = "TEXT")]
    only: String,
    /// Where `envoy.json` and `envoy.svg` go.
    #[arg(long, value_name = "FOLDER")]
    output: PathBuf,
    /// Rows for a page instead of columns for a terminal.
    #[arg(long)]
    markdown: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    // Before this thread has one core left.
    let machine = Machine::here(&places::workspace(), &PACKAGES);
    let authorizer = arguments
        .authorizer
        .as_deref()
        .map(Authorizer::start)
        .transpose()?;
    let parts = Parts {
        modules: &arguments.modules,
        authorizer: authorizer.as_ref(),
        rounds: arguments.effort.rounds + 1,
    };
    let variants = asked_for(parts.variants(), &arguments.only);

    let folder = tempfile::tempdir()?;
    let file = folder.path().join("bootstrap.json");
    let clusters = authorizer.iter().map(Authorizer::cluster).collect();
    fs::write(&file, bootstrap::bootstrap(&variants, clusters).to_string())?;
    let envoy = Envoy::start(
        &file,
        folder.path(),
        &AccessLog::at(folder.path().join("log")),
        1,
    )
    .map_err(|error| anyhow::anyhow!("Envoy does not start: {}", error.log))?;
    let worker = Worker::pin(envoy.pid())?;
    let places: Vec<Place> = variants
        .into_iter()
        .enumerate()
        .inspect(|(_, variant)| variant.prepare())
        .map(|(position, variant)| Place {
            address: envoy.listener(&bootstrap::listener_name(position)),
            variant,
        })
        .collect();
    let found = measure(&places, &worker, authorizer.as_ref(), arguments.effort)?;
    let rows = Row::all(places.iter().map(|place| &place.variant).zip(found));
    conclude(&rows, &arguments, machine, &envoy.version())
}

/// The rows whose name or group contains a text, and those that they are held against. The row
/// without filters is always there.
fn asked_for(mut all: Vec<Variant>, only: &str) -> Vec<Variant> {
    let is_named =
        |variant: &Variant| variant.name.contains(only) || variant.group.title().contains(only);
    let bases: BTreeSet<String> = all
        .iter()
        .filter(|variant| is_named(variant))
        .map(|variant| variant.base().to_owned())
        .chain([variants::NONE.to_owned()])
        .collect();
    all.retain(|variant| is_named(variant) || bases.contains(&variant.name));
    all
}

/// Writes everything down and says whether all went as expected.
fn conclude(
    rows: &[Row],
    arguments: &Arguments,
    mut machine: Machine,
    envoy: &str,
) -> anyhow::Result<ExitCode> {
    machine
        .versions
        .insert(String::from("Envoy"), envoy.to_owned());
    let budgets = report::budgets(rows);
    let form = if arguments.markdown {
        Form::Markdown
    } else {
        Form::Columns
    };
    report::print(rows, &budgets, &machine, form);
    let everything = json!({
        "command": "make bench-envoy",
        "rounds": arguments.effort.rounds,
        "machine": machine,
        "rows": rows,
        "budgets": budgets,
    });
    fs::create_dir_all(&arguments.output)?;
    let write = |name: &str, text: &str| {
        let file = arguments.output.join(name);
        fs::write(&file, text).with_context(|| named(&file))
    };
    write("envoy.json", &serde_json::to_string_pretty(&everything)?)?;
    write("envoy.svg", &report::chart(rows))?;
    // Figures of requests that were answered otherwise than they should be are no figures.
    let as_expected = rows.iter().all(|row| row.unexpected.is_none());
    Ok(if as_expected {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn named(file: &Path) -> String {
    format!("`{}` cannot be written", file.display())
}
