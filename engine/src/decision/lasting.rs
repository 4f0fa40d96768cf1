//! What outlasts a request: task ids that are over, and operations that were used before.

use super::case::Case;
use super::reason::Reason;
use super::stop::Stop;
use super::tasks;
use crate::host::{Host, Ledger, MarkId};
use crate::mark;
use crate::plan::{OperationId, Plan, Rule, Task};
use crate::time::UnixTime;
use crate::token::VerifiedToken;

impl Case<'_> {
    /// Whether the token's task id still runs; and if this operation completes it, that it does no
    /// longer once the request goes on.
    pub(super) fn lasts(
        &mut self,
        task: &Task,
        operation: OperationId,
        token: &VerifiedToken,
        host: &dyn Host,
    ) -> Result<(), Stop> {
        if task.ends_with.is_empty() {
            return Ok(());
        }
        let id = ended_id(self.engine.plan(), token).ok_or(Reason::TaskIdMissing)?;
        is_over(&id, self.now, host)?;
        if task.ends_with.binary_search(&operation).is_ok() {
            // First: whoever loses here has used nothing.
            self.marks.insert(0, (Ledger::Ended, id));
        }
        Ok(())
    }

    /// Whether the task id has used the operations of a rule before.
    pub(super) fn has_used(
        &mut self,
        rule: &Rule,
        token: &VerifiedToken,
        host: &dyn Host,
    ) -> Result<Use, Reason> {
        let names = task_names(self.engine.plan(), token).ok_or(Reason::TaskIdMissing)?;
        let [issuer, tenant, task_id] = names;
        let id = mark::id(&["used", issuer, tenant, task_id, &rule.id]);
        match host.is_marked(Ledger::Used, &id, self.now) {
            Ok(true) => Ok(Use::Before),
            Ok(false) => Ok(Use::First(id)),
            Err(_) => Err(Reason::StateUnavailable),
        }
    }
}

/// What a task id did before.
pub(super) enum Use {
    /// It did.
    Before,
    /// It did not, and this marks that it does.
    First(MarkId),
}

/// Whether the task id of a token that was allowed is not over.
pub(crate) fn is_running(
    plan: &Plan,
    token: &VerifiedToken,
    now: UnixTime,
    host: &dyn Host,
) -> Result<(), Reason> {
    let task = tasks::select(plan, token).ok();
    if task.is_none_or(|task| task.ends_with.is_empty()) {
        return Ok(());
    }
    let id = ended_id(plan, token).ok_or(Reason::TaskIdMissing)?;
    is_over(&id, now, host)
}

fn is_over(id: &MarkId, now: UnixTime, host: &dyn Host) -> Result<(), Reason> {
    match host.is_marked(Ledger::Ended, id, now) {
        Ok(false) => Ok(()),
        Ok(true) => Err(Reason::TaskEnded),
        Err(_) => Err(Reason::StateUnavailable),
    }
}

/// The mark of a task id that is over. `None` where the token has none.
fn ended_id(plan: &Plan, token: &VerifiedToken) -> Option<MarkId> {
    let [issuer, tenant, task_id] = task_names(plan, token)?;
    Some(mark::id(&["ended", issuer, tenant, task_id]))
}

/// A run of a task is one of an issuer and a tenant: another's may be called the same.
fn task_names<'t>(plan: &'t Plan, token: &'t VerifiedToken) -> Option<[&'t str; 3]> {
    let identity = token.identity();
    let issuer = plan.issuers.get(token.issuer().index())?;
    let tenant = identity.tenant.as_deref().unwrap_or_default();
    Some([&issuer.issuer, tenant, identity.task_id.as_deref()?])
}
