//! What a token says that narrows it, beside its lifetime, audience and task.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::claims::Claims;
use super::profile;
use super::verified::{block, datum_bytes};
use crate::approval::Grant;
use crate::authority::{Authority, Mission};
use crate::decision::Reason;
use crate::host::MarkId;
use crate::json::{Json, Object};
use crate::limits;
use crate::mark;
use crate::plan::{Datum, Issuer, Plan, Profile, SourceId, Uses};
use crate::standing::status_list::StatusReference;
use crate::time::UnixTime;

/// What narrows a token. Where nothing does, there is none.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Restrictions {
    /// `cnf`: who may show it.
    pub(crate) confirmation: Confirmation,
    /// `status`: the list, and its place there.
    pub(crate) status: Option<(SourceId, u64)>,
    /// Who handed the task on: the actors under the outermost, the last of them first. A list of
    /// strings.
    pub(crate) delegators: Datum,
    /// `scope` (RFC 6749 section 3.3).
    pub(crate) scope: Option<String>,
    /// `authorization_details`: what it permits at most.
    pub(crate) authority: Option<Authority>,
    /// `auth_time`: when the principal was authenticated.
    pub(crate) authenticated_at: Option<UnixTime>,
    /// `mission.expires_at`: the end of what it was issued for.
    pub(crate) mission_ends: Option<UnixTime>,
    /// `acr`: how.
    pub(crate) authentication_class: Option<String>,
    /// Of a transaction token `req_wl`: the workload that asked for it.
    pub(crate) requested_by: Option<String>,
    /// The mark of its one use, where its issuer's tokens have no more.
    pub(crate) one_use: Option<MarkId>,
    /// Approvals of single calls.
    pub(crate) approvals: Vec<Grant>,
}

/// Which proofs of possession a token asks for (RFC 7800 section 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Confirmation {
    /// `jkt`: SHA-256 thumbprint of the key of its DPoP proofs (RFC 9449 section 6.1).
    pub(crate) dpop: Option<[u8; 32]>,
    /// `x5t#S256`: SHA-256 of its sender's certificate (RFC 8705 section 3.1).
    pub(crate) certificate: Option<[u8; 32]>,
}

impl Restrictions {
    pub(super) fn read(
        plan: &Plan,
        issuer: &Issuer,
        claims: &Claims<'_>,
        delegators: &[&str],
        signed: &[u8],
    ) -> Result<Option<Box<Self>>, Reason> {
        let requested_by = match issuer.profile {
            Profile::TxnToken => Some(claims.top_text("req_wl")?.ok_or(Reason::ClaimMissing)?),
            Profile::AccessToken | Profile::JwtSvid | Profile::Plain => None,
        };
        let authority = claims.member("authorization_details");
        let authority = authority.map(|claim| Authority::parse(claim, &issuer.detail_types));
        let mission = mission(claims)?;
        let delegators = delegators.iter();
        let delegators = delegators.map(|name| Datum::String((*name).to_owned()));
        let confirmation = confirmation(claims)?;
        // Nobody proves possession of what only stands beside a credential.
        if issuer.profile == Profile::TxnToken && confirmation != Confirmation::default() {
            return Err(Reason::ClaimNotEnforceable);
        }
        let one_use = match issuer.uses {
            Uses::Many => None,
            Uses::One => Some(one_use(issuer, claims, signed)?),
        };
        let approvals = issuer.names.approvals.as_deref();
        let approvals = approvals.and_then(|path| claims.at(path)).map(Grant::list);
        let restrictions = Self {
            confirmation,
            status: status(plan, issuer, claims)?,
            delegators: Datum::List(delegators.collect()),
            authority: authority.transpose()?,
            mission_ends: mission.and_then(|mission| mission.expires_at),
            scope: claims.top_text("scope")?.map(scope).transpose()?,
            authenticated_at: claims.date("auth_time")?,
            authentication_class: claims.top_text("acr")?.map(str::to_owned),
            requested_by: requested_by.map(str::to_owned),
            one_use,
            approvals: approvals.transpose()?.unwrap_or_default(),
        };
        let has_any = restrictions != Self::none();
        Ok(has_any.then(|| Box::new(restrictions)))
    }

    fn none() -> Self {
        Self {
            confirmation: Confirmation::default(),
            status: None,
            delegators: Datum::List(Vec::new()),
            scope: None,
            authority: None,
            mission_ends: None,
            authenticated_at: None,
            authentication_class: None,
            requested_by: None,
            one_use: None,
            approvals: Vec::new(),
        }
    }

    /// Who handed the task on, the last of them first.
    pub(crate) fn delegators(&self) -> impl ExactSizeIterator<Item = &str> {
        let names = self.delegators.as_list().unwrap_or_default();
        names.iter().map(|name| name.as_text().unwrap_or_default())
    }

    /// How much memory it takes at most, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let texts = [&self.scope, &self.authentication_class, &self.requested_by];
        let texts = texts.into_iter().flatten().map(|text| block(text.len()));
        let authority = self.authority.as_ref().map_or(0, Authority::bytes);
        let approvals = self.approvals.iter().map(|grant| block(grant.id.len()));
        block(size_of::<Self>())
            + texts.sum::<usize>()
            + datum_bytes(&self.delegators)
            + authority
            + block(self.approvals.capacity() * size_of::<Grant>())
            + approvals.sum::<usize>()
    }

    /// Whether the token has a scope.
    pub(crate) fn has_scope(&self, wanted: &str) -> bool {
        let scope = self.scope.as_deref().unwrap_or_default();
        scope.split(' ').any(|each| each == wanted)
    }
}

/// The mark of a token's one use: by its id, or else by what is signed, which is the same however
/// the signature is written.
fn one_use(issuer: &Issuer, claims: &Claims<'_>, signed: &[u8]) -> Result<MarkId, Reason> {
    let id = profile::id(claims, issuer.profile)?;
    let (kind, id) = match &id {
        Some(id) => ("token", id.as_str()),
        None => {
            let signed = std::str::from_utf8(signed);
            ("signed", signed.map_err(|_| Reason::TokenMalformed)?)
        }
    };
    let domain = issuer.trust_domain.as_deref().unwrap_or_default();
    Ok(mark::id(&[kind, &issuer.issuer, domain, id]))
}

/// `cnf`. What is not understood there could not be proven (RFC 7800 section 3.1).
fn confirmation(claims: &Claims<'_>) -> Result<Confirmation, Reason> {
    let mut confirmation = Confirmation::default();
    let members = match claims.member("cnf") {
        None => return Ok(confirmation),
        Some(Json::Object(members)) => members,
        Some(_) => return Err(Reason::ClaimMalformed),
    };
    for (name, value) in members.members() {
        let place = match name {
            "jkt" => &mut confirmation.dpop,
            "x5t#S256" => &mut confirmation.certificate,
            _ => return Err(Reason::ClaimNotEnforceable),
        };
        let Json::String(value) = value else {
            return Err(Reason::ClaimMalformed);
        };
        let digest = URL_SAFE_NO_PAD.decode(value.as_bytes());
        let digest = digest.ok().and_then(|bytes| bytes.try_into().ok());
        *place = Some(digest.ok_or(Reason::ClaimMalformed)?);
    }
    if confirmation == Confirmation::default() {
        return Err(Reason::ClaimNotEnforceable);
    }
    Ok(confirmation)
}

/// `status`: only lists that the policy names are fetched. A `status` that is no object belongs to
/// somebody else.
fn status(
    plan: &Plan,
    issuer: &Issuer,
    claims: &Claims<'_>,
) -> Result<Option<(SourceId, u64)>, Reason> {
    let Some(status @ Json::Object(_)) = claims.member("status") else {
        return Ok(None);
    };
    let reference = StatusReference::read(status)?;
    let named = |id: &&SourceId| {
        let source = plan.sources.get(id.index());
        source.is_some_and(|source| source.url == reference.uri)
    };
    let list = issuer.status_lists.iter().find(named);
    let list = list.ok_or(Reason::ClaimNotEnforceable)?;
    Ok(Some((*list, reference.index)))
}

/// `mission` of the mission draft. Others may mean something else by the name.
fn mission(claims: &Claims<'_>) -> Result<Option<Mission>, Reason> {
    let mission = claims.member("mission").filter(|claim| {
        const OF_THE_DRAFT: [&str; 3] = ["issuer", "authority_hash", "expires_at"];
        let Json::Object(members) = claim else {
            return false;
        };
        OF_THE_DRAFT
            .iter()
            .any(|name| members.member(name).is_some())
    });
    mission.map(Mission::parse).transpose()
}

fn scope(scope: &str) -> Result<String, Reason> {
    let visible = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
    if scope.len() > limits::SCOPE_BYTES || !scope.bytes().all(visible) {
        return Err(Reason::ClaimMalformed);
    }
    Ok(scope.to_owned())
}

/// The actors of a token, the outermost first (RFC 8693 section 4.1). Nothing but `sub` is looked
/// at in them.
///
/// # Errors
/// [`Reason::ClaimMalformed`] for what is no chain of named actors, for more than
/// [`limits::ACTORS`] of them, and where one stands there twice.
pub(super) fn actors<'c>(claims: &'c Claims<'_>) -> Result<Vec<&'c str>, Reason> {
    let mut actors: Vec<&str> = Vec::new();
    let mut next = claims.member("act");
    while let Some(act) = next {
        let Json::Object(act) = act else {
            return Err(Reason::ClaimMalformed);
        };
        let actor = subject(act)?;
        if actors.len() == limits::ACTORS || actors.contains(&actor) {
            return Err(Reason::ClaimMalformed);
        }
        actors.push(actor);
        next = act.member("act");
    }
    Ok(actors)
}

fn subject<'a>(act: &'a Object<'_>) -> Result<&'a str, Reason> {
    match act.member("sub") {
        Some(Json::String(subject)) => Ok(subject),
        Some(_) => Err(Reason::ClaimMalformed),
        None => Err(Reason::ClaimMissing),
    }
}

#[cfg(test)]
mod tests;
