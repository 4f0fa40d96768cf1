//! Who a token speaks for: agent, principal, task and the rest, kept apart.

use super::claims::Claims;
use super::restrictions;
use super::spiffe::{self, SpiffeId};
use crate::decision::Reason;
use crate::limits;
use crate::plan::{ClaimNames, Issuer, Profile};

/// The identities of a verified token. Each is visible ASCII of at most
/// [`limits::IDENTITY_BYTES`], so that it can stand in a header and a record as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The workload that acts. One that its issuer may speak for.
    pub agent: String,
    /// On whose behalf, if on anyone's.
    pub principal: Option<String>,
    /// The task's name, as claimed.
    pub task: Option<String>,
    /// The run of the task.
    pub task_id: Option<String>,
    /// The conversation.
    pub session: Option<String>,
    /// The running copy of the agent.
    pub instance: Option<String>,
    /// The tenant.
    pub tenant: Option<String>,
}

impl Identity {
    /// All of them, by the names that records and identity headers give them, in the order of both.
    pub(crate) fn named(&self) -> [(&'static str, Option<&str>); 7] {
        let Self {
            agent,
            principal,
            task,
            task_id,
            session,
            instance,
            tenant,
        } = self;
        [
            ("agent", Some(agent.as_str())),
            ("principal", principal.as_deref()),
            ("task", task.as_deref()),
            ("task_id", task_id.as_deref()),
            ("session", session.as_deref()),
            ("instance", instance.as_deref()),
            ("tenant", tenant.as_deref()),
        ]
    }

    /// Reads them, and who handed the task on: the actors under the outermost, the last first.
    pub(super) fn read<'c>(
        claims: &'c Claims<'_>,
        issuer: &Issuer,
    ) -> Result<(Self, Vec<&'c str>), Reason> {
        let actors = restrictions::actors(claims)?;
        let (agent, principal) = agent_and_principal(claims, issuer, actors.first().copied())?;
        let delegators = actors.get(1..).unwrap_or_default().to_vec();
        for delegator in &delegators {
            checked(delegator)?;
            if !may_assert(issuer, delegator) {
                return Err(Reason::IssuerMayNotAssert);
            }
        }
        let ClaimNames {
            agent: _,
            task,
            task_id,
            session,
            instance,
            tenant,
            approvals: _,
        } = &issuer.names;
        let named = |path: &Option<Vec<String>>| match path {
            Some(path) => claims.text(path)?.map(checked).transpose(),
            None => Ok(None),
        };
        let identity = Self {
            agent,
            principal,
            task: claims.text(task)?.map(checked).transpose()?,
            task_id: named(task_id)?,
            session: named(session)?,
            instance: named(instance)?,
            tenant: named(tenant)?,
        };
        Ok((identity, delegators))
    }
}

/// The outermost `act.sub` is the agent and `sub` the principal (RFC 8693 section 4.1); without
/// `act` the client is the agent of an access token (RFC 9068 section 2.2), the workload that asked
/// for it that of a transaction token, and `sub` that of any other. An `act` that the issuer's
/// `names` pass over, or that stands in an SVID, is somebody acting unseen: refused.
fn agent_and_principal(
    claims: &Claims<'_>,
    issuer: &Issuer,
    actor: Option<&str>,
) -> Result<(String, Option<String>), Reason> {
    let subject = claims.top_text("sub")?;
    let agent = match (&issuer.names.agent, issuer.profile, actor) {
        (Some(path), _, Some(actor)) => match claims.text(path)? {
            Some(agent) if agent == actor => Some(agent),
            _ => return Err(Reason::ClaimNotEnforceable),
        },
        (Some(path), _, None) => claims.text(path)?,
        (None, Profile::JwtSvid, Some(_)) => return Err(Reason::ClaimNotEnforceable),
        (None, _, Some(actor)) => Some(actor),
        (None, Profile::AccessToken, None) => claims.top_text("client_id")?,
        (None, Profile::TxnToken, None) => claims.top_text("req_wl")?,
        (None, Profile::Plain | Profile::JwtSvid, None) => subject,
    };
    let agent = checked(agent.ok_or(Reason::ClaimMissing)?)?;
    let principal = subject
        .filter(|subject| *subject != agent)
        .map(checked)
        .transpose()?;
    let speaks_for_another = principal
        .as_deref()
        .is_some_and(|name| is_global(name) && !may_assert(issuer, name));
    if !may_assert(issuer, &agent) || speaks_for_another {
        return Err(Reason::IssuerMayNotAssert);
    }
    Ok((agent, principal))
}

/// A transaction token says nothing about who asks: where the policy does not bound whom it names,
/// nothing is gained by naming anyone.
pub(crate) fn may_assert(issuer: &Issuer, name: &str) -> bool {
    let mut patterns = issuer.may_assert.iter();
    let is_unbounded = issuer.profile == Profile::TxnToken && issuer.may_assert.is_empty();
    is_unbounded || patterns.any(|pattern| pattern.matches(name))
}

/// Schemes of names that mean the same whoever says them. Any other name of a principal
/// (`user:7`, `auth0|7`) is its issuer's own to give, and is told apart by the issuer.
const GLOBAL_SCHEMES: &[&str] = &[
    "aauth", "acct", "did", "email", "http", "https", "mailto", "spiffe", "urn", "wimse",
];

pub(crate) fn is_global(name: &str) -> bool {
    let scheme = name.split_once(':').map(|(scheme, _)| scheme);
    name.contains("://")
        || scheme.is_some_and(|scheme| {
            GLOBAL_SCHEMES
                .iter()
                .any(|global| scheme.eq_ignore_ascii_case(global))
        })
}

pub(super) fn checked(identity: &str) -> Result<String, Reason> {
    let visible = identity.bytes().all(|byte| byte.is_ascii_graphic());
    let well_formed = !spiffe::claims_to_be(identity) || SpiffeId::parse(identity).is_ok();
    if identity.is_empty() || identity.len() > limits::IDENTITY_BYTES || !visible || !well_formed {
        return Err(Reason::ClaimMalformed);
    }
    Ok(identity.to_owned())
}
