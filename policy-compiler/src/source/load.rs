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
        if is_policy(&candidate) {
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

fn is_policy(path: &Path) -> bool {
    let name = path
        .file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("");
    let policy = name.ends_with(".yaml") || name.ends_with(".yml");
    let test = name.ends_with(".test.yaml") || name.ends_with(".test.yml");
    policy && !test && !name.starts_with('.') && path.is_file()
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
    let mut bytes = Vec::new();
    File::open(path)?
        .take(FILE_BYTES as u64 + 1)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}
