//! Counting under callgrind: the runner once for each case, collecting only inside the function
//! that runs it.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Output};

/// The function inside which is collected: `Prepared::run` of `remit-bench-cases`.
const COLLECTED: &str = "remit_bench_cases::prepared::Prepared::run";

/// The runner's name, in the folder of the cases.
pub const RUNNER: &str = "runner";

/// Why there is no count.
#[derive(Debug, thiserror::Error)]
pub enum CountFailed {
    /// Valgrind cannot be started.
    #[error("valgrind cannot be started: {0}")]
    Start(io::Error),
    /// It failed, or the case did.
    #[error("`{case}` failed under valgrind:\n{said}")]
    Run {
        /// The case.
        case: String,
        /// What was said.
        said: String,
    },
    /// Its profile cannot be read.
    #[error("the profile of `{case}` cannot be read: {error}")]
    Profile {
        /// The case.
        case: String,
        /// Why.
        error: io::Error,
    },
    /// Nothing was collected.
    #[error("of `{case}`, nothing was collected: `{COLLECTED}` is not there under that name")]
    Nothing {
        /// The case.
        case: String,
    },
}

/// Whether valgrind is installed.
#[must_use]
pub fn is_there() -> bool {
    let said = Command::new("valgrind").arg("--version").output();
    said.is_ok_and(|said| said.status.success())
}

/// Instructions that all runs of a case take together. Runner and case lie in the folder; the
/// profile stays there, for `callgrind_annotate`.
///
/// # Errors
/// [`CountFailed`].
pub fn count(folder: &Path, case: &str) -> Result<u64, CountFailed> {
    let profile = format!("{case}.callgrind");
    let Output { status, stderr, .. } = Command::new("valgrind")
        .current_dir(folder)
        .args(["--tool=callgrind", "--collect-atstart=no"])
        .arg(format!("--toggle-collect={COLLECTED}"))
        .arg(format!("--callgrind-out-file={profile}"))
        .args([&format!("./{RUNNER}"), "count", case])
        .output()
        .map_err(CountFailed::Start)?;
    let case = case.to_owned();
    if !status.success() {
        let said = String::from_utf8_lossy(&stderr).into_owned();
        return Err(CountFailed::Run { case, said });
    }
    match fs::read_to_string(folder.join(profile)) {
        Ok(profile) => total(&profile).ok_or(CountFailed::Nothing { case }),
        Err(error) => Err(CountFailed::Profile { case, error }),
    }
}

/// The total of a profile; `None` where nothing was collected.
#[must_use]
pub fn total(profile: &str) -> Option<u64> {
    let total = profile
        .lines()
        .find_map(|line| line.strip_prefix("totals: "))?;
    total.trim().parse().ok().filter(|&total| total > 0)
}
