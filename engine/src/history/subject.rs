//! Whose history it is.

use crate::decision::Reason;
use crate::host::{MarkId, Owner};
use crate::mark;
use crate::plan::{Per, Plan};
use crate::token::{VerifiedToken, is_global, may_assert};

/// What the histories of a token are found by, of one kind, worked out once.
///
/// # Errors
/// [`Reason::TaskIdMissing`] where the token has no task id or session.
pub(super) fn of(per: Per, plan: &Plan, token: &VerifiedToken) -> Result<Vec<MarkId>, Reason> {
    token.subjects(per, |token| ids(per, plan, token))
}

/// What the histories of a token are found by, of one kind. An agent on behalf of a principal has
/// its own and those of everyone who handed the task on to it.
///
/// # Errors
/// [`Reason::TaskIdMissing`] where the token has no task id or session.
fn ids(per: Per, plan: &Plan, token: &VerifiedToken) -> Result<Vec<MarkId>, Reason> {
    let identity = token.identity();
    let issuer = plan.issuers.get(token.issuer().index());
    let asserting = issuer.ok_or(Reason::HostFailure)?;
    let issuer = asserting.issuer.as_str();
    // Names that mean the same everywhere are the same whoever says them.
    let of_whom = |name: &str| if is_global(name) { "" } else { issuer };
    let tenant = identity.tenant.as_deref().unwrap_or_default();
    let agent = identity.agent.as_str();
    let (kind, name) = match per {
        Per::TaskId => ("task id", identity.task_id.as_deref()),
        Per::Session => ("session", identity.session.as_deref()),
        Per::Agent => ("agent", Some(agent)),
        Per::Tenant => ("tenant", Some("")),
        // An agent that works for nobody is its own principal, also for those to whom it hands on.
        Per::Principal => {
            let name = identity.principal.as_deref().unwrap_or(agent);
            let names = ["history", "principal", of_whom(name), name];
            return Ok(vec![mark::id(&names)]);
        }
        Per::AgentAndPrincipal => {
            let principal = identity.principal.as_deref().unwrap_or_default();
            let of = |agent: &str, principal: &str| {
                let whose = of_whom(principal);
                mark::id(&["history", "agent and principal", agent, whose, principal])
            };
            let mut ids = vec![of(agent, principal)];
            let mut add = |id| {
                if !ids.contains(&id) {
                    ids.push(id);
                }
            };
            if let Some(restrictions) = token.restrictions() {
                for delegator in restrictions.delegators() {
                    add(of(delegator, principal));
                }
            }
            // An agent that hands on what it has of its own is the principal then.
            if may_assert(asserting, principal) {
                add(of(principal, ""));
            }
            return Ok(ids);
        }
    };
    let name = name.ok_or(Reason::TaskIdMissing)?;
    let names = ["history", kind, issuer, tenant, name];
    Ok(vec![mark::id(&names)])
}

/// Whom the room counts for.
pub(super) fn owner(plan: &Plan, token: &VerifiedToken) -> Owner {
    let issuer = plan.issuers.get(token.issuer().index());
    let tenant = token.identity().tenant.as_deref().unwrap_or_default();
    Owner {
        issuer: short(issuer.map_or("", |issuer| &issuer.issuer)),
        tenant: short(tenant),
    }
}

/// FNV-1a: names are told apart that were not chosen to be confused. Those of issuers are the
/// policy's; an issuer that confuses its tenants hurts them alone.
fn short(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |hash: u32, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests;
