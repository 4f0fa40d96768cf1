//! Finding and reading policy files.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::{FILE_BYTES, SourceFile};

/// Why there is nothing to compile.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file or folder cannot be read.
    #[error("cannot read `{}`", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        #[source]
        source: io::Error,
    },
    /// The file is not text.
    #[error("`{}` is not UTF-8 text", path.display())]
    NotText {
        /// Which.
        path: PathBuf,
    },
    /// A policy's files lie in one folder; what lies deeper would not be read.
    #[error("`{}` lies in a folder within the policy's, where it would not be read", path.display())]
    Nested {
        /// Which.
        path: PathBuf,
    },
    /// The folder holds no policy.
    #[error("`{}` holds no *.yaml or *.yml file", path.display())]
    Empty {
        /// Which.
        path: PathBuf,
    },
}

/// Reads what stands at `path`.
pub(super) fn load(path: &Path) -> Result<Vec<SourceFile>, LoadError> {
    let unreadable = |source| LoadError::Unreadable {
        path: path.to_owned(),
        source,
    };
    if !std::fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Ok(vec![read(path)?]);
    }
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(path).map_err(unreadable)? {
        let candidate = entry.map_err(unreadable)?.path();
        // Names as a user would write them, which is how CI finds them again.
        let candidate = candidate
            .strip_prefix("./")
            .map_or(candidate.clone(), Path::to_owned);
        if candidate.is_dir() {
            refuse_nested(&candidate)?;
        } else if is_policy(&candidate) {
            paths.push(candidate);
        }
    }
    // The order in which a folder is listed differs from machine to machine; the plan must not.
    paths.sort();
    if paths.is_empty() {
        return Err(LoadError::Empty {
            path: path.to_owned(),
        });
    }
    paths.iter().map(|one| read(one)).collect()
}

/// A folder whose name begins with a dot holds what a mounted volume's links point to.
fn refuse_nested(folder: &Path) -> Result<(), LoadError> {
    let is_hidden = folder
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with('.'));
    if is_hidden {
        return Ok(());
    }
    let unreadable = |source| LoadError::Unreadable {
        path: folder.to_owned(),
        source,
    };
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if is_policy(&path) {
            return Err(LoadError::Nested { path });
        }
    }
    Ok(())
}

/// By its name alone: one that cannot be read is an error, not no policy.
fn is_policy(path: &Path) -> bool {
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_ascii_lowercase();
    let policy = name.ends_with(".yaml") || name.ends_with(".yml");
    let test = name.ends_with(".test.yaml") || name.ends_with(".test.yml");
    policy && !test && !name.starts_with('.')
}

fn read(path: &Path) -> Result<SourceFile, LoadError> {
    let bytes = read_bounded(path).map_err(|source| LoadError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let text = String::from_utf8(bytes).map_err(|_| LoadError::NotText {
        path: path.to_owned(),
    })?;
    Ok(SourceFile::new(path.to_owned(), text))
}

/// Reads at most a byte more than is accepted, so that "too large" is seen and no more is held.
pub(super) fn read_bounded(path: &Path) -> io::Result<Vec<u8>> {
    // A pipe or device may never end.
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    File::open(path)?
        .take(FILE_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
