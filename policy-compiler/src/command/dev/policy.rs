//! The policy that is being worked on.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use remit_policy_compiler::source::Sources;
use remit_policy_compiler::{Compiled, compile};

use super::super::report::{self, Format};

/// What comes of reading the policy once.
pub(super) enum Outcome {
    /// It compiled; whatever is odd about it has been printed.
    Compiled(Box<Compiled>),
    /// It did not; why has been printed.
    Rejected,
}

/// A reading of the policy, and the folders in which a change would make another one due.
pub(super) struct Reading {
    pub(super) outcome: Outcome,
    pub(super) folders: BTreeSet<PathBuf>,
}

/// Compiles the policy, and prints what there is to say about it.
pub(super) fn read(path: &Path) -> Reading {
    let mut folders = BTreeSet::from([folder_of(path)]);
    let sources = match Sources::load(path) {
        Ok(sources) => sources,
        Err(error) => {
            anstream::eprintln!("error: {:#}", anyhow::Error::new(error));
            return Reading {
                outcome: Outcome::Rejected,
                folders,
            };
        }
    };
    let (diagnostics, assets, compiled) = match compile(&sources) {
        Ok(mut compiled) => {
            let warnings = std::mem::take(&mut compiled.warnings);
            (
                warnings,
                compiled.assets.clone(),
                Outcome::Compiled(Box::new(compiled)),
            )
        }
        Err(rejected) => (rejected.diagnostics, rejected.assets, Outcome::Rejected),
    };
    folders.extend(
        assets
            .iter()
            .map(|asset| folder_of(asset))
            .filter(|folder| folder.is_dir()),
    );
    // A terminal that is gone is no reason to stop deciding.
    let _ = report::print(
        &diagnostics,
        &sources,
        Format::Human,
        &mut anstream::stderr(),
    );
    Reading {
        outcome: compiled,
        folders,
    }
}

/// The folder itself, or the one that a file lies in.
fn folder_of(path: &Path) -> PathBuf {
    if path.is_dir() {
        return path.to_owned();
    }
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
