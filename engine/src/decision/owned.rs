//! What belongs to whom at an endpoint: sessions to the caller who opened them, protocol tasks to
//! the task id that started them; and which definitions are not the reviewed ones.

use crate::host::MarkId;
use crate::mark;
use crate::plan::{Operation, Plan, Resource};
use crate::text::hex;
use crate::token::VerifiedToken;

/// The mark of a session that this caller opened: issuer, tenant, agent and principal together.
pub(super) fn session(
    plan: &Plan,
    resource: &Resource,
    session: &str,
    token: &VerifiedToken,
) -> Option<MarkId> {
    let issuer = plan.issuers.get(token.issuer().index())?;
    let identity = token.identity();
    Some(mark::id(&[
        "session",
        &resource.name,
        session,
        &issuer.issuer,
        identity.tenant.as_deref().unwrap_or_default(),
        &identity.agent,
        identity.principal.as_deref().unwrap_or_default(),
    ]))
}

/// The mark of a protocol task that this task id started.
pub(super) fn task(
    plan: &Plan,
    resource: &Resource,
    task: &str,
    token: &VerifiedToken,
) -> Option<MarkId> {
    let issuer = plan.issuers.get(token.issuer().index())?;
    let identity = token.identity();
    let tenant = identity.tenant.as_deref().unwrap_or_default();
    // Without a task id it is the agent's own.
    let (kind, owner) = match identity.task_id.as_deref() {
        Some(task_id) => ("task", task_id),
        None => ("agent's task", identity.agent.as_str()),
    };
    let names = [kind, &resource.name, task, &issuer.issuer, tenant, owner];
    Some(mark::id(&names))
}

/// The mark of a definition that is not the reviewed one. It goes with the reviewed one: a policy
/// that was reviewed anew asks for another.
pub(super) fn changed(resource: &Resource, operation: &Operation, pin: &[u8; 32]) -> MarkId {
    let pin = hex(pin.iter().copied());
    mark::id(&["changed", &resource.name, &operation.name, &pin])
}
