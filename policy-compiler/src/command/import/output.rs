//! Where input comes from and pages go.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use remit_policy_compiler::import::INPUT_BYTES;

/// Where a page goes.
#[derive(Debug, Args)]
pub(super) struct Output {
    /// Write the page to a file; else it is printed.
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Write over a file that is there already.
    #[arg(long, requires = "output")]
    force: bool,
}

impl Output {
    /// Writes a page. What is there already may have been looked at and changed, so it is left alone.
    pub(super) fn write(&self, text: &str) -> anyhow::Result<()> {
        let Some(path) = &self.output else {
            return io::stdout()
                .write_all(text.as_bytes())
                .context("cannot write to standard output");
        };
        let mut options = OpenOptions::new();
        options.write(true);
        if self.force {
            options.create(true).truncate(true);
        } else {
            options.create_new(true);
        }
        let written = options
            .open(path)
            .and_then(|mut file| file.write_all(text.as_bytes()));
        match written {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => bail!(
                "`{}` is there already: name another file, or say `--force` to lose what is in it",
                path.display()
            ),
            written => written.with_context(|| format!("cannot write `{}`", path.display())),
        }
    }
}

/// Reads a file, or standard input where the name is `-`; at most a byte more than is accepted.
pub(super) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let most = INPUT_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin()
            .take(most)
            .read_to_end(&mut bytes)
            .context("cannot read standard input")?;
        return Ok(bytes);
    }
    let cannot = || format!("cannot read `{}`", path.display());
    // A folder, pipe or device is no answer.
    if !fs::metadata(path).with_context(cannot)?.is_file() {
        bail!("`{}` is not a file", path.display());
    }
    File::open(path)
        .with_context(cannot)?
        .take(most)
        .read_to_end(&mut bytes)
        .with_context(cannot)?;
    Ok(bytes)
}
