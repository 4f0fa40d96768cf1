//! `remit-demo [FOLDER…]`: starts Envoy with each example's policy, sends its requests, and shows what
//! came of them. Without a folder: every example there is.
//!
//! Exit codes: 0 if everything is as the example says, 1 if anything differs, 2 if it cannot be
//! run.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::bail;
use remit_tests::example::table::{self, Row};
use remit_tests::example::{Example, Stage, compare, folders};

fn main() -> ExitCode {
    // The harness ends with a panic what it cannot go on with; the message alone is what helps.
    std::panic::set_hook(Box::new(|panic| {
        let message = panic
            .payload_as_str()
            .unwrap_or("the demonstration cannot go on");
        anstream::eprintln!("error: {message}");
    }));
    let shown = std::panic::catch_unwind(|| show_all(std::env::args().skip(1)));
    match shown {
        Ok(Ok(true)) => ExitCode::SUCCESS,
        Ok(Ok(false)) => ExitCode::from(1),
        Ok(Err(error)) => {
            anstream::eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
        Err(_) => ExitCode::from(2),
    }
}

/// Whether everything was as expected.
fn show_all(arguments: impl Iterator<Item = String>) -> anyhow::Result<bool> {
    let mut given: Vec<PathBuf> = vec![];
    for argument in arguments {
        if argument.starts_with('-') {
            bail!("unknown option `{argument}`; usage: remit-demo [FOLDER…]");
        }
        given.push(argument.into());
    }
    if given.is_empty() {
        given = folders()?;
    }
    let mut good = true;
    for folder in given {
        anstream::eprintln!("Compiling the policy in {} …", folder.display());
        good &= show(&Example::load(&folder)?)?;
    }
    Ok(good)
}

fn show(example: &Example) -> anyhow::Result<bool> {
    anstream::eprintln!("Starting Envoy with it …");
    let started = Instant::now();
    let stage = Stage::start(example)?;
    let requests = example.prepare()?;
    anstream::eprintln!(
        "Live after {:.1} s; sending {} requests …\n",
        started.elapsed().as_secs_f64(),
        requests.len()
    );
    let mut rows = vec![];
    let mut allowed = 0;
    for request in &requests {
        let seen = stage.send(request);
        let differences = compare(request, &seen);
        allowed += usize::from(request.told.is_some());
        rows.push(Row::new(request, &seen, differences));
    }
    anstream::println!("{}", table::render(&rows));
    let arrived = stage.arrivals();
    let good = rows.iter().filter(|row| row.is_as_expected()).count();
    anstream::println!(
        "{good} of {} requests as expected. The upstream saw {arrived} requests; {allowed} were \
         to be allowed.",
        rows.len(),
    );
    Ok(good == rows.len() && arrived == allowed)
}
