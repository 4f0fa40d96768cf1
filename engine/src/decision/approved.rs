//! Whether exactly this call was approved.

use super::case::Case;
use super::hint::Hint;
use super::reason::{Challenge, Reason};
use super::uses::{OneUse, Used};
use crate::approval::{self, Action, Asked, Call, Grant};
use crate::cel::RequestInputs;
use crate::host::{Host, Ledger, MarkId};
use crate::limits;
use crate::mark;
use crate::plan::{Mode, NameId, TemplateSegment};
use crate::request::query;
use crate::route;
use crate::time::UnixTime;

/// An approval that was found.
struct Found {
    name: String,
    id: MarkId,
    issued_at: Option<UnixTime>,
    until: UnixTime,
}

impl Case<'_> {
    /// Whether the call was approved, by an approval that was not used before. Where the rule or
    /// limit that asks for one only reports, it stays unused. However many ask, one is enough.
    ///
    /// # Errors
    /// [`Reason::ApprovalRequired`], [`Reason::ApprovalRefused`], [`Reason::ApprovalUsed`];
    /// [`Reason::SignaturesExhausted`], [`Reason::StateUnavailable`], [`Reason::HostFailure`].
    pub(super) fn approved(
        &mut self,
        mode: Mode,
        inputs: &RequestInputs<'_>,
        host: &dyn Host,
    ) -> Result<(), Reason> {
        if self.approved.is_some() {
            return Ok(());
        }
        let action = self.action(inputs)?;
        match self.find(action, inputs, host) {
            Ok(found) => {
                if mode == Mode::Enforce {
                    self.approved = Some(action);
                    self.record.approval = Some(found.name);
                    self.uses.add(OneUse {
                        of: Used::Approval(action),
                        id: found.id,
                        until: found.until,
                    });
                }
                Ok(())
            }
            Err(reason) => {
                if reason.challenge() == Challenge::Approval {
                    self.hint = Hint::Approval(action);
                }
                Err(reason)
            }
        }
    }

    /// What the token carries, then what is shown beside it. Of several that the token carries for
    /// the same call one that was used is no reason to look no further.
    fn find(
        &mut self,
        action: Action,
        inputs: &RequestInputs<'_>,
        host: &dyn Host,
    ) -> Result<Found, Reason> {
        let mut reason = Reason::ApprovalRequired;
        let carried = inputs.token.restrictions();
        let carried = carried.map_or(&[][..], |one| &*one.approvals);
        for grant in carried.iter().filter(|grant| grant.action == action) {
            let found = self.carried(grant, inputs);
            match found.and_then(|found| self.unused(found, host)) {
                Err(no) if no.challenge() == Challenge::Approval => reason = no,
                found => return found,
            }
        }
        match self.shown(action, inputs, host)? {
            Some(found) => self.unused(found, host),
            None => Err(reason),
        }
    }

    /// An approval within the token.
    fn carried(&self, grant: &Grant, inputs: &RequestInputs<'_>) -> Result<Found, Reason> {
        let issuer = inputs.plan.issuers.get(inputs.token.issuer().index());
        let issuer = issuer.ok_or(Reason::HostFailure)?;
        let over = |end: UnixTime| end.plus_seconds(limits::APPROVAL_LEEWAY_SECONDS);
        if grant.expires.is_some_and(|end| self.now >= over(end)) {
            return Err(Reason::ApprovalRefused);
        }
        let until = match grant.expires {
            Some(end) => over(end).plus_seconds(1),
            None => self.now.plus_seconds(limits::MARK_SECONDS),
        };
        Ok(Found {
            name: grant.id.clone(),
            id: mark::id(&["approval by an issuer", &issuer.issuer, &grant.id]),
            issued_at: inputs.token.issued_at(),
            until,
        })
    }

    /// An approval in the header that the policy names.
    fn shown(
        &self,
        action: Action,
        inputs: &RequestInputs<'_>,
        host: &dyn Host,
    ) -> Result<Option<Found>, Reason> {
        let plan = self.engine.plan();
        let Some(approvals) = &plan.approvals else {
            return Ok(None);
        };
        let header = inputs.head.header(&approvals.header);
        let Some(value) = header.map_err(|_| Reason::ApprovalRefused)? else {
            return Ok(None);
        };
        let audience = self.record.resource.and_then(|resource| resource.audience);
        let audience = audience.and_then(|id| plan.audiences.get(id.index()));
        let identity = inputs.token.identity();
        let asked = Asked {
            action,
            audience: audience.ok_or(Reason::HostFailure)?,
            agent: &identity.agent,
            task_id: identity.task_id.as_deref(),
            principal: identity.principal.as_deref(),
            tenant: identity.tenant.as_deref(),
            now: self.now,
            max_lifetime: approvals.max_lifetime,
        };
        let verifier = self.engine.verifier();
        let check = || approval::check(value.as_bytes(), &asked, verifier, host);
        let signed = verifier.proofs().measured(self.now, host, check)??;
        Ok(Some(Found {
            name: signed.name,
            id: signed.id,
            issued_at: Some(signed.issued_at),
            until: signed.until,
        }))
    }

    /// What was used before marks were kept cannot be told from what was not.
    fn unused(&mut self, found: Found, host: &dyn Host) -> Result<Found, Reason> {
        let since = host.marked_since().map_err(|_| Reason::StateUnavailable)?;
        if found.issued_at.is_none_or(|at| at < since) {
            return Err(Reason::ApprovalRefused);
        }
        match host.is_marked(Ledger::Approvals, &found.id, self.now) {
            Err(_) => Err(Reason::StateUnavailable),
            Ok(false) if !self.uses.has(&found.id) => Ok(found),
            Ok(_) => {
                self.record.approval = Some(found.name);
                Err(Reason::ApprovalUsed)
            }
        }
    }

    /// The call, as approvals name it.
    pub(super) fn action(&self, inputs: &RequestInputs<'_>) -> Result<Action, Reason> {
        let operation = inputs.operation;
        let resource = self.record.resource.ok_or(Reason::HostFailure)?;
        let name = [&*resource.name, ".", &*operation.name].concat();
        let raw = inputs.target.query.unwrap_or_default();
        let parameters = query::parse(raw)?;
        let names = &inputs.plan.names;
        let named = |id: NameId, value| Some((names.get(id.index())?.as_str(), value));
        let path: Option<Vec<(&str, &str)>> = if operation.call.is_some() {
            let captures = inputs.content.captures.iter();
            captures.map(|(id, value)| named(*id, *value)).collect()
        } else {
            let captures = operation.template.iter().filter_map(|one| match one {
                TemplateSegment::Capture(id) => Some(*id),
                TemplateSegment::Literal(_) => None,
            });
            let segments = &inputs.target.segments;
            let value = |id| named(id, route::capture(operation, segments, id)?);
            captures.map(value).collect()
        };
        let endpoint = resource.endpoint.as_ref();
        let is_message = endpoint.is_some_and(|one| inputs.target.segments.iter().eq(&one.path));
        let by_path = operation.call.is_some() && !is_message;
        let content = self.record.content.as_ref();
        if content.is_some_and(|part| part.is_inexact) {
            return Err(Reason::ArgumentsRefused);
        }
        let call = Call {
            operation: &name,
            path: path.ok_or(Reason::HostFailure)?,
            query: parameters.iter().map(|(a, b)| (&**a, &**b)).collect(),
            url_path: by_path.then_some(inputs.target.path),
            content: content.and_then(|part| part.digest),
        };
        Ok(call.action())
    }
}

#[cfg(test)]
mod tests;
