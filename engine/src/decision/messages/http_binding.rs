//! What a request of A2A's HTTP binding does (A2A 1.0 section 11): the same as the message would.

use super::a2a::{LIST_TASKS, skill};
use crate::a2a::methods;
use crate::answers::{self, Binding, ListKind};
use crate::cel::Trace;
use crate::content::Values;
use crate::decision::body::{Body, Unread};
use crate::decision::case::Case;
use crate::decision::opening::{Opened, Subject};
use crate::decision::reason::Reason;
use crate::decision::stop::Stop;
use crate::host::Host;
use crate::json::{Json, Object};
use crate::plan::{BodyShape, CallKind};
use crate::request::RequestHead;

/// The methods whose body is a message, which may go on with a task or be for a skill.
const SENDING: [&str; 2] = ["SendMessage", "SendStreamingMessage"];

impl<'e> Case<'e> {
    pub(super) fn in_http_binding(
        &mut self,
        opened: &Opened<'e, '_>,
        head: &RequestHead<'_>,
        subject: Subject<'e>,
        body: &Body<'_>,
        host: &dyn Host,
        trace: &mut impl Trace,
    ) -> Result<Reason, Stop> {
        let Some((name, in_path)) = method(opened, subject) else {
            // The card, for one.
            let values = Ok(Values::default());
            return self.with_values(opened, head, subject, values, host, trace);
        };
        let object = match (&subject.operation.body, body.content) {
            (BodyShape::Unread, _) | (_, Err(Unread::Absent)) => None,
            (BodyShape::Json(_), Ok(Json::Object(object))) => Some(object),
            (BodyShape::Json(_), Ok(_)) => return Err(Reason::MessageMalformed.into()),
            (BodyShape::Json(_), Err(unread)) => return Err(unread.reason().into()),
        };
        let is_sending = SENDING.contains(&name);
        let (skill, in_body) = match is_sending {
            true => (
                skill(object)?,
                methods::task_of_message(object).map_err(|_| Reason::MessageMalformed)?,
            ),
            false => (None, None),
        };
        let subject = match skill {
            Some(skill) => self.of_skill(subject, skill)?,
            None => subject,
        };
        let none = Object::default();
        let values = match subject.operation.body {
            BodyShape::Unread => Ok(Values::default()),
            BodyShape::Json(_) => self.members(object.unwrap_or(&none), subject),
        };
        let reason = self.with_values(opened, head, subject, values, host, trace)?;
        for task in [in_path, in_body].into_iter().flatten() {
            self.task_is_own(subject.resource, task, &opened.token, host)?;
        }
        self.watch.lists = name == LIST_TASKS;
        self.watch.answers = Some(answers::Watch {
            list: self.watch.lists.then_some(ListKind::Tasks),
            tasks: true,
            binding: Binding::Rest,
        });
        Ok(reason)
    }

    /// The operation that a skill is.
    fn of_skill(&mut self, subject: Subject<'e>, skill: &str) -> Result<Subject<'e>, Reason> {
        let resource = subject.operation.resource.ok_or(Reason::HostFailure)?;
        let id = self.engine.calls().named(resource, CallKind::Skill, skill);
        let id = id.ok_or(Reason::UnknownOperation)?;
        let operation = self.engine.plan().operations.get(id.index());
        let operation = operation.ok_or(Reason::HostFailure)?;
        self.record.operation = Some(operation);
        Ok(Subject {
            id,
            operation,
            ..subject
        })
    }
}

/// The method, and the task that its path names.
fn method<'o>(
    opened: &'o Opened<'_, '_>,
    subject: Subject<'_>,
) -> Option<(&'static str, Option<&'o str>)> {
    let base = subject.resource.endpoint.as_ref()?.rest.as_ref()?;
    let segments: Vec<&str> = opened.target.segments.iter().map(AsRef::as_ref).collect();
    let (before, after) = segments.split_at_checked(base.len())?;
    if !before.iter().eq(base.iter()) {
        return None;
    }
    methods::by_path(opened.method, after)
}
