//! Examples as they are run: requests, how their tokens are made, and what must come of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use remit_engine::decision::{Outcome, Reason};
use serde::Deserialize;

use super::document::Document;
use super::{ExampleError, Identity, Token};
use crate::places;

/// A folder with a policy and requests.
#[derive(Debug, Clone)]
pub struct Example {
    folder: PathBuf,
    requests: Vec<Request>,
}

/// What is sent, and what must come of it.
#[derive(Debug, Clone)]
pub struct Request {
    /// What it shows; no other request of the example has this name.
    pub name: String,
    /// The method.
    pub method: String,
    /// The host.
    pub host: String,
    /// Path and query.
    pub target: String,
    /// Header fields beside `Host`, names as they are sent.
    pub headers: Vec<(String, String)>,
    /// How its token is made.
    pub token: Option<Token>,
    /// What must come of it.
    pub expected: Expected,
}

/// What must come of a request. What is `None` or empty must be absent.
#[derive(Debug, Clone)]
pub struct Expected {
    /// Status of the answer.
    pub status: u16,
    /// The decision.
    pub decision: Outcome,
    /// Its reason.
    pub reason: Reason,
    /// The rule that the record names.
    pub rule: Option<String>,
    /// The rules that only report.
    pub observed: Vec<String>,
    /// `WWW-Authenticate`.
    pub challenge: Option<Challenge>,
    /// What the upstream is told, if the request reaches it.
    pub upstream: Option<Told>,
}

/// What an upstream is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Who is calling.
    pub identity: Identity,
    /// Names of sent header fields that it does not get, in lower case.
    pub stripped: BTreeSet<String>,
}

/// What `WWW-Authenticate` must say, and must not.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// Parts of it.
    pub contains: Vec<String>,
    /// What is no part of it.
    #[serde(default)]
    pub lacks: Vec<String>,
}

/// The folders in `examples/`, by name. Each is to be an example.
///
/// # Errors
/// [`ExampleError`] if they cannot be listed.
pub fn folders() -> Result<Vec<PathBuf>, ExampleError> {
    let all = places::workspace().join("examples");
    let unreadable = |source| ExampleError::Read {
        path: all.clone(),
        source,
    };
    let mut folders = vec![];
    for entry in fs::read_dir(&all).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

impl Example {
    /// The file that makes a folder an example. By its name the compiler, which takes every other
    /// YAML file of the folder for a part of the policy, leaves it alone.
    pub const FILE: &'static str = "requests.test.yaml";

    /// Reads the requests of a folder.
    ///
    /// # Errors
    /// [`ExampleError`]: there are none, or they are not in order.
    pub fn load(folder: &Path) -> Result<Self, ExampleError> {
        let path = folder.join(Self::FILE);
        let text = fs::read_to_string(&path).map_err(|source| ExampleError::Read {
            path: path.clone(),
            source,
        })?;
        let document: Document =
            serde_saphyr::from_str(&text).map_err(|source| ExampleError::Format {
                path: path.clone(),
                source: Box::new(source),
            })?;
        let requests = document.resolve(folder)?;
        if requests.is_empty() {
            return Err(ExampleError::NoRequests { path });
        }
        Ok(Self {
            folder: folder.to_owned(),
            requests,
        })
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The requests, in the order of the file.
    #[must_use]
    pub fn requests(&self) -> &[Request] {
        &self.requests
    }
}
