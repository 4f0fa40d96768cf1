//! What a filter module imports and exports, read from the module itself.
//!
//! Envoy's capability restriction is a list of both. A name that is missing there can mean that
//! a callback is silently skipped, so the list is never written by hand.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use wasmparser::{ExternalKind, Parser, Payload, TypeRef};

/// A filter module: where it is, and what it and Envoy call of each other.
#[derive(Debug, Clone)]
pub struct Module {
    path: PathBuf,
    capabilities: BTreeSet<String>,
}

/// Why a file is not a filter module.
#[derive(Debug, thiserror::Error)]
pub enum ModuleError {
    /// It cannot be read.
    #[error("the module `{path}` cannot be read: {cause}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: std::io::Error,
    },
    /// It is not WebAssembly.
    #[error("`{path}` is not a WebAssembly module: {cause}")]
    NotAModule {
        /// The file.
        path: PathBuf,
        /// Why.
        cause: wasmparser::BinaryReaderError,
    },
    /// It could let every request pass: Envoy skips a callback that is not there.
    #[error("the module `{path}` does not export `{missing}`: it is not the filter")]
    NotTheFilter {
        /// The file.
        path: PathBuf,
        /// The export.
        missing: &'static str,
    },
}

/// Without these Envoy loads a module and decides nothing.
const NEEDED: [&str; 3] = [
    "proxy_on_configure",
    "proxy_on_request_headers",
    "proxy_on_delete",
];

/// Without these it does so where a plan reads bodies: a body would not be decided on, a list not be
/// looked at.
const NEEDED_FOR_BODIES: [&str; 4] = [
    "proxy_on_request_body",
    "proxy_on_request_trailers",
    "proxy_on_response_headers",
    "proxy_on_response_body",
];

impl Module {
    /// Reads a module's imports and exports.
    ///
    /// # Errors
    /// [`ModuleError`].
    pub fn read(path: &Path) -> Result<Self, ModuleError> {
        let path = path.to_path_buf();
        let unreadable = |cause| ModuleError::Unreadable {
            path: path.clone(),
            cause,
        };
        // Envoy reads it from wherever it was started.
        let absolute = std::path::absolute(&path).map_err(unreadable)?;
        let bytes = std::fs::read(&path).map_err(unreadable)?;
        let capabilities = capabilities(&bytes).map_err(|cause| ModuleError::NotAModule {
            path: path.clone(),
            cause,
        })?;
        match NEEDED
            .into_iter()
            .find(|name| !capabilities.contains(*name))
        {
            Some(missing) => Err(ModuleError::NotTheFilter { path, missing }),
            None => Ok(Self {
                path: absolute,
                capabilities,
            }),
        }
    }

    /// The same module where it lies on another machine.
    #[must_use]
    pub fn at(self, path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            ..self
        }
    }

    /// Whether it can decide on bodies.
    #[must_use]
    pub fn reads_bodies(&self) -> bool {
        let exports = |name: &&str| self.capabilities.contains(*name);
        NEEDED_FOR_BODIES.iter().all(exports)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The functions that it imports and exports, in alphabetical order.
    pub fn capabilities(&self) -> impl Iterator<Item = &str> {
        self.capabilities.iter().map(String::as_str)
    }
}

fn capabilities(bytes: &[u8]) -> wasmparser::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    let import = import?;
                    if matches!(import.ty, TypeRef::Func(_)) {
                        names.insert(import.name.to_owned());
                    }
                }
            }
            Payload::ExportSection(exports) => {
                for export in exports {
                    let export = export?;
                    if export.kind == ExternalKind::Func {
                        names.insert(export.name.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests;
