//! Policy text, and places in it.
//!
//! Everything that a later message points at is a [`Span`]: a file and a range of bytes. The
//! sources also answer for the files that a policy names (`jwks: {file: …}`), so that the rest
//! of the compiler reads nothing by itself and gives the same result for the same sources.

mod load;

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use remit_engine::time::UnixTime;

pub use load::LoadError;

/// Longest policy file, and longest file that a policy names.
pub const FILE_BYTES: usize = 16 * 1024 * 1024;

/// A file among the [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A place: bytes `start..end` of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// The first byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
}

impl Span {
    /// From the start of one place to the end of another in the same file.
    #[must_use]
    pub fn to(self, end: Span) -> Span {
        Span {
            end: end.end.max(self.start),
            ..self
        }
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts a value at a place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// A position as editors count: line and column from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

/// One policy file.
#[derive(Debug, Clone)]
pub struct SourceFile {
    path: PathBuf,
    text: String,
    line_starts: Vec<usize>,
}

impl SourceFile {
    fn new(path: PathBuf, text: String) -> Self {
        // A byte order mark is no part of the policy; with it, every offset would be off by one.
        let text = match text.strip_prefix('\u{feff}') {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        let after_breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0)
            .chain(after_breaks.map(|(at, _)| at + 1))
            .collect();
        Self {
            path,
            text,
            line_starts,
        }
    }

    /// A text that stands in no file.
    pub(crate) fn held(text: &str) -> Self {
        Self::new(PathBuf::new(), text.to_owned())
    }

    /// Its path, as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line and column of a byte.
    #[must_use]
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self
            .line_starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(0);
        let before = self.text.get(start..offset).unwrap_or("");
        Position {
            line,
            column: before.chars().count() + 1,
        }
    }

    /// The bytes of the lines (from 1) `first..=last`, without the last line break.
    pub(crate) fn lines(&self, first: usize, last: usize) -> &str {
        let start = self.line_start(first);
        let end = self
            .line_starts
            .get(last)
            .map_or(self.text.len(), |next| next - 1);
        self.text.get(start..end.max(start)).unwrap_or("")
    }

    /// Where a line (from 1) begins.
    pub(crate) fn line_start(&self, line: usize) -> usize {
        self.line_starts
            .get(line.saturating_sub(1))
            .copied()
            .unwrap_or(self.text.len())
    }
}

/// Why a file that a policy names cannot be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AssetError {
    /// The path leads away from the policy's folder in a way that depends on the machine.
    #[error("the path is absolute")]
    Absolute,
    /// There is no such file, or it cannot be read.
    #[error("it cannot be read: {reason}")]
    Unreadable {
        /// What the system says.
        reason: std::io::ErrorKind,
    },
    /// Larger than [`FILE_BYTES`].
    #[error("it is larger than {FILE_BYTES} bytes")]
    TooLarge,
}

/// The text of a policy: one file, or all files of a folder.
#[derive(Debug, Clone)]
pub struct Sources {
    files: Vec<SourceFile>,
    assets: Assets,
    now: Option<UnixTime>,
}

#[derive(Debug, Clone)]
enum Assets {
    Disk,
    Memory(BTreeMap<PathBuf, Vec<u8>>),
}

impl Sources {
    /// Reads a policy file, or every `*.yaml` and `*.yml` of a folder except `*.test.yaml`.
    ///
    /// # Errors
    /// [`LoadError`], where there is nothing to compile.
    pub fn load(path: &Path) -> Result<Self, LoadError> {
        let files = load::load(path)?;
        Ok(Self {
            files,
            assets: Assets::Disk,
            now: None,
        })
    }

    /// A policy that is held in memory, with the files that it names.
    pub fn in_memory(
        files: impl IntoIterator<Item = (PathBuf, String)>,
        assets: BTreeMap<PathBuf, Vec<u8>>,
    ) -> Self {
        let files = files
            .into_iter()
            .map(|(path, text)| SourceFile::new(path, text))
            .collect();
        Self {
            files,
            assets: Assets::Memory(assets),
            now: None,
        }
    }

    /// The same, looked at at a time: what is warned of may depend on it, the plan never does.
    #[must_use]
    pub fn as_of(mut self, now: UnixTime) -> Self {
        self.now = Some(now);
        self
    }

    /// When it is, in seconds since 1970, if that was said.
    pub(crate) fn now(&self) -> Option<i64> {
        self.now.map(UnixTime::seconds)
    }

    /// The files with their ids, in order of their names.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// One file.
    #[must_use]
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// The text at a place.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file)
            .and_then(|file| file.text.get(span.start..span.end))
            .unwrap_or("")
    }

    /// Where a file that is named in a policy file lies.
    #[must_use]
    pub fn asset_path(&self, named_in: FileId, name: &str) -> PathBuf {
        let folder = self.file(named_in).and_then(|file| file.path.parent());
        folder.unwrap_or_else(|| Path::new("")).join(name)
    }

    /// A file that is named in a policy file, relative to it.
    ///
    /// # Errors
    /// [`AssetError`].
    pub fn asset(&self, named_in: FileId, name: &str) -> Result<Vec<u8>, AssetError> {
        let anchored = Path::new(name)
            .components()
            .any(|part| matches!(part, Component::RootDir | Component::Prefix(_)));
        if anchored {
            return Err(AssetError::Absolute);
        }
        let path = self.asset_path(named_in, name);
        let bytes = match &self.assets {
            Assets::Disk => load::read_bounded(&path),
            Assets::Memory(held) => held
                .get(&path)
                .cloned()
                .ok_or_else(|| std::io::ErrorKind::NotFound.into()),
        };
        let bytes = bytes.map_err(|error| AssetError::Unreadable {
            reason: error.kind(),
        })?;
        if bytes.len() > FILE_BYTES {
            Err(AssetError::TooLarge)
        } else {
            Ok(bytes)
        }
    }
}
