//! The messages of an answer.

use super::answer::{Binding, Watch};
use super::edits::Edits;
use super::error::AnswerError;
use super::list::{self, ListKind, Visible, is};
use super::spans::{self, Placed};
use super::tasks;
use crate::json::reader::{ReadError, Reader};
use crate::json::{Json, Object};
use crate::limits;

/// Reads one text of an answer: a message, or a batch of them (MCP 2025-03-26). What it is now, if
/// something changed.
///
/// Messages are known by what they hold, not by their id: on a stream the answer to another request
/// can be replayed. Whatever has no result goes on as it is. A message that answers alone to a
/// request for a list must have it (`watch.list`).
pub(super) fn rewrite(
    text: &[u8],
    watch: Watch,
    visible: &mut dyn Visible,
) -> Result<Option<Vec<u8>>, AnswerError> {
    let json = read(text).map_err(|_| AnswerError::Json)?;
    let at = spans::whole(text)?;
    let mut edits = Edits::new(text);
    if let Json::Array(messages) = &json {
        if messages.len() > limits::BATCH_MESSAGES {
            return Err(AnswerError::TooMany);
        }
        let any = Watch {
            list: None,
            ..watch
        };
        for element in spans::elements(text, &at, messages)? {
            message(&element, any, &mut edits, visible)?;
        }
    } else {
        let only = Placed {
            name: "",
            value: &json,
            at,
        };
        message(&only, watch, &mut edits, visible)?;
    }
    edits.finish()
}

/// Numbers come out to their last bit, as a pinned definition was hashed.
fn read(text: &[u8]) -> Result<Json<'static>, ReadError> {
    let mut reader = Reader::within(text.len(), limits::ANSWER_VALUES);
    reader.push(text)?;
    reader.finish()
}

fn message(
    message: &Placed<'_>,
    watch: Watch,
    edits: &mut Edits<'_>,
    visible: &mut dyn Visible,
) -> Result<(), AnswerError> {
    let Json::Object(members) = message.value else {
        return Err(AnswerError::Shape);
    };
    if watch.binding == Binding::Rest {
        return result(members, message, watch, edits, visible);
    }
    for member in spans::members(edits.text(), &message.at, members)? {
        if !is(member.name, "result")? {
            continue;
        }
        match member.value {
            Json::Object(object) => result(object, &member, watch, edits, visible)?,
            _ if watch.list.is_some() => return Err(AnswerError::Shape),
            _ => {}
        }
    }
    Ok(())
}

fn result(
    result: &Object<'_>,
    place: &Placed<'_>,
    watch: Watch,
    edits: &mut Edits<'_>,
    visible: &mut dyn Visible,
) -> Result<(), AnswerError> {
    if watch.tasks {
        tasks::tell(result, visible)?;
    }
    let mut lists = Vec::new();
    for name in result.names() {
        lists.extend(ListKind::held_by(name)?);
    }
    // No tasks at all can be said by leaving them out (ProtoJSON).
    let missing = |wanted| wanted != ListKind::Tasks && !lists.contains(&wanted);
    if watch.list.is_some_and(missing) {
        return Err(AnswerError::Shape);
    }
    if lists.is_empty() {
        return Ok(());
    }
    for member in spans::members(edits.text(), &place.at, result)? {
        if let Some(kind) = ListKind::held_by(member.name)? {
            list::filter(kind, &member, edits, visible)?;
        } else if is(member.name, "cacheScope")? && !is_private(member.value) {
            // MCP 2026-07-28: a public list may be served to others, who may see other entries.
            edits.replace(member.at, &["\"private\""])?;
        }
    }
    Ok(())
}

fn is_private(scope: &Json<'_>) -> bool {
    matches!(scope, Json::String(scope) if scope == "private")
}
