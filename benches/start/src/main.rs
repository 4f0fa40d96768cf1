//! `remit-start`: measures, prints a table, writes `target/bench/start.json`; ends with 1 where a
//! budget is missed.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Parser;
use remit_start_bench::{Options, measure, print};

/// What the filter costs before the first request: its size, Envoy's start, memory.
#[derive(Debug, Parser)]
struct Arguments {
    /// The filter.
    #[arg(long)]
    module: PathBuf,
    /// The filter that does nothing.
    #[arg(long)]
    noop: PathBuf,
    /// Where to write the figures.
    #[arg(long)]
    output: PathBuf,
    /// Starts of each kind whose time is taken.
    #[arg(long, default_value_t = 7)]
    starts: usize,
    /// Starts of each kind and number of workers whose memory is taken.
    #[arg(long, default_value_t = 3)]
    memory_starts: usize,
    /// Tokens that a worker is shown; no more than it has room to remember.
    #[arg(long, default_value_t = 4_000)]
    tokens: usize,
}

fn main() -> io::Result<ExitCode> {
    let arguments = Arguments::parse();
    let report = measure(&Options {
        module: arguments.module,
        noop: arguments.noop,
        starts: arguments.starts,
        memory_starts: arguments.memory_starts,
        tokens: arguments.tokens,
    });
    print(&report);
    if let Some(folder) = arguments.output.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&arguments.output, serde_json::to_vec_pretty(&report)?)?;
    let all_hold = report.budgets.iter().all(|budget| budget.holds);
    Ok(if all_hold {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
