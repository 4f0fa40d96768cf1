//! The mission that a token was issued under (section 7.1 of the draft).

use super::read::{object, text};
use crate::cel;
use crate::decision::Reason;
use crate::json::{Json, Object};
use crate::limits;
use crate::time::UnixTime;

/// What a token says of its mission. It is told on, and grants nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mission {
    /// `id`, at its issuer.
    pub id: String,
    /// `issuer`: who approved it, which need not be the token's issuer.
    pub issuer: String,
    /// `authority_hash`: over all that was approved, of which a token may carry a part. It is not
    /// computed again.
    pub authority_hash: Option<String>,
    /// `expires_at`: the second in which the mission ends.
    pub expires_at: Option<UnixTime>,
}

impl Mission {
    /// Reads the claim `mission`. Members that are not known are passed over: they never widen.
    ///
    /// # Errors
    /// [`Reason::ClaimMalformed`].
    pub fn parse(claim: &Json<'_>) -> Result<Self, Reason> {
        let mission = object(claim)?;
        let needed = |member| optional(mission, member)?.ok_or(Reason::ClaimMalformed);
        let end = mission.member("expires_at").map(|end| {
            let end = cel::timestamp(text(end)?).ok_or(Reason::ClaimMalformed)?;
            Ok(UnixTime::from_seconds(end.seconds))
        });
        Ok(Self {
            id: needed("id")?,
            issuer: needed("issuer")?,
            authority_hash: optional(mission, "authority_hash")?,
            expires_at: end.transpose()?,
        })
    }

    /// How much memory it takes at most, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let texts = [
            Some(&self.id),
            Some(&self.issuer),
            self.authority_hash.as_ref(),
        ];
        let texts = texts.into_iter().flatten();
        size_of::<Self>()
            + texts
                .map(|text| super::read::block(text.len()))
                .sum::<usize>()
    }
}

/// A name as records may carry it: visible, and bounded like an identity.
fn optional(mission: &Object<'_>, member: &str) -> Result<Option<String>, Reason> {
    let Some(value) = mission.member(member) else {
        return Ok(None);
    };
    let name = text(value)?;
    let visible = name.bytes().all(|byte| byte.is_ascii_graphic());
    if name.is_empty() || name.len() > limits::IDENTITY_BYTES || !visible {
        return Err(Reason::ClaimMalformed);
    }
    Ok(Some(name.to_owned()))
}

#[cfg(test)]
mod tests;
