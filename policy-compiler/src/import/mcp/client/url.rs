//! Where a server is, and what it is told beside messages.

use std::net::IpAddr;

use hyper::Uri;
use hyper::header::{HeaderName, HeaderValue};

/// Why something is no URL of a server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// TLS is not spoken here.
    #[error(
        "only http is spoken here; ask the server by other means and import the file: \
         `curl -d '{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}}' … > tools.json`"
    )]
    Tls,
    /// It is no URL with a host.
    #[error("this is not a URL like `http://127.0.0.1:9401/mcp`")]
    NoUrl,
    /// It has a user or password in it.
    #[error("a URL has no user or password in it; use `--header`")]
    UserInfo,
}

/// Where a server is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerUrl {
    /// Host and port as a connection needs them.
    pub(super) address: (String, u16),
    /// Host and port as a request says them.
    pub(super) authority: String,
    /// Path and query.
    pub(super) target: String,
}

impl ServerUrl {
    /// Whether a text is meant as a URL, not as a file's name.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        let lower = text.to_ascii_lowercase();
        lower.starts_with("http://") || lower.starts_with("https://")
    }

    /// Reads a URL.
    ///
    /// # Errors
    /// [`BadUrl`].
    pub fn parse(text: &str) -> Result<Self, BadUrl> {
        let uri: Uri = text.parse().map_err(|_| BadUrl::NoUrl)?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => return Err(BadUrl::Tls),
            _ => return Err(BadUrl::NoUrl),
        }
        let authority = uri.authority().ok_or(BadUrl::NoUrl)?;
        if authority.as_str().contains('@') {
            return Err(BadUrl::UserInfo);
        }
        let host = authority.host();
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if bare.is_empty() {
            return Err(BadUrl::NoUrl);
        }
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        Ok(Self {
            address: (bare.to_owned(), authority.port_u16().unwrap_or(80)),
            authority: authority.as_str().to_owned(),
            target: target.to_owned(),
        })
    }

    /// The host, in lower case and without a port.
    #[must_use]
    pub fn host(&self) -> String {
        let (host, _) = &self.address;
        if host.contains(':') {
            return format!("[{}]", host.to_ascii_lowercase());
        }
        host.to_ascii_lowercase()
    }

    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or("/")
    }

    /// Whether what is sent there leaves the machine.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        let (host, _) = &self.address;
        host.eq_ignore_ascii_case("localhost")
            || host
                .parse()
                .is_ok_and(|address: IpAddr| address.is_loopback())
    }
}

/// A header that goes with every message. Its value is a secret: it is never shown.
#[derive(Debug, Clone)]
pub struct Header {
    pub(super) name: HeaderName,
    pub(super) value: HeaderValue,
}

/// A text is no header that may be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadHeader {
    /// No name with a value.
    #[error("a header is written like `Authorization: Bearer …`")]
    NoHeader,
    /// One that the connection or the protocol decides on.
    #[error("this header is not the caller's to set")]
    Reserved,
}

impl Header {
    /// Reads `Name: value`.
    ///
    /// # Errors
    /// [`BadHeader`], which does not say what was read.
    pub fn parse(text: &str) -> Result<Self, BadHeader> {
        const RESERVED: &[&str] = &[
            "host",
            "connection",
            "content-length",
            "content-type",
            "transfer-encoding",
            "accept",
            "upgrade",
        ];
        let (name, value) = text.split_once(':').ok_or(BadHeader::NoHeader)?;
        let name: HeaderName = name.trim().parse().map_err(|_| BadHeader::NoHeader)?;
        if RESERVED.contains(&name.as_str()) || name.as_str().starts_with("mcp-") {
            return Err(BadHeader::Reserved);
        }
        let mut value: HeaderValue = value.trim().parse().map_err(|_| BadHeader::NoHeader)?;
        value.set_sensitive(true);
        Ok(Self { name, value })
    }
}

#[cfg(test)]
mod tests;
