//! What a refused caller is told beyond the reason, so that it can come back with what is wanted.

use super::answer::Challenged;
use super::members::Members;
use crate::approval::Action;

/// Parameters of a challenge, and members of a problem document. All of it comes from the policy, but
/// the digest of the call that an approval has to name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Hint<'e> {
    /// Nothing.
    #[default]
    None,
    /// The smallest scope that would do (RFC 6750 section 3).
    Scope(&'e [String]),
    /// How old a token may be, in seconds.
    TokenAge(u32),
    /// How old and of what kind an authentication may be (RFC 9470 section 3).
    Authentication {
        /// Seconds.
        max_age: Option<u32>,
        /// Values of `acr`, best first.
        acr: &'e [String],
    },
    /// Which limit leaves no room, and in how many seconds it does.
    Limit {
        /// The limit's id.
        id: &'e str,
        /// `None`: never.
        seconds: Option<u32>,
    },
    /// What the token's `authorization_details` lack (draft-mcguinness-oauth-mission-00).
    Mission(&'static str),
    /// The call that an approval has to name.
    Approval(Action),
}

impl Hint<'_> {
    /// Writes the parameters.
    pub(super) fn write(self, challenge: &mut Challenged) {
        let mut parameter = |name: &str, value: &str| challenge.parameter(name, value);
        match self {
            Self::None | Self::Limit { .. } => {}
            Self::Scope(scopes) => parameter("scope", &scopes.join(" ")),
            Self::TokenAge(seconds) => parameter("max_token_age", &seconds.to_string()),
            Self::Authentication { max_age, acr } => {
                if let Some(seconds) = max_age {
                    parameter("max_age", &seconds.to_string());
                }
                if !acr.is_empty() {
                    parameter("acr_values", &acr.join(" "));
                }
            }
            Self::Mission(denial) => parameter("mission_denial", denial),
            Self::Approval(action) => parameter("action", &action.to_text()),
        }
    }

    /// What programs can tell it by, where there is more to say than the status does.
    pub(super) fn error(self) -> Option<&'static str> {
        match self {
            Self::Approval(_) => Some("approval_required"),
            Self::Limit { .. } => Some("limit_reached"),
            _ => None,
        }
    }

    /// Writes the members.
    pub(super) fn describe(self, members: &mut Members<'_>) {
        match self {
            Self::Approval(action) => members.text("action", &action.to_text()),
            Self::Limit { id, seconds } => {
                members.text("limit", id);
                if let Some(seconds) = seconds {
                    members.number("retry_after", seconds.into());
                }
            }
            _ => {}
        }
    }

    /// In how many seconds it is worth another attempt.
    pub(super) fn retry_after(self) -> Option<u32> {
        match self {
            Self::Limit { seconds, .. } => seconds,
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
