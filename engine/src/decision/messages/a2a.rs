//! What a message of the Agent2Agent protocol does.

use super::desk::{Calling, Desk, Named};
use crate::a2a::methods;
use crate::answers::{self, Binding, ListKind};
use crate::cel::Trace;
use crate::decision::reason::Reason;
use crate::decision::record::ContentPart;
use crate::decision::stop::Stop;
use crate::json::{Json, Object};
use crate::plan::CallKind;
use crate::rpc::Message;
use crate::rpc::alike::any_alike;

/// The methods that send a message, which may go on with a task or be for a skill.
const SENDING: [&str; 2] = ["SendMessage", "SendStreamingMessage"];
/// The method that lists protocol tasks.
const LIST_TASKS: &str = "ListTasks";
/// Where a message says which skill it is for: no version of the protocol has a member of its own.
const SKILL: &str = "skillId";
/// Where that stands.
const METADATA: &str = "metadata";

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
        let asked = Asked {
            name: known.name,
            tasks: [task, None],
            params: message.params(),
            binding: Binding::JsonRpc,
        };
        self.asks(&asked, trace)
    }

    /// A method, whichever way it is asked for.
    pub(super) fn asks(
        &mut self,
        asked: &Asked<'_>,
        trace: &mut impl Trace,
    ) -> Result<Reason, Stop> {
        // The metadata of other methods says nothing of what they do.
        let (skill, references) = match SENDING.contains(&asked.name) {
            true => (skill(asked.params)?, methods::references(asked.params)),
            false => (None, Ok(Vec::new())),
        };
        let references = references.map_err(|_| Reason::MessageMalformed)?;
        self.case.record.content = Some(ContentPart::message(asked.name, skill).into());
        let calls = self.case.engine.calls();
        let id = match skill {
            Some(skill) => calls.named(self.place.id, CallKind::Skill, skill),
            None => calls.named(self.place.id, CallKind::Method, asked.name),
        };
        let calling = Calling {
            id: id.ok_or(Reason::UnknownOperation)?,
            named: Named {
                name: skill,
                ..Named::default()
            },
            arguments: asked.params,
            whole: None,
            agrees: Ok(()),
        };
        let reason = self.call(&calling, trace)?;
        for task in asked.tasks.into_iter().flatten().chain(references) {
            self.task_is_own(task)?;
        }
        let list = (asked.name == LIST_TASKS).then_some(ListKind::Tasks);
        self.case.watch.answers = Some(answers::Watch {
            list,
            tasks: true,
            binding: asked.binding,
        });
        self.case.watch.lists = list.is_some();
        Ok(reason)
    }
}

/// What is asked for.
pub(super) struct Asked<'m> {
    /// The method's name in 1.0.
    pub(super) name: &'static str,
    /// Tasks that it names.
    pub(super) tasks: [Option<&'m str>; 2],
    /// Its parameters: the whole body, in the HTTP binding.
    pub(super) params: Option<&'m Object<'m>>,
    /// How it is answered.
    pub(super) binding: Binding,
}

/// The skill that a message names, in its own metadata or in that of the request. What only a
/// lenient reader takes for it is refused.
fn skill<'m>(params: Option<&'m Object<'m>>) -> Result<Option<&'m str>, Reason> {
    let Some(params) = params else {
        return Ok(None);
    };
    let sent = match params.member("message") {
        Some(Json::Object(sent)) => Some(sent),
        _ => None,
    };
    let mut found = None;
    for holder in [Some(params), sent].into_iter().flatten() {
        if any_alike(holder, &[METADATA]) {
            return Err(Reason::MessageMalformed);
        }
        let metadata = match holder.member(METADATA) {
            None => continue,
            Some(Json::Object(metadata)) if !any_alike(metadata, &[SKILL]) => metadata,
            Some(_) => return Err(Reason::MessageMalformed),
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
