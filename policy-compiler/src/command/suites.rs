//! The files of tests that a command is about.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use remit_engine::plan::Plan;
use remit_policy_compiler::testing::{Suite, SuiteError, find_suites};

use super::report::{self, Format};

/// Reads those that are given, else those beside the policy. `None`, with the reasons on standard
/// error, if some have errors.
pub(super) fn load(
    policy: &Path,
    given: &[PathBuf],
    plan: &Plan,
    format: Format,
) -> anyhow::Result<Option<Vec<Suite>>> {
    if let Some(folder) = given.iter().find(|path| path.is_dir()) {
        bail!(
            "`{}` is a folder, and tests lie in files: the policy stands before `--tests`",
            folder.display()
        );
    }
    let paths = if given.is_empty() {
        find_suites(policy)
            .with_context(|| format!("cannot look for tests beside `{}`", policy.display()))?
    } else {
        given.to_vec()
    };
    let mut suites = Vec::new();
    let mut good = true;
    for path in &paths {
        match Suite::load(path, plan) {
            Ok(suite) => suites.push(suite),
            Err(SuiteError::Wrong {
                sources,
                diagnostics,
                ..
            }) => {
                report::print(&diagnostics, &sources, format, &mut anstream::stderr())?;
                good = false;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(good.then_some(suites))
}

/// Whether a file is one of tests, by its name.
pub(super) fn holds_tests(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.ends_with(".test.yaml") || name.ends_with(".test.yml")
}
