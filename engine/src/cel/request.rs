//! What the conditions of a request read: the request, the token and the policy's names, by slot.

use super::error::EvalError;
use super::inputs::Inputs;
use super::value::{Text, Value};
use crate::content::{Content, Members};
use crate::history::Past;
use crate::limits;
use crate::plan::{Datum, NameId, Operation, Plan, ProgramId, Slot, TermId, Timestamp};
use crate::request::RequestHead;
use crate::request::path::Target;
use crate::request::query::Query;
use crate::route;
use crate::time::UnixTime;
use crate::token::VerifiedToken;

/// Everything that a decision has found out before rules run.
pub(crate) struct RequestInputs<'v> {
    pub(crate) plan: &'v Plan,
    pub(crate) head: &'v RequestHead<'v>,
    pub(crate) method: &'v str,
    pub(crate) host: &'v str,
    pub(crate) target: &'v Target<'v>,
    pub(crate) query: &'v Query,
    pub(crate) operation: &'v Operation,
    pub(crate) content: Content<'v>,
    pub(crate) token: &'v VerifiedToken,
    /// The transaction token beside it.
    pub(crate) transaction: Option<&'v VerifiedToken>,
    pub(crate) now: UnixTime,
    /// What was done before; `None` where a call is only listed.
    pub(crate) past: Option<Past<'v>>,
}

static NOBODY: Datum = Datum::List(Vec::new());

impl<'v> RequestInputs<'v> {
    /// Who handed the task on: a list.
    fn delegators(&self) -> &'v Datum {
        let restrictions = self.token.restrictions();
        restrictions.map_or(&NOBODY, |one| &one.delegators)
    }

    /// A claim or a query parameter.
    #[inline]
    fn datum(&self, slot: &Slot) -> Option<&'v Datum> {
        match slot {
            Slot::Claim(claim) => self.token.claims().get(claim.index())?.as_ref(),
            Slot::Query(name) => self.query.value(*name),
            Slot::Body(name) | Slot::Argument(name) => match self.content.members {
                Members::Read(members) => members.value(*name),
                Members::Absent | Members::Unknown => None,
            },
            _ => None,
        }
    }

    /// Something that a call says of itself, which is still to come where its arguments are.
    fn of_call(&self, text: Option<&'v str>) -> Result<Option<Value<'v>>, EvalError> {
        match (text, self.content.members) {
            (None, Members::Unknown) => Err(EvalError::Unknown),
            (text, _) => Ok(text.map(Value::text)),
        }
    }

    /// What was done before, which is still to come for a call that is only listed.
    fn past(&self) -> Result<&Past<'v>, EvalError> {
        self.past.as_ref().ok_or(EvalError::Unknown)
    }

    /// When something was done before.
    fn moment(
        &self,
        term: TermId,
        which: fn([i64; 3]) -> i64,
    ) -> Result<Option<Value<'v>>, EvalError> {
        let calls = self.past()?.calls(term);
        let calls = calls.map_err(|_| EvalError::Unreadable)?;
        let time = calls.map(|calls| timestamp(UnixTime::from_millis(which(calls))));
        Ok(time.map(Value::Timestamp))
    }

    /// A capture: of the path, or of the URI of an MCP resource.
    fn capture(&self, name: NameId) -> Option<&'v str> {
        if self.operation.call.is_some() {
            let mut captures = self.content.captures.iter();
            return captures.find_map(|(other, text)| (*other == name).then_some(*text));
        }
        route::capture(self.operation, &self.target.segments, name)
    }
}

impl<'v> Inputs<'v> for RequestInputs<'v> {
    /// A header is looked for among all of them.
    fn cost(&self, slot: &Slot) -> usize {
        if matches!(slot, Slot::RequestHeader(_)) {
            1 + self.head.len() / 4
        } else {
            1
        }
    }

    fn read(&self, slot: &'v Slot) -> Result<Option<Value<'v>>, EvalError> {
        let identity = self.token.identity();
        let text = |text: &'v str| Ok(Some(Value::text(text)));
        let optional = |value: Option<&'v str>| Ok(value.map(Value::text));
        match slot {
            Slot::RequestMethod => text(self.method),
            Slot::RequestPath => text(self.target.whole),
            Slot::RequestUrlPath => text(self.target.path),
            Slot::RequestQuery => text(self.target.query.unwrap_or_default()),
            Slot::RequestHost => text(self.host),
            Slot::RequestScheme => text(self.head.scheme()),
            Slot::RequestHeader(name) => {
                let value = self.head.header(name).map_err(|_| EvalError::Unreadable)?;
                if value.is_some_and(|value| value.len() > limits::HEADER_BYTES) {
                    return Err(EvalError::Unreadable);
                }
                optional(value)
            }
            Slot::Capture(name) => self.of_call(self.capture(*name)),
            Slot::Query(name) => Ok(self.query.value(*name).map(Value::from)),
            Slot::Body(name) | Slot::Argument(name) => match self.content.members {
                Members::Absent => Ok(None),
                Members::Unknown => Err(EvalError::Unknown),
                Members::Read(members) => Ok(members.value(*name).map(Value::from)),
            },
            Slot::CalledName => self.of_call(self.content.name),
            Slot::CalledUri => self.of_call(self.content.uri),
            Slot::Claim(claim) => {
                let value = self.token.claims().get(claim.index());
                Ok(value.and_then(Option::as_ref).map(Value::from))
            }
            Slot::TokenIssuer => {
                let issuer = self.plan.issuers.get(self.token.issuer().index());
                optional(issuer.map(|issuer| issuer.issuer.as_str()))
            }
            Slot::TokenSubject => optional(self.token.subject()),
            Slot::TokenId => optional(self.token.id()),
            Slot::TokenIssuedAt => Ok(self
                .token
                .issued_at()
                .map(|time| Value::Int(time.seconds()))),
            Slot::TokenExpires => Ok(Some(Value::Int(self.token.expires().seconds()))),
            Slot::Agent => text(&identity.agent),
            Slot::Principal => optional(identity.principal.as_deref()),
            Slot::Task => optional(identity.task.as_deref()),
            Slot::TaskId => optional(identity.task_id.as_deref()),
            Slot::Session => optional(identity.session.as_deref()),
            Slot::Instance => optional(identity.instance.as_deref()),
            Slot::Tenant => optional(identity.tenant.as_deref()),
            Slot::Delegation => Ok(Some(Value::from(self.delegators()))),
            Slot::TransactionClaim(claim) => {
                let claims = self.transaction.map(VerifiedToken::claims);
                let value = claims.and_then(|claims| claims.get(claim.index()));
                Ok(value.and_then(Option::as_ref).map(Value::from))
            }
            Slot::TransactionId => optional(self.transaction.and_then(VerifiedToken::id)),
            Slot::TransactionSubject => optional(self.transaction.and_then(VerifiedToken::subject)),
            Slot::TransactionWorkload => {
                let restrictions = self.transaction.and_then(VerifiedToken::restrictions);
                optional(restrictions.and_then(|one| one.requested_by.as_deref()))
            }
            Slot::Resource => {
                let resource = self.operation.resource;
                let resource = resource.and_then(|id| self.plan.resources.get(id.index()));
                optional(resource.map(|resource| resource.name.as_str()))
            }
            Slot::Operation => text(&self.operation.name),
            Slot::Issuer => {
                let issuer = self.plan.issuers.get(self.token.issuer().index());
                optional(issuer.map(|issuer| issuer.name.as_str()))
            }
            Slot::Now => Ok(Some(Value::Timestamp(timestamp(self.now)))),
            Slot::HistoryCalls(term) => {
                let calls = self.past()?.calls(*term);
                let calls = calls.map_err(|_| EvalError::Unreadable)?;
                Ok(Some(Value::Int(calls.map_or(0, |[calls, _, _]| calls))))
            }
            Slot::HistoryFirst(term) => self.moment(*term, |[_, first, _]| first),
            Slot::HistoryLast(term) => self.moment(*term, |[_, _, last]| last),
            Slot::HistoryDenials(per) => {
                let denials = self.past()?.denials(*per);
                Ok(Some(Value::Int(
                    denials.map_err(|_| EvalError::Unreadable)?,
                )))
            }
            Slot::HistoryTarget(memory) => {
                let past = self.past()?;
                let target = past.book.target(*memory).ok_or(EvalError::Missing)??;
                let found = past.has_target(*memory, target);
                Ok(Some(Value::Bool(found.map_err(|_| EvalError::Unreadable)?)))
            }
        }
    }

    fn text(&self, slot: &'v Slot) -> Option<&'v str> {
        match slot {
            Slot::RequestMethod => Some(self.method),
            Slot::RequestPath => Some(self.target.whole),
            Slot::RequestUrlPath => Some(self.target.path),
            Slot::Capture(name) => self.capture(*name),
            Slot::Claim(_) | Slot::Query(_) | Slot::Body(_) | Slot::Argument(_) => {
                self.datum(slot)?.as_text()
            }
            Slot::Agent => Some(&self.token.identity().agent),
            // Looking for one costs more than a step.
            Slot::RequestHeader(_) => None,
            // What a condition seldom compares is read as any value is.
            _ => match self.read(slot) {
                Ok(Some(Value::String(Text::Borrowed(text)))) => Some(text),
                _ => None,
            },
        }
    }

    fn list(&self, slot: &'v Slot) -> Option<&'v [Datum]> {
        match slot {
            Slot::Delegation => self.delegators().as_list(),
            _ => self.datum(slot)?.as_list(),
        }
    }

    fn kept(&self, program: ProgramId) -> Option<Result<bool, EvalError>> {
        self.token.kept(program)
    }

    fn keep(&self, program: ProgramId, result: Result<bool, EvalError>) {
        self.token.keep(program, result);
    }
}

fn timestamp(time: UnixTime) -> Timestamp {
    let nanos = time.millis().rem_euclid(1000).saturating_mul(1_000_000);
    Timestamp {
        seconds: time.seconds(),
        nanos: u32::try_from(nanos).unwrap_or(0),
    }
}
