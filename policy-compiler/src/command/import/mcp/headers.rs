//! Headers that a server is sent: from the command line, a file or the environment.

use std::path::PathBuf;

use anyhow::{Context as _, anyhow};
use clap::Args;
use remit_policy_compiler::import::mcp::client::Header;

use super::output;

/// Other users of a machine see command lines, and not environments and files.
const VARIABLE: &str = "REMIT_IMPORT_HEADER";

/// Headers that a server is sent.
#[derive(Debug, Args)]
pub(super) struct Headers {
    /// Send a header, `Authorization: Bearer …`; the environment's `REMIT_IMPORT_HEADER` is one too.
    #[arg(long, value_name = "HEADER")]
    header: Vec<String>,
    /// Send the headers that stand in a file, one a line.
    #[arg(long, value_name = "FILE")]
    header_file: Option<PathBuf>,
}

impl Headers {
    /// Whether the command line has any.
    pub(super) fn any(&self) -> bool {
        !self.header.is_empty() || self.header_file.is_some()
    }

    /// All of them. Errors say where a header stands, never what it says.
    pub(super) fn read(&self) -> anyhow::Result<Vec<Header>> {
        let mut headers = Vec::new();
        let mut add = |text: &str, place: &str| -> anyhow::Result<()> {
            headers.push(Header::parse(text).map_err(|error| anyhow!("{place}: {error}"))?);
            Ok(())
        };
        for text in &self.header {
            add(text, "`--header`")?;
        }
        if let Some(path) = &self.header_file {
            let place = format!("`{}`", path.display());
            let text = String::from_utf8(output::read(path)?)
                .ok()
                .with_context(|| format!("{place} is not UTF-8 text"))?;
            for line in text.lines().filter(|line| !line.trim().is_empty()) {
                add(line, &place)?;
            }
        }
        if let Ok(text) = std::env::var(VARIABLE) {
            add(&text, VARIABLE)?;
        }
        Ok(headers)
    }
}
