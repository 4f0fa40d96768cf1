//! What an example's issuers publish: the files in `served/<cluster>/`, each at its path.
//!
//! A document of JSON may say `"<now>"` or `"<now+60>"` for a time. A file `….signed.json` is made a
//! token of: `{key, type, claims}`, served at its path without that ending.

use std::fs;
use std::path::{Path, PathBuf};

use remit_policy_compiler::signing_key::KeyPair;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::ExampleError;

/// A document that is fetched through a cluster.
#[derive(Debug, Clone)]
pub(super) struct Served {
    pub(super) cluster: String,
    pub(super) path: String,
    pub(super) body: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    /// Relative to the example.
    key: PathBuf,
    #[serde(rename = "type")]
    typ: String,
    claims: Map<String, Value>,
}

/// Ends the name of a file that is signed.
const SIGNED: &str = ".signed.json";

/// All of an example, as of a time.
pub(super) fn documents(example: &Path, now: i64) -> Result<Vec<Served>, ExampleError> {
    let folder = example.join("served");
    let mut documents = vec![];
    if folder.is_dir() {
        for cluster in list(&folder)? {
            let name = cluster.file_name().unwrap_or_default().to_string_lossy();
            for file in files_below(&cluster)? {
                let path = file.strip_prefix(&cluster).unwrap_or(&file).display();
                let path = format!("/{path}");
                documents.push(Served {
                    cluster: name.clone().into_owned(),
                    path: path.strip_suffix(SIGNED).unwrap_or(&path).to_owned(),
                    body: body(&file, example, now)?,
                });
            }
        }
    }
    Ok(documents)
}

fn body(file: &Path, example: &Path, now: i64) -> Result<String, ExampleError> {
    let wrong = |why: &dyn std::fmt::Display| ExampleError::Served {
        path: file.to_owned(),
        why: why.to_string(),
    };
    let mut document: Value = serde_json::from_str(&read(file)?).map_err(|error| wrong(&error))?;
    with_times(&mut document, now);
    if !file.to_string_lossy().ends_with(SIGNED) {
        return Ok(document.to_string());
    }
    let Signed { key, typ, claims } =
        serde_json::from_value(document).map_err(|error| wrong(&error))?;
    let key = read(&example.join(key))?;
    let signed = KeyPair::from_jwk(&key).and_then(|pair| pair.sign(claims, &typ));
    signed.map_err(|error| wrong(&error))
}

fn with_times(document: &mut Value, now: i64) {
    match document {
        Value::String(text) => {
            let time = text
                .strip_prefix("<now")
                .and_then(|rest| rest.strip_suffix('>'));
            let seconds = time.and_then(|after| match after {
                "" => Some(0),
                after => after.parse::<i64>().ok(),
            });
            if let Some(seconds) = seconds {
                *document = Value::from(now + seconds);
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(|one| with_times(one, now)),
        Value::Object(members) => members.values_mut().for_each(|one| with_times(one, now)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, ExampleError> {
    let mut files = vec![];
    for path in list(folder)? {
        match path.is_dir() {
            true => files.extend(files_below(&path)?),
            false => files.push(path),
        }
    }
    Ok(files)
}

fn list(folder: &Path) -> Result<Vec<PathBuf>, ExampleError> {
    let unreadable = |source| ExampleError::Read {
        path: folder.to_owned(),
        source,
    };
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths: Vec<PathBuf> = paths.collect::<Result<_, _>>().map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<String, ExampleError> {
    fs::read_to_string(path).map_err(|source| ExampleError::Read {
        path: path.to_owned(),
        source,
    })
}

#[cfg(test)]
mod tests;
