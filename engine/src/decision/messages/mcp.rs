//! What a message of the Model Context Protocol does.

use super::desk::{Calling, Desk, Named, TASKS};
use crate::answers::{self, ListKind};
use crate::cel::Trace;
use crate::decision::reason::Reason;
use crate::decision::record::ContentPart;
use crate::decision::stop::Stop;
use crate::json::{Json, Object};
use crate::mcp::Asked;
use crate::mcp::headers::{self, Mirrored};
use crate::plan::{CallKind, OperationId};
use crate::rpc::Message;

/// The method that opens a session (2024-11-05 to 2025-11-25).
const INITIALIZE: &str = "initialize";
/// The method that lists protocol tasks (2025-11-25).
const LIST_TASKS: &str = "tasks/list";
/// Where a client says what it can do (2026-07-28).
const CLIENT_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

impl Desk<'_, '_, '_> {
    pub(super) fn mcp(
        &mut self,
        message: &Message<'_>,
        method: &str,
        trace: &mut impl Trace,
    ) -> Result<Reason, Stop> {
        let asked = Asked::read(message);
        let named = match asked {
            Ok(Asked::Call { name, .. }) => Some(name),
            Ok(Asked::Task(id)) => Some(id),
            _ => None,
        };
        self.case.record.content = Some(ContentPart::message(method, named).into());
        let asked = asked.map_err(|_| Reason::MessageMalformed)?;
        let found = self.find(method, asked);
        let agrees = self.agrees(message, found.as_ref().map(|(id, _)| *id))?;
        if let Some((id, named)) = found {
            if matches!(asked, Asked::Call { .. }) && may_start_tasks(message) {
                self.case.watch.answers.get_or_insert(TASKS);
            }
            let arguments = message.object("arguments");
            let calling = Calling {
                id,
                named,
                arguments,
                whole: message.params(),
                agrees,
            };
            let reason = self.call(&calling, trace)?;
            // A rule for a method makes nobody the owner of others' tasks.
            match asked {
                Asked::Task(task) => self.task_is_own(task)?,
                Asked::Other(LIST_TASKS) => self.watch_list(ListKind::Tasks),
                _ => {}
            }
            return Ok(reason);
        }
        match asked {
            Asked::List(kind) => {
                let reason = self.session()?;
                self.watch_list(kind);
                Ok(reason)
            }
            Asked::Session => {
                let reason = self.session()?;
                self.case.watch.session |= method == INITIALIZE;
                Ok(reason)
            }
            Asked::Task(task) => {
                self.task_is_own(task)?;
                self.session()
            }
            Asked::Response => self.session(),
            Asked::Call { .. } | Asked::Other(_) | Asked::Unknown(_) => {
                Err(Reason::UnknownOperation.into())
            }
        }
    }

    fn watch_list(&mut self, kind: ListKind) {
        self.case.watch.answers = Some(answers::Watch {
            list: Some(kind),
            ..TASKS
        });
        self.case.watch.lists = true;
    }

    /// The operation that a message calls, with what its name says. A method that the policy names
    /// is one itself.
    fn find<'m>(&self, method: &str, asked: Asked<'m>) -> Option<(OperationId, Named<'m>)> {
        let calls = self.case.engine.calls();
        let place = self.place.id;
        if let Some(id) = calls.named(place, CallKind::Method, method) {
            return Some((id, Named::default()));
        }
        let Asked::Call { kind, name, .. } = asked else {
            return None;
        };
        if kind == CallKind::Resource {
            let (id, captures) = calls.uri(place, name)?;
            let named = Named {
                uri: Some(name),
                captures,
                ..Named::default()
            };
            return Some((id, named));
        }
        let named = Named {
            name: Some(name),
            ..Named::default()
        };
        Some((calls.named(place, kind, name)?, named))
    }

    /// Whether the headers agree with a message. What only whoever knows the operation can tell
    /// (the inner error) is told only to those who may call it.
    fn agrees(
        &self,
        message: &Message<'_>,
        operation: Option<OperationId>,
    ) -> Result<Result<(), Reason>, Reason> {
        let plan = self.case.engine.plan();
        let operation = operation.and_then(|id| plan.operations.get(id.index()));
        let call = operation.and_then(|operation| operation.call.as_ref());
        let mirrored = call.map_or(Mirrored::NONE, |call| Mirrored {
            headers: &call.mirrored,
            names: &plan.names,
        });
        if headers::check(self.head, message, mirrored).is_ok() {
            return Ok(Ok(()));
        }
        match headers::check(self.head, message, Mirrored::NONE) {
            Ok(()) => Ok(Err(Reason::HeaderMismatch)),
            Err(_) => Err(Reason::HeaderMismatch),
        }
    }
}

/// Whether a call may be answered with a protocol task: it asks for one (2025-11-25), or its client
/// says that it can do more than the least (2026-07-28, SEP-2663).
fn may_start_tasks(message: &Message<'_>) -> bool {
    let has = |object: &Object<'_>, name| object.member(name).is_some();
    let capabilities = message
        .object("_meta")
        .map(|meta| meta.member(CLIENT_CAPABILITIES));
    let says_more = match capabilities {
        Some(Some(Json::Object(capabilities))) => capabilities.names().next().is_some(),
        _ => false,
    };
    says_more || message.params().is_some_and(|all| has(all, "task"))
}
