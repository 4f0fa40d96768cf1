//! Documents that are fetched while the filter runs.

use serde::{Deserialize, Serialize};

/// A document that is fetched through a cluster of the gateway, once for the process.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// Where it is; of a status list also what tokens call it.
    pub url: String,
    /// The cluster that leads there, by its name in the gateway's configuration.
    pub cluster: String,
    /// Seconds between fetches, where the document does not say how long it holds.
    pub refresh: u32,
    /// Seconds after which what was fetched is stale. `None`: never (keys hold until they are
    /// replaced).
    pub stale_after: Option<u32>,
    /// What holds then.
    pub when_stale: WhenStale,
}

/// What a fetched document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SourceKind {
    /// A JWK Set (RFC 7517 section 5).
    Jwks,
    /// The bundle of a SPIFFE trust domain (SPIFFE Trust Domain and Bundle, section 4).
    SpiffeBundle,
    /// A Status List Token (draft-ietf-oauth-status-list-21 section 5.1).
    StatusList,
    /// What is denied before its time: `docs/standing.md`.
    DenyFeed,
}

/// What holds for tokens whose standing cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum WhenStale {
    /// They are refused (503).
    #[default]
    Deny,
    /// They are taken to stand.
    Ignore,
}

impl Source {
    /// Authority and path of the URL: what a request for it carries. `None` where it is not an
    /// absolute `http` or `https` URL.
    #[must_use]
    pub fn target(&self) -> Option<(&str, &str)> {
        let rest = self
            .url
            .strip_prefix("https://")
            .or_else(|| self.url.strip_prefix("http://"))?;
        let path = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(path)?;
        let path = if path.is_empty() { "/" } else { path };
        (!authority.is_empty()).then_some((authority, path))
    }
}
