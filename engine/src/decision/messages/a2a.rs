//! What a message of the Agent2Agent protocol does.

use super::desk::{Calling, Desk, Named, TASKS};
use crate::a2a::methods;
use crate::answers;
use crate::cel::Trace;
use crate::decision::reason::Reason;
use crate::decision::record::ContentPart;
use crate::decision::stop::Stop;
use crate::json::{Json, Object};
use crate::plan::CallKind;
use crate::rpc::Message;

/// The method that lists protocol tasks.
pub(super) const LIST_TASKS: &str = "ListTasks";
/// Where a message says which skill it is for: no version of the protocol has a member of its own.
const SKILL: &str = "skillId";

impl Desk<'_, '_, '_> {
    pub(super) fn a2a(
        &mut self,
        message: &Message<'_>,
        method: &str,
        trace: &mut impl Trace,
    ) -> Result<Reason, Stop> {
        self.case.record.content = Some(ContentPart::message(method, None).into());
        let known = methods::by_name(method).ok_or(Reason::UnknownOperation)?;
        let task = methods::task(known, message).map_err(|_| Reason::MessageMalformed)?;
        let skill = skill(message.params())?;
        self.case.record.content = Some(ContentPart::message(method, skill).into());
        let calls = self.case.engine.calls();
        let id = match skill {
            Some(skill) => calls.named(self.place.id, CallKind::Skill, skill),
            None => calls.named(self.place.id, CallKind::Method, known.name),
        };
        let calling = Calling {
            id: id.ok_or(Reason::UnknownOperation)?,
            named: Named {
                name: skill,
                ..Named::default()
            },
            arguments: None,
            agrees: Ok(()),
        };
        let reason = self.call(&calling, trace)?;
        if let Some(task) = task {
            self.task_is_own(task)?;
        }
        let list = (known.name == LIST_TASKS).then_some(answers::ListKind::Tasks);
        self.case.watch.answers = Some(answers::Watch { list, ..TASKS });
        self.case.watch.lists = list.is_some();
        Ok(reason)
    }
}

/// The skill that a message names, in its own metadata or in that of the request.
pub(super) fn skill<'m>(params: Option<&'m Object<'m>>) -> Result<Option<&'m str>, Reason> {
    let Some(params) = params else {
        return Ok(None);
    };
    let inner = match params.member("message") {
        Some(Json::Object(message)) => message.member("metadata"),
        _ => None,
    };
    let mut found = None;
    for metadata in [params.member("metadata"), inner].into_iter().flatten() {
        let Json::Object(metadata) = metadata else {
            return Err(Reason::MessageMalformed);
        };
        match (metadata.member(SKILL), found) {
            (None, _) => {}
            (Some(Json::String(skill)), None) => found = Some(skill.as_ref()),
            (Some(Json::String(skill)), Some(other)) if skill == other => {}
            (Some(_), _) => return Err(Reason::MessageMalformed),
        }
    }
    Ok(found)
}
