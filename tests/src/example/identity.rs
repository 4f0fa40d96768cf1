//! What an upstream is told.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Who is calling: identity headers without `x-remit-`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity(pub(super) BTreeMap<String, String>);

/// What an upstream is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Who is calling.
    pub identity: Identity,
    /// Names of sent header fields that it does not get, in lower case; the credential's aside.
    pub stripped: BTreeSet<String>,
    /// Whether it gets the credential.
    pub credential: Credential,
}

/// What an upstream gets of the credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Credential {
    /// All of it.
    Passed,
    /// None of it, or there is none.
    Withheld,
}

impl Identity {
    /// From headers that an upstream got. Names are compared the way that a careless upstream
    /// reads them: without regard to case, `_` as `-`. A header that is there twice is no
    /// identity that anyone expects.
    pub(super) fn from_headers<'h>(headers: impl Iterator<Item = (&'h str, &'h str)>) -> Self {
        let mut identity: BTreeMap<String, String> = BTreeMap::new();
        for (name, value) in headers {
            let name = name.to_ascii_lowercase().replace('_', "-");
            let Some(name) = name.strip_prefix("x-remit-") else {
                continue;
            };
            identity
                .entry(name.to_owned())
                .and_modify(|before| {
                    before.push_str(", ");
                    before.push_str(value);
                })
                .or_insert_with(|| value.to_owned());
        }
        Self(identity)
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
