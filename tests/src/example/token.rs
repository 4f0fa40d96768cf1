//! The token of a request: how it is made, and whom it speaks for.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::PathBuf;

use remit_policy_compiler::signing_key::KeyPair;
use serde::Deserialize;
use serde_json::{Map, Value, json};

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

impl Token {
    /// Signs it. `now` is in seconds; no other token of the example has the same `id`.
    ///
    /// # Errors
    /// [`ExampleError`] if the key cannot be read or used.
    pub(super) fn mint(&self, now: i64, id: &str) -> Result<String, ExampleError> {
        let Self {
            key,
            typ,
            lifetime_seconds,
            issued_seconds_ago,
            claims,
        } = self;
        let text = fs::read_to_string(key).map_err(|source| ExampleError::Read {
            path: key.clone(),
            source,
        })?;
        let issued = now - issued_seconds_ago;
        let mut all = claims.clone();
        for (name, value) in [
            ("iat", json!(issued)),
            ("exp", json!(issued + lifetime_seconds)),
            ("jti", json!(id)),
        ] {
            all.insert(name.to_owned(), value);
        }
        let token = KeyPair::from_jwk(&text).and_then(|pair| pair.sign(all, typ));
        token.map_err(|source| ExampleError::Key {
            path: key.clone(),
            source,
        })
    }
}

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
