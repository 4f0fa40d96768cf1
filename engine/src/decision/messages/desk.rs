//! One request for an endpoint: what is the same for every protocol of messages.

use crate::answers;
use crate::calls::Captures;
use crate::cel::{Silent, Trace};
use crate::content::{Content, Members};
use crate::decision::body::{Body, Unread};
use crate::decision::case::Case;
use crate::decision::lasting::is_running;
use crate::decision::opening::{Opened, Place, Subject};
use crate::decision::owned;
use crate::decision::reason::Reason;
use crate::decision::record::Record;
use crate::decision::reply::Reply;
use crate::decision::stop::Stop;
use crate::decision::tasks;
use crate::decision::visibility::Visibility;
use crate::host::{Host, Ledger, MarkId};
use crate::json::{Object, canonical};
use crate::mcp::headers;
use crate::plan::{CallKind, OperationId, Protocol};
use crate::request::RequestHead;
use crate::rpc::{Id, Message, Messages, What};

/// Answers that may tell of protocol tasks.
pub(super) const TASKS: answers::Watch = answers::Watch {
    list: None,
    tasks: true,
    binding: answers::Binding::JsonRpc,
};

/// What a message says of itself and not of what it asks for.
const META: &str = "_meta";

/// One request for an endpoint.
pub(super) struct Desk<'c, 'e, 'r> {
    pub(super) case: &'c mut Case<'e>,
    pub(super) opened: &'c Opened<'e, 'r>,
    pub(super) place: Place<'e>,
    pub(super) head: &'c RequestHead<'r>,
    pub(super) host: &'c dyn Host,
    /// Whether the caller may call something here, once that was asked: of a batch it is the same
    /// for every message.
    pub(super) may_call: Option<bool>,
}

/// What the name of what is called says.
#[derive(Default)]
pub(super) struct Named<'m> {
    pub(super) name: Option<&'m str>,
    pub(super) uri: Option<&'m str>,
    pub(super) captures: Captures<'m>,
}

/// A call: what, and with what.
pub(super) struct Calling<'m> {
    pub(super) id: OperationId,
    pub(super) named: Named<'m>,
    /// Its arguments, if there are any.
    pub(super) arguments: Option<&'m Object<'m>>,
    /// All that it comes with, if that is more: what a method of the protocol itself is about.
    pub(super) whole: Option<&'m Object<'m>>,
    /// What is wrong with it for whoever may call it.
    pub(super) agrees: Result<(), Reason>,
}

impl<'e> Desk<'_, 'e, '_> {
    pub(super) fn decide(
        &mut self,
        body: &Body<'_>,
        trace: &mut impl Trace,
    ) -> Result<Reason, Stop> {
        let endpoint = self.place.endpoint;
        self.case.knock(self.opened, self.head, endpoint)?;
        // Nothing decides by the body of another method, and some servers read it.
        let is_empty = matches!(body.content, Err(Unread::Absent));
        if self.opened.method != "POST" && !is_empty {
            return Err(Reason::MessageMalformed.into());
        }
        if !self.opened.target.segments.iter().eq(&endpoint.path) {
            return self.by_path(body, trace);
        }
        if self.opened.method != "POST" {
            self.session_is_own()?;
            let reason = self.session()?;
            // A stream that was broken off may go on here, with lists in it.
            self.case.watch.answers = Some(TASKS);
            self.case.watch.lists = true;
            return Ok(reason);
        }
        self.case.reply = Some(Reply {
            id: String::from("null"),
            errors: endpoint.errors,
        });
        let json = body.content.map_err(Unread::reason)?;
        let messages = Messages::read(json).map_err(|_| Reason::MessageMalformed)?;
        self.session_is_own()?;
        match messages {
            Messages::One(message) => self.message(&message, trace),
            Messages::Batch(messages) => self.batch(&messages, trace),
        }
    }

    /// Each has to be allowed; the record is of the first that an exception allows, or else a rule,
    /// with what rules that only report said of any.
    fn batch(&mut self, messages: &[Message<'_>], trace: &mut impl Trace) -> Result<Reason, Stop> {
        let is_mcp = self.place.endpoint.protocol == Protocol::Mcp;
        if !(is_mcp && headers::may_be_batch(self.head)) {
            return Err(Reason::MessageMalformed.into());
        }
        let mut kept = None;
        for message in messages {
            let reason = self.message(message, trace)?;
            let counts = match &kept {
                None => reason != Reason::Session,
                Some((before, _)) => reason != *before && reason == Reason::BreakGlass,
            };
            if counts {
                kept = Some((reason, self.case.record.clone()));
            }
        }
        Ok(match kept {
            Some((reason, record)) => {
                let observed = std::mem::take(&mut self.case.record.observed);
                self.case.record = Record { observed, ..record };
                reason
            }
            None => Reason::Session,
        })
    }

    fn message(&mut self, message: &Message<'_>, trace: &mut impl Trace) -> Result<Reason, Stop> {
        if let Some(reply) = &mut self.case.reply {
            let id = message.id.map(Id::to_json);
            reply.id = id.unwrap_or_else(|| String::from("null"));
        }
        let record = &mut self.case.record;
        (record.operation, record.content) = (None, None);
        (record.rule, record.break_glass, record.approval) = (None, None, None);
        self.case.approved = None;
        self.case.is_lifted = false;
        match message.what {
            What::Response if self.place.endpoint.protocol == Protocol::Mcp => self.session(),
            What::Response => Err(Reason::MessageMalformed.into()),
            What::Request { method, .. } | What::Notification { method, .. } => {
                match self.place.endpoint.protocol {
                    Protocol::Mcp => self.mcp(message, method, trace),
                    Protocol::A2a => self.a2a(message, method, trace),
                }
            }
        }
    }

    /// A call of an operation, with its arguments.
    pub(super) fn call(
        &mut self,
        calling: &Calling<'_>,
        trace: &mut impl Trace,
    ) -> Result<Reason, Stop> {
        let plan = self.case.engine.plan();
        let operation = plan.operations.get(calling.id.index());
        let operation = operation.ok_or(Reason::HostFailure)?;
        let call = operation.call.as_ref().ok_or(Reason::HostFailure)?;
        let subject = Subject {
            id: calling.id,
            operation,
            resource: self.place.resource,
        };
        self.case.record.operation = Some(operation);
        let none = Object::default();
        let arguments = calling.arguments.unwrap_or(&none);
        let values = self.case.members(arguments, subject);
        // Whoever approves a method approves all of its parameters.
        let whole = calling.whole.filter(|_| call.kind == CallKind::Method);
        if let (Some(whole), Some(part)) = (whole, &mut self.case.record.content) {
            part.digest = Some(canonical::digest_of_members(&whole.without(META)));
        }
        let values = calling.agrees.and(values);
        let content = values.as_ref().map(|values| Content {
            members: Members::Read(values),
            name: calling.named.name,
            uri: calling.named.uri,
            captures: &calling.named.captures,
        });
        let content = Some(content.map_err(|reason| *reason));
        let reason = self
            .case
            .judge(self.opened, self.head, subject, content, self.host, trace)?;
        if let Some(pin) = &call.pin {
            let changed = owned::changed(self.place.resource, operation, pin);
            if self.is_marked(Ledger::Changed, &changed)? {
                return Err(Reason::DefinitionChanged.into());
            }
        }
        Ok(reason)
    }

    /// A message that calls nothing: for whoever may call something here.
    pub(super) fn session(&mut self) -> Result<Reason, Stop> {
        let plan = self.case.engine.plan();
        let ids = self.case.engine.calls().of(self.place.id);
        let may_call = |id: &OperationId| {
            let operation = plan.operations.get(id.index());
            operation.is_some_and(|operation| {
                let subject = Subject {
                    id: *id,
                    operation,
                    resource: self.place.resource,
                };
                let (opened, head) = (self.opened, self.head);
                let seen = self.case.visibility(opened, head, subject, Content::NONE);
                seen != Visibility::Hidden
            })
        };
        let is_open = match self.may_call {
            Some(known) => known,
            None => ids.iter().any(may_call),
        };
        self.may_call = Some(is_open);
        if !is_open {
            return Err(Reason::NotAllowed.into());
        }
        let token = &self.opened.token;
        is_running(plan, token, self.case.now, self.host)?;
        if let Ok(task) = tasks::select(plan, token) {
            let host = self.host;
            self.case.may_still(task, None, token, host, &mut Silent)?;
        }
        Ok(Reason::Session)
    }

    /// A session that a request names was opened by the caller.
    fn session_is_own(&self) -> Result<(), Reason> {
        let session = self.head.session();
        let Some(session) = session.map_err(|_| Reason::SessionUnknown)? else {
            return Ok(());
        };
        let plan = self.case.engine.plan();
        let id = owned::session(plan, self.place.resource, session, &self.opened.token);
        if self.is_marked(Ledger::Owned, &id.ok_or(Reason::SessionUnknown)?)? {
            Ok(())
        } else {
            Err(Reason::SessionUnknown)
        }
    }

    /// A protocol task that a message names was started by the caller's task id.
    pub(super) fn task_is_own(&self, task: &str) -> Result<(), Reason> {
        let plan = self.case.engine.plan();
        let id = owned::task(plan, self.place.resource, task, &self.opened.token);
        if self.is_marked(Ledger::Owned, &id.ok_or(Reason::NotOwner)?)? {
            Ok(())
        } else {
            Err(Reason::NotOwner)
        }
    }

    fn is_marked(&self, ledger: Ledger, id: &MarkId) -> Result<bool, Reason> {
        let marked = self.host.is_marked(ledger, id, self.case.now);
        marked.map_err(|_| Reason::StateUnavailable)
    }
}
