//! `remit-soak`: lets a real Envoy with the shipped module decide mixed traffic while plans and keys
//! change, and prints what came of it.
//!
//! Exit codes: 0 if everything was as it must be, 1 if anything was not, 2 if it cannot be run.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Parser;
use remit_tests::soak::{Options, Progress, Report, run};
use serde_json::json;

/// Soaks the filter in a real Envoy.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// How many minutes.
    #[arg(long, default_value_t = 10.0, value_parser = minutes)]
    minutes: f64,
    /// How many reloads in a row afterwards, beside a filter that does nothing; 0 for none.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(..=10_000))]
    reloads: u32,
    /// What the choice of requests follows from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Write JSON to a file, too.
    #[arg(long, short)]
    output: Option<PathBuf>,
}

fn minutes(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(minutes) if (0.2..=600.0).contains(&minutes) => Ok(minutes),
        _ => Err(String::from("a number from 0.2 to 600")),
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    // The harness ends with a panic what it cannot go on with; the message alone is what helps.
    std::panic::set_hook(Box::new(|panic| {
        let message = panic.payload_as_str().unwrap_or("the soak cannot go on");
        anstream::eprintln!("error: {message}");
    }));
    match std::panic::catch_unwind(|| soak(&arguments)) {
        Ok(Ok(faults)) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(Ok(faults)) => {
            for fault in faults {
                anstream::eprintln!("fault: {fault}");
            }
            ExitCode::from(1)
        }
        Ok(Err(error)) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
        Err(_) => ExitCode::from(2),
    }
}

/// What was not as it must be.
fn soak(arguments: &Arguments) -> anyhow::Result<Vec<String>> {
    let options = Options {
        time: Duration::from_secs_f64(arguments.minutes * 60.0),
        reloads: arguments.reloads,
        seed: arguments.seed,
    };
    let shows = std::io::stderr().is_terminal();
    let report = run(&options, &|progress| {
        if shows {
            show(progress, options.time);
        }
    });
    if shows {
        anstream::eprintln!();
    }
    let faults = report.faults();
    let text = json_of(arguments, &report, &faults)?;
    if let Some(file) = &arguments.output {
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("`{}` cannot be made", folder.display()))?;
        }
        std::fs::write(file, &text)
            .with_context(|| format!("`{}` cannot be written", file.display()))?;
    }
    if arguments.json {
        anstream::println!("{text}");
    } else {
        anstream::print!("{report}");
    }
    Ok(faults)
}

fn json_of(arguments: &Arguments, report: &Report, faults: &[String]) -> anyhow::Result<String> {
    let Arguments { minutes, seed, .. } = arguments;
    let whole = json!({"minutes": minutes, "seed": seed, "faults": faults, "report": report});
    Ok(serde_json::to_string_pretty(&whole)?)
}

/// One line that is written over and over.
fn show(progress: &Progress, time: Duration) {
    let Progress {
        elapsed,
        requests,
        faults,
        switched,
        resident,
    } = progress;
    anstream::eprint!(
        "\r{:.0} of {:.0} s: {requests} requests, {faults} faults, {switched} plans, {} MiB ",
        elapsed.as_secs_f64(),
        time.as_secs_f64(),
        resident / (1024 * 1024),
    );
}
