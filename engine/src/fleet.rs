//! Limits that hold for a fleet of gateways: what is asked of the service that counts for all of
//! them, and what it says.

use crate::plan::{LimitId, Per, Plan};
use crate::token::VerifiedToken;

/// Something that the service has to have room for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    limit: LimitId,
    weight: u32,
}

/// What the service says to all that it was asked for one request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Said {
    /// It was not asked.
    #[default]
    Nothing,
    /// There is room.
    Granted,
    /// Some limits leave none: each of them, never none of them. Of the others there is room.
    Over(Vec<Over>),
    /// It does not answer, or not what can be understood.
    Away,
}

/// A limit that leaves no room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Over {
    /// Which.
    pub limit: LimitId,
    /// When there will be room, in milliseconds.
    pub wait: Option<i64>,
}

/// What a quota is told by: keys and values, always the same keys in the same order for one limit.
pub type Entries<'a> = Vec<(&'static str, &'a str)>;

/// What stands for a tenant or principal where the token names none. The service has to find the
/// same keys in every question, and takes no empty values.
const NONE: &str = "-";

impl Quota {
    pub(crate) fn new(limit: LimitId, weight: u32) -> Self {
        Self { limit, weight }
    }

    /// Which limit.
    #[must_use]
    pub fn limit(&self) -> LimitId {
        self.limit
    }

    /// How much.
    #[must_use]
    pub fn weight(&self) -> u32 {
        self.weight
    }

    /// Takes in what another message of the same request adds to a limit: asked one by one, each
    /// could be told that there is room.
    pub(crate) fn add(quotas: &mut Vec<Self>, limit: LimitId, weight: u32) {
        match quotas.iter_mut().find(|quota| quota.limit == limit) {
            Some(quota) => quota.weight = quota.weight.saturating_add(weight),
            None => quotas.push(Self::new(limit, weight)),
        }
    }

    /// Which limit it is, and whose calls that counts together, each identity by a key of its own:
    /// the table of `docs/fleet.md`. Every value is of the policy or bounded by
    /// [`crate::limits::IDENTITY_BYTES`]; `None` where the token lacks what is counted by.
    pub(crate) fn entries<'a>(
        &self,
        plan: &'a Plan,
        token: &'a VerifiedToken,
    ) -> Option<Entries<'a>> {
        let limit = plan.history.limits.get(self.limit.index())?;
        let issuer = &plan.issuers.get(token.issuer().index())?.issuer;
        let identity = token.identity();
        let mut entries = vec![
            ("remit_limit", limit.id.as_str()),
            ("remit_per", name(limit.per)),
        ];
        let principal = identity.principal.as_deref().unwrap_or(NONE);
        if !matches!(limit.per, Per::AgentAndPrincipal | Per::Principal) {
            let tenant = identity.tenant.as_deref().unwrap_or(NONE);
            entries.extend([("remit_issuer", issuer.as_str()), ("remit_tenant", tenant)]);
        }
        let agent = ("remit_agent", identity.agent.as_str());
        match limit.per {
            Per::TaskId => entries.push(("remit_task_id", identity.task_id.as_deref()?)),
            Per::Session => entries.push(("remit_session", identity.session.as_deref()?)),
            Per::Agent => entries.push(agent),
            Per::Tenant => {}
            Per::AgentAndPrincipal => entries.extend([agent, ("remit_principal", principal)]),
            // Without a principal the agent stands for itself.
            Per::Principal => entries.push(match &identity.principal {
                Some(principal) => ("remit_principal", principal.as_str()),
                None => agent,
            }),
        }
        Some(entries)
    }
}

/// What a kind is called in a policy.
fn name(per: Per) -> &'static str {
    match per {
        Per::TaskId => "task_id",
        Per::Session => "session",
        Per::Agent => "agent",
        Per::Tenant => "tenant",
        Per::AgentAndPrincipal => "agent_and_principal",
        Per::Principal => "principal",
    }
}

#[cfg(test)]
mod tests;
