//! Runs cases, natively or in wasm.
//!
//! - `remit-bench-case count FILE` runs one case once as often as it says: what callgrind watches.
//! - `remit-bench-case serve FOLDER` reads lines `CASE RUNS` from standard input and answers each
//!   with the nanoseconds of processor time that they took together, until the input ends.

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::fs;
use std::io::{BufRead as _, Write as _, stdin, stdout};
use std::path::{Path, PathBuf};
use std::time::Duration;

use remit_bench_cases::stopwatch::Stopwatch;
use remit_bench_cases::{Case, Prepared};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["count", file] => count(Path::new(file)),
        ["serve", folder] => serve(Path::new(folder)),
        _ => Err("usage: remit-bench-case (count FILE | serve FOLDER)".into()),
    }
}

fn count(file: &Path) -> Result<(), Box<dyn Error>> {
    let case = read(file)?;
    let runs = case.runs;
    case.prepare()?.run(runs);
    Ok(())
}

fn serve(folder: &Path) -> Result<(), Box<dyn Error>> {
    let mut ready = BTreeMap::new();
    for line in stdin().lock().lines() {
        let line = line?;
        let (name, runs) = line.split_once(' ').ok_or("a line is `CASE RUNS`")?;
        let took = time(&folder.join(name), runs.parse()?, &mut ready)?;
        let mut answers = stdout().lock();
        writeln!(answers, "{}", took.as_nanos())?;
        answers.flush()?;
    }
    Ok(())
}

/// Times as many runs, in as many portions as it takes.
fn time(
    file: &Path,
    mut runs: u32,
    ready: &mut BTreeMap<PathBuf, Prepared>,
) -> Result<Duration, Box<dyn Error>> {
    let mut took = Duration::ZERO;
    while runs > 0 {
        let prepared = match ready.remove(file) {
            Some(prepared) => prepared,
            None => read(file)?.prepare()?,
        };
        let portion = prepared.at_most().map_or(runs, |most| most.min(runs));
        let watch = Stopwatch::start();
        prepared.run(portion);
        took += watch.elapsed();
        runs = runs.saturating_sub(portion);
        if prepared.at_most().is_none() {
            ready.insert(file.to_owned(), prepared);
        }
        if portion == 0 {
            return Err("a case without anything to run".into());
        }
    }
    Ok(took)
}

fn read(file: &Path) -> Result<Case, Box<dyn Error>> {
    Ok(Case::read(&fs::read(file)?)?)
}
