//! Files of policy tests: where they lie, and what is in them.

use std::io;
use std::path::{Path, PathBuf};

use remit_engine::plan::Plan;

use super::{Case, document};
use crate::diagnostic::Diagnostic;
use crate::source::{LoadError, Position, Sources};

/// The tests of one file.
#[derive(Debug)]
pub struct Suite {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub sources: Sources,
    /// Its tests, in the order of the text.
    pub cases: Vec<Case>,
}

/// Why there are no tests.
#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    /// The file cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// It says what no test can.
    #[error("`{}` has errors", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Its text.
        sources: Box<Sources>,
        /// What is wrong with it.
        diagnostics: Vec<Diagnostic>,
    },
}

impl Suite {
    /// Reads the tests of a policy that compiled to this plan.
    ///
    /// # Errors
    /// [`SuiteError`].
    pub fn load(path: &Path, plan: &Plan) -> Result<Self, SuiteError> {
        let sources = Sources::load(path)?;
        match document::read(&sources, plan) {
            Ok(cases) => Ok(Self {
                path: path.to_owned(),
                sources,
                cases,
            }),
            Err(diagnostics) => Err(SuiteError::Wrong {
                path: path.to_owned(),
                sources: Box::new(sources),
                diagnostics,
            }),
        }
    }

    /// Where a test stands.
    #[must_use]
    pub fn position(&self, case: &Case) -> Position {
        let file = self.sources.file(case.span.file);
        file.map_or(Position { line: 1, column: 1 }, |file| {
            file.position(case.span.start)
        })
    }
}

/// The files of tests that belong to a policy, by name. Of a folder, every `*.test.yaml` in it. Of
/// a file `desk.yaml`, `desk.test.yaml` and `desk.*.test.yaml` if there are any, else what its
/// folder has.
///
/// # Errors
/// What the system says if the folder cannot be listed.
pub fn find_suites(policy: &Path) -> io::Result<Vec<PathBuf>> {
    if policy.is_dir() {
        return tests_in(policy);
    }
    let folder = match policy.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let all = tests_in(folder)?;
    let stem = policy.file_stem().unwrap_or_default().to_string_lossy();
    let own: Vec<PathBuf> = all
        .iter()
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let rest = name.strip_prefix(&*stem);
            rest.is_some_and(|rest| rest.starts_with('.'))
        })
        .cloned()
        .collect();
    Ok(if own.is_empty() { all } else { own })
}

fn tests_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_test = name.ends_with(".test.yaml") || name.ends_with(".test.yml");
        if is_test && !name.starts_with('.') {
            // Names as a user would write them.
            paths.push(path.strip_prefix("./").map_or(path.clone(), Path::to_owned));
        }
    }
    paths.sort();
    Ok(paths)
}
