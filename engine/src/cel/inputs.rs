//! What conditions read: the request, the token and the policy's names, by slot.

use std::borrow::Cow;

use super::eval::EvalError;
use super::value::Value;
use crate::plan::{Operation, Plan, Slot};
use crate::request::RequestHead;
use crate::request::path::Target;
use crate::request::query::Query;
use crate::route;
use crate::token::VerifiedToken;

/// Everything that a decision has found out before rules run.
pub(crate) struct Inputs<'v> {
    pub(crate) plan: &'v Plan,
    pub(crate) head: &'v RequestHead<'v>,
    pub(crate) method: &'v str,
    pub(crate) host: &'v str,
    pub(crate) target: &'v Target<'v>,
    pub(crate) query: &'v Query,
    pub(crate) operation: &'v Operation,
    pub(crate) token: &'v VerifiedToken,
}

impl<'v> Inputs<'v> {
    /// Steps that reading a slot costs: a header is looked for among all of them.
    pub(crate) fn cost(&self, slot: &Slot) -> usize {
        if matches!(slot, Slot::RequestHeader(_)) {
            1 + self.head.len() / 4
        } else {
            1
        }
    }

    /// Reads a slot. What is optional and not there is [`Value::Absent`]; what should be there
    /// and is not is an error.
    pub(crate) fn read(&self, slot: &'v Slot) -> Result<Value<'v>, EvalError> {
        let identity = self.token.identity();
        let text = |text: &'v str| Value::String(Cow::Borrowed(text));
        let optional = |value: Option<&'v str>| value.map_or(Value::Absent, text);
        Ok(match slot {
            Slot::RequestMethod => text(self.method),
            Slot::RequestPath => text(self.target.whole),
            Slot::RequestUrlPath => text(self.target.path),
            Slot::RequestQuery => text(self.target.query.unwrap_or_default()),
            Slot::RequestHost => text(self.host),
            Slot::RequestScheme => text(self.head.scheme()),
            Slot::RequestHeader(name) => {
                optional(self.head.header(name).map_err(|_| EvalError::Unreadable)?)
            }
            Slot::Capture(name) => {
                let segments = &self.target.segments;
                text(route::capture(self.operation, segments, *name).ok_or(EvalError::Missing)?)
            }
            Slot::Query(name) => self.query.value(*name).map_or(Value::Absent, Value::from),
            Slot::Claim(claim) => {
                let value = self
                    .token
                    .claims()
                    .get(claim.index())
                    .ok_or(EvalError::Missing)?;
                value.as_ref().map_or(Value::Absent, Value::from)
            }
            Slot::TokenIssuer => {
                let issuer = self.plan.issuers.get(self.token.issuer().index());
                text(&issuer.ok_or(EvalError::Missing)?.issuer)
            }
            Slot::TokenSubject => optional(self.token.subject()),
            Slot::TokenId => optional(self.token.id()),
            Slot::TokenIssuedAt => self
                .token
                .issued_at()
                .map_or(Value::Absent, |time| Value::Int(time.seconds())),
            Slot::TokenExpires => Value::Int(self.token.expires().seconds()),
            Slot::Agent => text(&identity.agent),
            Slot::Principal => optional(identity.principal.as_deref()),
            Slot::Task => text(identity.task.as_deref().ok_or(EvalError::Missing)?),
            Slot::TaskId => optional(identity.task_id.as_deref()),
            Slot::Session => optional(identity.session.as_deref()),
            Slot::Instance => optional(identity.instance.as_deref()),
            Slot::Tenant => optional(identity.tenant.as_deref()),
            Slot::Resource => {
                let resource = self.operation.resource.ok_or(EvalError::Missing)?;
                text(
                    &self
                        .plan
                        .resources
                        .get(resource.index())
                        .ok_or(EvalError::Missing)?
                        .name,
                )
            }
            Slot::Operation => text(&self.operation.name),
            Slot::Issuer => {
                let issuer = self.plan.issuers.get(self.token.issuer().index());
                text(&issuer.ok_or(EvalError::Missing)?.name)
            }
        })
    }
}
