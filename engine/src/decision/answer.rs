//! What a refused caller is told: status, `WWW-Authenticate` and a problem document.

use serde::Serialize;

use super::reason::{Challenge, Reason};

/// How long a caller should wait before it tries again, in seconds, where the gateway itself is
/// the cause.
const RETRY_AFTER: &str = "1";

/// An HTTP answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Status code.
    pub status: u16,
    /// Header fields, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// Body: a problem document (RFC 9457).
    pub body: String,
}

#[derive(Serialize)]
struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: &'static str,
}

impl Answer {
    /// The answer for a reason; `metadata` is where the resource's metadata is (RFC 9728).
    pub(crate) fn new(reason: Reason, metadata: Option<&str>) -> Self {
        let status = reason.status();
        let mut headers = vec![
            ("content-type", String::from("application/problem+json")),
            ("cache-control", String::from("no-store")),
        ];
        if let Some(challenge) = www_authenticate(reason, metadata) {
            headers.push(("www-authenticate", challenge));
        }
        if status == 503 {
            headers.push(("retry-after", String::from(RETRY_AFTER)));
        }
        let problem = Problem {
            kind: "about:blank",
            title: title(status),
            status,
            detail: reason.public_text(),
        };
        let body = serde_json::to_string(&problem).unwrap_or_default();
        Self {
            status,
            headers,
            body,
        }
    }
}

/// RFC 6750 section 3 and RFC 9728 section 5.1. The public texts hold no quote or backslash and
/// the compiler lets none into a metadata URL, so that quoting needs no escapes.
fn www_authenticate(reason: Reason, metadata: Option<&str>) -> Option<String> {
    let error = match reason.challenge() {
        Challenge::None => return None,
        Challenge::Credential => None,
        Challenge::InvalidToken => Some("invalid_token"),
        Challenge::InvalidRequest => Some("invalid_request"),
        Challenge::InsufficientScope => Some("insufficient_scope"),
    };
    let mut parameters = Vec::new();
    if let Some(error) = error {
        parameters.push(format!("error=\"{error}\""));
        parameters.push(format!("error_description=\"{}\"", reason.public_text()));
    }
    if let Some(metadata) = metadata {
        parameters.push(format!("resource_metadata=\"{metadata}\""));
    }
    if parameters.is_empty() {
        return Some(String::from("Bearer"));
    }
    Some(format!("Bearer {}", parameters.join(", ")))
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        _ => "Service Unavailable",
    }
}
