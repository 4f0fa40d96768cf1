//! The request for a document, and what its answer must be.

use remit_engine::host::Unavailable;
use remit_engine::plan::{Source, SourceKind};
use remit_engine::sources::{SourceError, max_bytes};

use super::head::TIMEOUT;
use crate::gateway::{CallFailed, CallId, Gateway, HttpCall};
use crate::pairs;

/// Why a document was not fetched. The one that was there before stays in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum FetchError {
    /// The gateway does not carry the request, or its answer.
    #[error(transparent)]
    Gateway(#[from] CallFailed),
    /// Shared data cannot be had.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The plan says no absolute URL.
    #[error("its URL cannot be asked for")]
    NoTarget,
    /// Nothing but 200 is an answer: where a redirect leads, the policy does not say.
    #[error("the answer was {0}")]
    Status(u32),
    /// The answer has no status.
    #[error("the answer cannot be read")]
    Unreadable,
    /// There is more of it than is read.
    #[error("the document has {0} bytes, which is too many")]
    TooLarge(usize),
    /// It is not what it should be.
    #[error(transparent)]
    Refused(#[from] SourceError),
}

/// An answer that may be a document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) body: Vec<u8>,
    /// Seconds for which it says that it holds (RFC 9111 section 5.2.2.1).
    pub(super) max_age: Option<u32>,
}

/// Asks for a document.
pub(super) fn ask(gateway: &impl Gateway, source: &Source) -> Result<CallId, FetchError> {
    let (authority, path) = source.target().ok_or(FetchError::NoTarget)?;
    let scheme = if source.url.starts_with("https:") {
        "https"
    } else {
        "http"
    };
    let accept = match source.kind {
        SourceKind::Jwks | SourceKind::SpiffeBundle => "application/json",
        SourceKind::StatusList => "application/statuslist+jwt",
        SourceKind::DenyFeed => "*/*",
    };
    let headers = [
        (":method", "GET"),
        (":scheme", scheme),
        (":authority", authority),
        (":path", path),
        ("accept", accept),
        ("user-agent", "remit"),
    ];
    Ok(gateway.call(&HttpCall {
        cluster: &source.cluster,
        headers: &headers,
        timeout_millis: TIMEOUT,
    })?)
}

/// Reads the answer that the gateway is at. What is too large is not copied.
pub(super) fn read(
    gateway: &impl Gateway,
    kind: SourceKind,
    body_size: usize,
) -> Result<Answer, FetchError> {
    let buffer = gateway.called_head()?;
    let fields = pairs::read(&buffer).map_err(|_| FetchError::Unreadable)?;
    let value = |name: &[u8]| {
        let field = fields
            .iter()
            .find(|(one, _)| one.eq_ignore_ascii_case(name));
        field.map(|&(_, value)| value)
    };
    let status = value(b":status").and_then(number);
    match status.ok_or(FetchError::Unreadable)? {
        200 => {}
        status => return Err(FetchError::Status(status)),
    }
    if body_size > max_bytes(kind) {
        return Err(FetchError::TooLarge(body_size));
    }
    let body = gateway.called_body(body_size)?;
    if body.len() != body_size {
        return Err(FetchError::Unreadable);
    }
    Ok(Answer {
        body,
        max_age: value(b"cache-control").and_then(max_age),
    })
}

fn max_age(cache_control: &[u8]) -> Option<u32> {
    const NAME: &[u8] = b"max-age=";
    let mut directives = cache_control.split(|byte| *byte == b',');
    directives.find_map(|directive| {
        let (name, seconds) = directive.trim_ascii().split_at_checked(NAME.len())?;
        let is_it = name.eq_ignore_ascii_case(NAME);
        is_it.then(|| number(seconds))?
    })
}

/// Digits and nothing else.
fn number(digits: &[u8]) -> Option<u32> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests;
