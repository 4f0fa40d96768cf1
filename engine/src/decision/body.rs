//! A request's body as it is decided on, and what can be wrong with it before that.

use super::decide::Progress;
use super::reason::Reason;
use crate::json::Json;

/// A request's body.
#[derive(Debug)]
pub struct Body<'b> {
    /// What was read; or why it could not be.
    pub content: Result<&'b Json<'b>, Unread>,
    /// How far the request was decided before.
    pub progress: &'b Progress,
}

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    /// There is none: the request ended with its head.
    #[error("there is no body")]
    Absent,
    /// It is longer than it may be.
    #[error("the body is too long")]
    TooLarge,
    /// It is not strict JSON within bounds.
    #[error("the body is not strict JSON")]
    Malformed,
}

impl Unread {
    pub(super) fn reason(self) -> Reason {
        match self {
            Self::Absent | Self::Malformed => Reason::BodyMalformed,
            Self::TooLarge => Reason::BodyTooLarge,
        }
    }
}
