//! What a token itself permits: `authorization_details` (RFC 9396), and the mission behind it
//! (draft-mcguinness-oauth-mission-00).
//!
//! A token that has them permits only what at least one entry permits, whatever the policy allows;
//! it never permits more. In one entry everything must hold at once. What an entry says and is not
//! understood, or could only be enforced by whoever asks people or knows where in a body it stands,
//! could narrow it: such an entry gives nothing.

mod action;
mod amount;
mod constraint;
mod entry;
mod mission;
mod read;
mod recipient;
mod told;
mod uri;

pub use amount::Money;
pub use mission::Mission;
pub use told::Told;

use crate::decision::Reason;
use crate::json::Json;
use crate::limits;
use crate::plan::Datum;
use crate::time::UnixTime;
use entry::Entry;
use uri::Uri;

/// The entries of a token that can permit anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    entries: Vec<Entry>,
}

/// One request, as entries see it.
#[derive(Debug, Clone, Copy)]
pub struct Call<'c> {
    /// The audience of the operation's resource: a URI, if entries are to name it.
    pub audience: &'c str,
    /// The request's own URI without query, `https://host/path`, with the bytes that were sent.
    pub url: &'c str,
    /// The operation's name, `refund`.
    pub action: &'c str,
    /// Its name with its resource's, `orders.refund`.
    pub qualified: &'c str,
    /// What `allowed_tools` calls it: an MCP tool as its server does, else the operation's name.
    pub tool: &'c str,
    /// The tenant that the request is about.
    pub tenant: Option<&'c str>,
    /// How the operation's data is classified.
    pub classification: Option<&'c str>,
    /// When it is decided.
    pub now: UnixTime,
    /// How many actors the token's `act` chain has beyond the agent that the authority was given
    /// to; 0 for that agent itself (section 10.1 of the draft).
    pub delegation_depth: u32,
    /// How much money it moves.
    pub amount: Told<Money<'c>>,
    /// Who gets something: an e-mail address or a host, or a list of them.
    pub recipient: Told<&'c Datum>,
}

/// How far an entry permits a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grant {
    /// If its content, which is still to come, keeps to what the entry says.
    ByContent,
    /// As it is.
    Whole,
}

/// Why no entry permits a call: the values of `mission_denial` (section 7.2 of the draft).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// No entry covers it.
    #[error("insufficient_authority")]
    InsufficientAuthority,
    /// An entry covers it, but the token has to be fresher, or bound. Entries never lead here; it
    /// is for whoever checks that.
    #[error("step_up_required")]
    StepUpRequired,
    /// An entry would cover it, and says something that is not understood or not enforced here.
    #[error("constraint_unrecognized")]
    ConstraintUnrecognized,
}

impl Denial {
    /// Its name in `WWW-Authenticate`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::InsufficientAuthority => "insufficient_authority",
            Self::StepUpRequired => "step_up_required",
            Self::ConstraintUnrecognized => "constraint_unrecognized",
        }
    }
}

impl Authority {
    /// Reads the claim `authorization_details`. `types` are those that the policy declares beside
    /// `mission_resource_access`; entries of others give nothing.
    ///
    /// # Errors
    /// [`Reason::ClaimMalformed`]: it is no array of objects with a `type`, a field that is known
    /// has the wrong type, or there is more than [`limits::AUTHORITY_ENTRIES`] or
    /// [`limits::AUTHORITY_MEMBERS`].
    pub fn parse(claim: &Json<'_>, types: &[String]) -> Result<Self, Reason> {
        let Json::Array(entries) = claim else {
            return Err(Reason::ClaimMalformed);
        };
        if entries.len() > limits::AUTHORITY_ENTRIES {
            return Err(Reason::ClaimMalformed);
        }
        let read = entries.iter().map(|entry| Entry::parse(entry, types));
        let entries = read.filter_map(Result::transpose);
        Ok(Self {
            entries: entries.collect::<Result<_, _>>()?,
        })
    }

    /// How far the best of the entries permits a call.
    ///
    /// # Errors
    /// [`Denial`], and of two the one that tells more: that something was not understood.
    pub fn permits(&self, call: &Call<'_>) -> Result<Grant, Denial> {
        let places = [call.audience, call.url].map(Uri::parse);
        let (mut granted, mut denial) = (None, Denial::InsufficientAuthority);
        for entry in &self.entries {
            match entry.permits(call, &places) {
                Ok(grant) => granted = granted.max(Some(grant)),
                Err(Denial::InsufficientAuthority) => {}
                Err(other) => denial = other,
            }
        }
        granted.ok_or(denial)
    }

    /// How much memory it takes at most, in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let entries = self.entries.iter().map(Entry::bytes);
        size_of::<Self>() + read::block(size_of_val(&*self.entries)) + entries.sum::<usize>()
    }
}

#[cfg(test)]
mod tests;
