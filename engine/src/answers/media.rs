//! What an answer's head says of its body.

/// How a body is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Media {
    /// JSON (RFC 8259), `application/json` or with the suffix `+json` (RFC 6839).
    Json,
    /// `text/event-stream` (WHATWG HTML section 9.2.5).
    Events,
    /// One of the two to some readers, and not to others: in another charset than UTF-8, or among
    /// several.
    Doubtful,
    /// Something else.
    Other,
}

impl Media {
    /// By the value of `content-type` (RFC 9110 section 8.3).
    pub(super) fn of(content_type: Option<&[u8]>) -> Self {
        let mut parts = content_type.unwrap_or_default().split(|byte| *byte == b';');
        let essence = parts.next().unwrap_or_default().trim_ascii();
        let is_clear = parts.all(is_utf8) && !essence.contains(&b',');
        let has_suffix = |suffix: &[u8]| {
            let start = essence.len().checked_sub(suffix.len());
            let end = start.and_then(|start| essence.get(start..));
            end.is_some_and(|end| end.eq_ignore_ascii_case(suffix))
        };
        let mentions = |name: &[u8]| {
            let mut windows = essence.windows(name.len());
            windows.any(|window| window.eq_ignore_ascii_case(name))
        };
        if is_clear && essence.eq_ignore_ascii_case(b"text/event-stream") {
            Self::Events
        } else if is_clear
            && (essence.eq_ignore_ascii_case(b"application/json") || has_suffix(b"+json"))
        {
            Self::Json
        } else if mentions(b"json") || mentions(b"event-stream") {
            Self::Doubtful
        } else {
            Self::Other
        }
    }
}

/// Whether a parameter leaves it at UTF-8.
fn is_utf8(parameter: &[u8]) -> bool {
    let mut sides = parameter.splitn(2, |byte| *byte == b'=');
    let name = sides.next().unwrap_or_default().trim_ascii();
    let value = sides.next().unwrap_or_default().trim_ascii();
    let value = value.strip_prefix(b"\"").unwrap_or(value);
    let value = value.strip_suffix(b"\"").unwrap_or(value);
    !name.eq_ignore_ascii_case(b"charset") || value.eq_ignore_ascii_case(b"utf-8")
}

/// Whether a body with this `content-encoding` is as it is (RFC 9110 section 8.4).
pub(super) fn is_plain(content_encoding: Option<&[u8]>) -> bool {
    let encoding = content_encoding.unwrap_or_default().trim_ascii();
    encoding.is_empty() || encoding.eq_ignore_ascii_case(b"identity")
}
