//! Approvals that a token carries.

use super::Action;
use crate::decision::Reason;
use crate::json::Json;
use crate::limits;
use crate::time::UnixTime;
use crate::token::numeric_date;

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Grant {
    /// The call.
    pub(crate) action: Action,
    /// `jti`: tells it from every other of its issuer.
    pub(crate) id: String,
    /// `exp`. Without one it lasts as long as tokens carry it.
    pub(crate) expires: Option<UnixTime>,
}

impl Grant {
    /// Reads a claim with approvals: a list of objects with `action`, `jti` and perhaps `exp`.
    ///
    /// # Errors
    /// [`Reason::ClaimMalformed`] for what is none, and for more than [`limits::APPROVALS`];
    /// [`Reason::ClaimNotEnforceable`] for a member that is not understood, which might narrow it.
    pub(crate) fn list(claim: &Json<'_>) -> Result<Vec<Self>, Reason> {
        match claim {
            Json::Array(grants) if grants.len() <= limits::APPROVALS => {
                grants.iter().map(Self::read).collect()
            }
            _ => Err(Reason::ClaimMalformed),
        }
    }

    fn read(grant: &Json<'_>) -> Result<Self, Reason> {
        let Json::Object(members) = grant else {
            return Err(Reason::ClaimMalformed);
        };
        let (mut action, mut id, mut expires) = (None, None, None);
        for (name, value) in members.members() {
            match (name, value) {
                ("action", Json::String(text)) => action = Action::parse(text),
                ("jti", Json::String(text)) => id = jti(text),
                ("exp", value) => {
                    expires = Some(numeric_date(value).ok_or(Reason::ClaimMalformed)?);
                }
                ("action" | "jti", _) => {}
                _ => return Err(Reason::ClaimNotEnforceable),
            }
        }
        match (action, id) {
            (Some(action), Some(id)) => Ok(Self {
                action,
                id,
                expires,
            }),
            _ => Err(Reason::ClaimMalformed),
        }
    }
}

/// A `jti` of an approval: records carry it.
pub(super) fn jti(text: &str) -> Option<String> {
    let is_bounded = (1..=limits::APPROVAL_ID_BYTES).contains(&text.len());
    let is_visible = text.bytes().all(|byte| byte.is_ascii_graphic());
    (is_bounded && is_visible).then(|| text.to_owned())
}

#[cfg(test)]
mod tests;
