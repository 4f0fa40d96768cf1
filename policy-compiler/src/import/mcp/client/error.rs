//! Why a server's lists cannot be had.

use super::super::super::NotJson;
use super::super::Unreadable;

/// Why a server's lists cannot be had. Texts of the server in it may hold anything.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// No connection, or one that broke.
    #[error("no answer to {method}: {reason}")]
    Broken {
        /// What was asked.
        method: &'static str,
        /// What went wrong.
        reason: String,
    },
    /// It took too long.
    #[error("it took longer than {seconds} s")]
    TooSlow {
        /// How long it might have taken.
        seconds: u64,
    },
    /// The answer is too long, or all of them together are.
    #[error("the answer to {method} is too long")]
    TooLong {
        /// What was asked.
        method: &'static str,
    },
    /// The server wants to know who asks.
    #[error("the server answers {method} with {status}; give it what it asks for with `--header`")]
    Unauthorized {
        /// What was asked.
        method: &'static str,
        /// 401 or 403.
        status: u16,
    },
    /// Another status than one of success.
    #[error("the server answers {method} with status {status}")]
    Status {
        /// What was asked.
        method: &'static str,
        /// The status.
        status: u16,
    },
    /// Another media type than JSON or an event stream.
    #[error("the answer to {method} is neither JSON nor an event stream")]
    MediaType {
        /// What was asked.
        method: &'static str,
    },
    /// The answer is not JSON.
    #[error("the answer to {method} cannot be read: {source}")]
    NotJson {
        /// What was asked.
        method: &'static str,
        /// Why.
        #[source]
        source: NotJson,
    },
    /// There is no answer to the message in what the server sends.
    #[error("the server sends no answer to {method}")]
    NoAnswer {
        /// What was asked.
        method: &'static str,
    },
    /// The answer is an error.
    #[error("the server answers {method} with the error {code}: {message}")]
    ErrorAnswer {
        /// What was asked.
        method: &'static str,
        /// The error's code.
        code: i64,
        /// What the server says.
        message: String,
    },
    /// A revision of the protocol that is not spoken here.
    #[error("the server speaks revision `{said}` of MCP, which is not known here")]
    Revision {
        /// What the server says.
        said: String,
    },
    /// A list without end.
    #[error("{method} has more pages than are asked for, or the same again")]
    Pages {
        /// What was asked.
        method: &'static str,
    },
    /// A list is none.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

impl FetchError {
    /// Whether the server did answer, though not with a result.
    pub(super) fn is_answer(&self) -> bool {
        match self {
            Self::Status { .. }
            | Self::MediaType { .. }
            | Self::NotJson { .. }
            | Self::NoAnswer { .. }
            | Self::ErrorAnswer { .. } => true,
            Self::Broken { .. }
            | Self::TooSlow { .. }
            | Self::TooLong { .. }
            | Self::Unauthorized { .. }
            | Self::Revision { .. }
            | Self::Pages { .. }
            | Self::Unreadable(_) => false,
        }
    }
}
