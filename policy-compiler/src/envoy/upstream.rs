//! Where the clusters of a policy are.
//!
//! A policy names clusters and says nothing of addresses: those belong to the gateway. A
//! configuration that we write needs them nevertheless.

use std::collections::BTreeMap;
use std::str::FromStr;

/// A host and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// An address, or a name to be resolved.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// Why text is not an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// TLS to upstreams is not written by us.
    #[error(
        "`{0}` begins with https: the configuration that is written speaks plain HTTP to upstreams, which is for one machine; add TLS to the cluster yourself"
    )]
    Tls(String),
    /// Not `host:port`.
    #[error("`{0}` is not an address of the form `host:port` or `http://host:port`")]
    Malformed(String),
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.starts_with("https://") {
            return Err(EndpointError::Tls(text.into()));
        }
        let malformed = || EndpointError::Malformed(text.into());
        let bare = text.strip_prefix("http://").unwrap_or(text);
        let bare = bare.strip_suffix('/').unwrap_or(bare);
        let (host, port) = bare.rsplit_once(':').ok_or_else(malformed)?;
        let host = host
            .strip_prefix('[')
            .and_then(|h| h.strip_suffix(']'))
            .unwrap_or(host);
        let known = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '_');
        if host.is_empty() || !host.chars().all(known) {
            return Err(malformed());
        }
        let port = port.parse().map_err(|_| malformed())?;
        Ok(Self {
            host: host.into(),
            port,
        })
    }
}

/// An endpoint for each cluster.
#[derive(Debug, Clone)]
pub struct Upstreams {
    default: Endpoint,
    named: BTreeMap<String, Endpoint>,
}

impl Upstreams {
    /// All clusters there.
    #[must_use]
    pub fn all_at(default: Endpoint) -> Self {
        Self {
            default,
            named: BTreeMap::new(),
        }
    }

    /// One cluster elsewhere.
    #[must_use]
    pub fn with(mut self, cluster: &str, endpoint: Endpoint) -> Self {
        self.named.insert(cluster.into(), endpoint);
        self
    }

    /// Where a cluster is, if it was named.
    pub(super) fn named(&self, cluster: &str) -> Option<&Endpoint> {
        self.named.get(cluster)
    }

    /// Where a cluster is.
    #[must_use]
    pub fn of(&self, cluster: &str) -> &Endpoint {
        self.named.get(cluster).unwrap_or(&self.default)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endpoints_are_read() {
        for (text, host, port) in [
            ("127.0.0.1:9000", "127.0.0.1", 9000),
            ("http://127.0.0.1:9000", "127.0.0.1", 9000),
            ("http://orders.internal:80/", "orders.internal", 80),
            ("[::1]:9000", "::1", 9000),
        ] {
            assert_eq!(
                text.parse(),
                Ok(Endpoint {
                    host: host.into(),
                    port
                }),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_endpoint_is_refused() {
        for text in [
            "",
            "localhost",
            ":80",
            "a:b",
            "a:70000",
            "http://a:1/path",
            "a b:80",
        ] {
            let refused: Result<Endpoint, _> = text.parse();
            assert_eq!(
                refused,
                Err(EndpointError::Malformed(text.into())),
                "{text}"
            );
        }
        let refused: Result<Endpoint, _> = "https://a:1".parse();
        assert_eq!(refused, Err(EndpointError::Tls("https://a:1".into())));
    }
}
