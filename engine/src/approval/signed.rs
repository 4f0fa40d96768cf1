//! Approvals that are signed on their own: a compact JWS with Ed25519.
//!
//! What costs nothing is asked first, so that only what claims to be an approval of this call by
//! this agent has its signature checked.

use super::{Action, grant};
use crate::crypto::{self, HostCrypto, SignatureError};
use crate::decision::Reason;
use crate::host::MarkId;
use crate::json;
use crate::limits;
use crate::mark;
use crate::plan::Algorithm;
use crate::text::hex;
use crate::time::UnixTime;
use crate::token::jws::{CompactJws, media_type};
use crate::token::{Claims, Verifier};

/// `typ` of an approval.
pub const TYP: &str = "remit-approval+jwt";

/// What has to be approved.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The call.
    pub action: Action,
    /// The audience of its resource.
    pub audience: &'a str,
    /// Who makes it.
    pub agent: &'a str,
    /// Its run of a task, where the token names one.
    pub task_id: Option<&'a str>,
    /// On whose behalf, where the token names one.
    pub principal: Option<&'a str>,
    /// Its tenant, where the token names one.
    pub tenant: Option<&'a str>,
    /// The time.
    pub now: UnixTime,
    /// Longest `exp - iat`, in seconds.
    pub max_lifetime: u32,
}

/// An approval that holds, unless it was used before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// `jti`.
    pub name: String,
    /// Tells it from every other of its key.
    pub id: MarkId,
    /// `iat`.
    pub issued_at: UnixTime,
    /// Until when its use has to be remembered.
    pub until: UnixTime,
}

/// Checks the value of the field that brings an approval.
///
/// # Errors
/// [`Reason::ApprovalRefused`]; [`Reason::HostFailure`] where the signature cannot be checked now.
pub fn check(
    approval: &[u8],
    asked: &Asked<'_>,
    verifier: &Verifier,
    host: &dyn HostCrypto,
) -> Result<Signed, Reason> {
    let refused = |_| Reason::ApprovalRefused;
    let jws = CompactJws::parse_up_to(approval, limits::APPROVAL_BYTES).map_err(refused)?;
    let header = jws.header().map_err(refused)?;
    let typ = header.typ.as_deref().map(media_type);
    if typ.as_deref() != Some(TYP) || header.algorithm != Some(Algorithm::EdDsa) {
        return Err(Reason::ApprovalRefused);
    }
    let key = verifier.approver(&header).ok_or(Reason::ApprovalRefused)?;
    let payload = json::parse_object(jws.payload()).map_err(|_| Reason::ApprovalRefused)?;
    let said = read(&Claims::new(payload), asked).ok_or(Reason::ApprovalRefused)?;
    let (name, issued_at, until) = said;
    let pair = (key.key(), key.public());
    let checked = crypto::check(host, Algorithm::EdDsa, pair, jws.signed(), jws.signature());
    checked.map_err(|error| match error {
        SignatureError::Wrong => Reason::ApprovalRefused,
        SignatureError::Unchecked => Reason::HostFailure,
    })?;
    let by = hex(key.key().spki.iter().copied());
    Ok(Signed {
        id: mark::id(&["approval by a key", &by, &name]),
        name,
        issued_at,
        until,
    })
}

/// Its `jti`, its `iat` and when it is over, if it approves what is asked, now.
fn read(claims: &Claims<'_>, asked: &Asked<'_>) -> Option<(String, UnixTime, UnixTime)> {
    let text = |name| claims.top_text(name).ok();
    let date = |name| claims.date(name).ok();
    let name = grant::jti(text("jti")??)?;
    let (issued_at, expires) = (date("iat")??, date("exp")??);
    let over = expires.plus_seconds(limits::APPROVAL_LEEWAY_SECONDS);
    let latest = asked.now.plus_seconds(limits::APPROVAL_LEEWAY_SECONDS);
    let holds = Action::parse(text("action")??) == Some(asked.action)
        && text("sub")? == Some(asked.agent)
        && text("task_id")? == asked.task_id
        && text("principal")? == asked.principal
        && text("tenant")? == asked.tenant
        && claims.audiences().ok()?.contains(&asked.audience)
        && issued_at <= latest
        && date("nbf")?.is_none_or(|start| start <= latest)
        && asked.now < over
        && expires <= issued_at.plus_seconds(asked.max_lifetime)
        // Nobody proves possession of an approval.
        && !claims.has("cnf");
    // Its last moment counts too.
    holds.then(|| (name, issued_at, over.plus_seconds(1)))
}

#[cfg(test)]
mod tests;
