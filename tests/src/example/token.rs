//! The token of a request: how it is made, and whom it speaks for.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::ExampleError;

/// How a token is made.
#[derive(Debug, Clone)]
pub struct Token {
    /// The file with the private key.
    pub key: PathBuf,
    /// `typ` in its header.
    pub typ: String,
    /// `exp - iat`.
    pub lifetime_seconds: i64,
    /// How long before it is sent it was issued.
    pub issued_seconds_ago: i64,
    /// The claims beside `iat`, `exp` and `jti`.
    pub claims: Map<String, Value>,
}

/// What an upstream is told about the caller: identity headers without `x-remit-`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Identity(pub(super) BTreeMap<String, String>);

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(headers) = self;
        if headers.is_empty() {
            return f.write_str("without identity");
        }
        for (position, (name, value)) in headers.iter().enumerate() {
            let comma = if position == 0 { "" } else { ", " };
            write!(f, "{comma}{name} `{value}`")?;
        }
        Ok(())
    }
}
