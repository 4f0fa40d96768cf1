//! What a refused caller is told: status, `WWW-Authenticate` and a problem document.

use super::hint::Hint;
use super::members::Members;
use super::reason::{Challenge, Reason};
use super::reply::Reply;
use crate::token::dpop;

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

impl Answer {
    /// A document that the filter serves itself.
    pub(crate) fn document(body: &str) -> Self {
        Self {
            status: 200,
            headers: vec![
                ("content-type", String::from("application/json")),
                ("cache-control", String::from("max-age=300")),
            ],
            body: body.to_owned(),
        }
    }

    /// The answer for a reason; `metadata` is where the resource's metadata is (RFC 9728).
    /// A message is answered by an error with its id.
    pub(crate) fn new(
        reason: Reason,
        metadata: Option<&str>,
        hint: Hint<'_>,
        reply: Option<&Reply>,
    ) -> Self {
        let status = reason.status();
        let ty = match reply {
            Some(_) => "application/json",
            None => "application/problem+json",
        };
        let mut headers = vec![
            ("content-type", String::from(ty)),
            ("cache-control", String::from("no-store")),
        ];
        if let Some(challenge) = www_authenticate(reason, metadata, hint) {
            headers.push(("www-authenticate", challenge));
        }
        if status == 503 {
            headers.push(("retry-after", String::from(RETRY_AFTER)));
        } else if let Some(seconds) = hint.retry_after() {
            headers.push(("retry-after", seconds.to_string()));
        }
        let body = match reply {
            Some(reply) => reply.body(reason, hint),
            None => problem(reason, hint),
        };
        Self {
            status,
            headers,
            body,
        }
    }
}

/// A problem document (RFC 9457).
fn problem(reason: Reason, hint: Hint<'_>) -> String {
    let status = reason.status();
    // Rarely more.
    let mut problem = String::with_capacity(512);
    let mut members = Members::begin(&mut problem);
    members.text("type", "about:blank");
    members.text("title", title(status));
    members.number("status", status.into());
    members.text("detail", reason.public_text());
    hint.describe(&mut members);
    members.end();
    problem
}

/// RFC 6750 section 3 and RFC 9728 section 5.1. The public texts hold no quote or backslash and
/// the compiler lets none into a metadata URL, so that quoting needs no escapes.
fn www_authenticate(reason: Reason, metadata: Option<&str>, hint: Hint<'_>) -> Option<String> {
    let (scheme, error) = match reason.challenge() {
        Challenge::None => return None,
        Challenge::Credential => ("Bearer", None),
        Challenge::InvalidToken => ("Bearer", Some("invalid_token")),
        Challenge::InvalidRequest => ("Bearer", Some("invalid_request")),
        Challenge::InsufficientScope => ("Bearer", Some("insufficient_scope")),
        Challenge::UserAuthentication => ("Bearer", Some("insufficient_user_authentication")),
        Challenge::Approval => ("Bearer", Some("approval_required")),
        Challenge::InvalidProof => ("DPoP", Some("invalid_dpop_proof")),
    };
    let mut challenge = Challenged::new(scheme);
    if let Some(error) = error {
        challenge.parameter("error", error);
        challenge.parameter("error_description", reason.public_text());
    }
    if reason.challenge() == Challenge::InvalidProof {
        challenge.parameter("algs", dpop::ALGORITHM_NAMES);
    }
    hint.write(&mut challenge);
    if let Some(metadata) = metadata {
        challenge.parameter("resource_metadata", metadata);
    }
    Some(challenge.0)
}

/// A challenge in the making (RFC 9110 section 11.6.1).
pub(super) struct Challenged(String);

impl Challenged {
    fn new(scheme: &str) -> Self {
        Self(scheme.to_owned())
    }

    pub(super) fn parameter(&mut self, name: &str, value: &str) {
        let separator = if self.0.contains(' ') { ", " } else { " " };
        for part in [separator, name, "=\"", value, "\""] {
            self.0.push_str(part);
        }
    }
}

fn title(status: u16) -> &'static str {
    match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        408 => "Request Timeout",
        413 => "Content Too Large",
        429 => "Too Many Requests",
        415 => "Unsupported Media Type",
        502 => "Bad Gateway",
        _ => "Service Unavailable",
    }
}
