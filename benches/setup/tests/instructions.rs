//! Instructions of the fixed cases, held against `benches/instructions.toml`.
//!
//! `$REMIT_BENCH_CASE` is the runner, built as the module is; `make test` and `make instructions`
//! set it. With `UPDATE=1` every budget becomes what was counted.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use remit_bench_cases::Case;
use remit_bench_setup::cases;
use remit_bench_setup::instructions::budgets::Budgets;
use remit_bench_setup::instructions::{Counted, Outcome, callgrind};
use remit_tests::places;

/// What runs the cases with bodies, beside the other runner.
const BODY_RUNNER: &str = "remit-bench-body-case";

fn main() -> Result<ExitCode> {
    let runner = match runner() {
        Ok(runner) => runner,
        Err(reason) => {
            println!("instructions: SKIPPED, {reason}");
            println!("instructions: 0 passed, 0 failed, 1 skipped");
            return Ok(ExitCode::SUCCESS);
        }
    };
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("instructions");
    let mut counted = count(&runner, cases::all(), &folder)?;
    let runner = runner.with_file_name(BODY_RUNNER);
    counted.extend(count(&runner, cases::bodies(), &folder)?);

    let file = places::workspace().join("benches/instructions.toml");
    let place = file.display();
    if env::var_os("UPDATE").is_some_and(|value| value == "1") {
        fs::write(&file, Budgets::write(&counted)).with_context(|| format!("writing {place}"))?;
    }
    let budgets = fs::read_to_string(&file).with_context(|| format!("reading {place}"))?;
    let budgets = Budgets::read(&budgets).with_context(|| format!("reading {place}"))?;
    let outcome = Outcome::new(&counted, &budgets);
    for line in outcome.lines() {
        println!("{line}");
    }
    let (passed, failed) = (outcome.passed(), outcome.failed());
    println!("instructions: {passed} passed, {failed} failed, 0 skipped");
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// The runner, or why nothing can be counted here.
fn runner() -> Result<PathBuf, &'static str> {
    if !callgrind::is_there() {
        return Err("valgrind is not installed");
    }
    if !counts_are_comparable() {
        return Err("the budgets are those of x86-64 with AVX2");
    }
    env::var_os("REMIT_BENCH_CASE")
        .filter(|runner| !runner.is_empty())
        .map(PathBuf::from)
        .ok_or("REMIT_BENCH_CASE is not set: `make instructions` does that")
}

/// Valgrind shows a program the instruction set of the processor that it runs on, as far as it
/// knows it; what checks signatures chooses by that.
#[cfg(target_arch = "x86_64")]
fn counts_are_comparable() -> bool {
    std::arch::is_x86_feature_detected!("avx2")
}

#[cfg(not(target_arch = "x86_64"))]
fn counts_are_comparable() -> bool {
    false
}

/// Runner and cases go by short names in one folder: the lengths of paths move what is allocated
/// later, and the repository lies elsewhere on each machine.
fn count(runner: &Path, cases: Vec<Case>, folder: &Path) -> Result<Vec<Counted>> {
    fs::create_dir_all(folder)?;
    fs::copy(runner, folder.join(callgrind::RUNNER))
        .with_context(|| format!("copying {}", runner.display()))?;
    let mut counted = Vec::new();
    for case in cases {
        fs::write(folder.join(&case.name), case.write()?)?;
        let total = callgrind::count(folder, &case.name)?;
        counted.push(Counted {
            instructions: total / u64::from(case.runs),
            name: case.name,
        });
    }
    Ok(counted)
}
