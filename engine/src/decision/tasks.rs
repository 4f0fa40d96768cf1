//! Which task a token may have, and which exception it falls under.

use super::reason::Reason;
use crate::plan::{BreakGlass, Delegation, OperationId, Pattern, Plan, Task};
use crate::time::UnixTime;
use crate::token::VerifiedToken;

/// The task that the token names, if issuer and agent may have it.
pub(super) fn select<'e>(plan: &'e Plan, token: &VerifiedToken) -> Result<&'e Task, Reason> {
    let position = token.task(|token| find(plan, token))?;
    plan.tasks.get(position).ok_or(Reason::HostFailure)
}

fn find(plan: &Plan, token: &VerifiedToken) -> Result<usize, Reason> {
    let name = token.identity().task.as_deref();
    let name = name.ok_or(Reason::TaskMissing)?;
    let (position, task) = (0..)
        .zip(&plan.tasks)
        .find(|(_, task)| task.name == name)
        .ok_or(Reason::UnknownTask)?;
    if !task.issuers.contains(&token.issuer()) {
        return Err(Reason::IssuerNotInTask);
    }
    check_agents(task, token)?;
    Ok(position)
}

/// The agent is one of the task's, or one of them has handed the task on to it: the last of the
/// chain is the one that had it first.
fn check_agents(task: &Task, token: &VerifiedToken) -> Result<(), Reason> {
    let agent = token.identity().agent.as_str();
    let mut chain = vec![agent];
    if let Some(restrictions) = token.restrictions() {
        chain.extend(restrictions.delegators());
    }
    let first = chain.pop().unwrap_or(agent);
    if !fits(&task.agents, first) {
        return Err(Reason::AgentNotInTask);
    }
    if chain.is_empty() {
        return Ok(());
    }
    let delegation = task.delegation.as_ref();
    let Delegation { depth, to } = delegation.ok_or(Reason::DelegationRefused)?;
    let is_short = chain.len() <= *depth as usize;
    if is_short && chain.iter().all(|agent| fits(to, agent)) {
        Ok(())
    } else {
        Err(Reason::DelegationRefused)
    }
}

/// The exception under which a token may do an operation now. Who got it from another does not
/// fall under one: exceptions are for those whom they name.
pub(super) fn exception<'e>(
    plan: &'e Plan,
    token: &VerifiedToken,
    operation: OperationId,
    now: UnixTime,
) -> Option<&'e BreakGlass> {
    let is_handed_on = token
        .restrictions()
        .is_some_and(|one| one.delegators().len() > 0);
    plan.break_glass.iter().find(|exception| {
        exception.is_in_force(now)
            && !is_handed_on
            && exception.operations.binary_search(&operation).is_ok()
            && exception.issuers.contains(&token.issuer())
            && fits(&exception.agents, &token.identity().agent)
    })
}

fn fits(patterns: &[Pattern], name: &str) -> bool {
    patterns.iter().any(|pattern| pattern.matches(name))
}
