//! URLs: of what is fetched, and of where things are said to be.

use remit_engine::request::host;

use super::scalars::line;
use crate::diagnostic::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::Node;

pub(super) const URL_BYTES: usize = 512;

/// An absolute `https` or `http` URL without user, fragment or anything that could be read in two
/// ways.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Url {
    text: String,
    /// Where the authority begins, and where it ends.
    authority: (usize, usize),
}

impl Url {
    /// Takes a URL apart. `None` where it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let rest = text
            .strip_prefix("https://")
            .or_else(|| text.strip_prefix("http://"))?;
        let start = text.len() - rest.len();
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end)?;
        let well_formed = !path.contains('#') && !path.starts_with('?');
        (well_formed && host::check(authority.as_bytes()).is_ok()).then(|| Self {
            text: text.to_owned(),
            authority: (start, start + end),
        })
    }

    /// As it was written.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Scheme and authority.
    pub(crate) fn origin(&self) -> &str {
        self.text.get(..self.authority.1).unwrap_or_default()
    }

    /// Host, and port where there is one.
    pub(crate) fn authority(&self) -> &str {
        let (start, end) = self.authority;
        self.text.get(start..end).unwrap_or_default()
    }

    /// The host without a port.
    pub(crate) fn host(&self) -> &str {
        let authority = self.authority();
        match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => host,
            _ => authority,
        }
    }

    /// What stands behind the authority.
    pub(crate) fn path(&self) -> &str {
        self.text.get(self.authority.1..).unwrap_or_default()
    }

    /// Whether whoever is on the way can change what is fetched.
    pub(crate) fn is_plain(&self) -> bool {
        self.text.starts_with("http://") && !self.is_loopback()
    }

    /// Whether it leads to the machine itself.
    fn is_loopback(&self) -> bool {
        let host = self.host();
        let v4 = host.parse::<std::net::Ipv4Addr>();
        host == "localhost" || host == "[::1]" || v4.is_ok_and(|address| address.is_loopback())
    }
}

/// A URL.
pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> Option<Spanned<Url>> {
    let written = line(node, URL_BYTES, diagnostics)?;
    if let Some(url) = Url::parse(&written.value) {
        return Some(Spanned::new(url, written.span));
    }
    let near = ["HTTPS://", "HTTP://"]
        .iter()
        .any(|scheme| written.value.to_ascii_uppercase().starts_with(scheme))
        .then(|| {
            "scheme and host are in lower case, without a user, and no `#` follows".to_owned()
        });
    diagnostics.push(
        written
            .diagnostic(Code::BadUrl, format!("`{}` is not a URL", written.value))
            .help("write the whole of it: `https://sts.example/jwks.json`")
            .help_if(near),
    );
    None
}

/// Scheme and authority, and nothing behind them.
pub(super) fn origin(node: &Node, diagnostics: &mut Diagnostics) -> Option<Spanned<Url>> {
    let url = read(node, diagnostics)?;
    if url.value.path().is_empty() {
        return Some(url);
    }
    diagnostics.push(
        url.diagnostic(
            Code::BadUrl,
            format!("`{}` has a path behind its host", url.value.text()),
        )
        .help(format!("write `{}`", url.value.origin())),
    );
    None
}

#[cfg(test)]
mod tests;
