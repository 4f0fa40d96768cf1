//! The tasks that a result tells of.

use super::error::AnswerError;
use super::list::Visible;
use crate::json::{Json, Object};
use crate::limits;

/// Where a result has the id of a task. What stands there and is no text is no id, and a task
/// whose id was not seen has no owner.
const PLACES: &[&[&str]] = &[
    &["taskId"], // MCP 2026-07-28 (SEP-2663), and of 2025-11-25 tasks/get, tasks/cancel; A2A 0.3 updates
    &["task", "taskId"], // MCP 2025-11-25, CreateTaskResult
    &["task", "id"], // A2A 1.0, SendMessageResponse, StreamResponse
    &["statusUpdate", "taskId"], // A2A 1.0, StreamResponse
    &["artifactUpdate", "taskId"], // the same
    &["message", "taskId"], // the same, and SendMessageResponse
];

/// Tells of the tasks in a result: at most one for each place.
pub(super) fn tell(result: &Object<'_>, visible: &mut dyn Visible) -> Result<(), AnswerError> {
    for place in PLACES {
        if let Some(Json::String(id)) = at(result, place) {
            tell_id(id, visible)?;
        }
    }
    // A2A 0.3: a task is the result itself, and says so.
    if let (Some(Json::String(kind)), Some(Json::String(id))) =
        (result.member("kind"), result.member("id"))
        && kind == "task"
    {
        tell_id(id, visible)?;
    }
    Ok(())
}

fn tell_id(id: &str, visible: &mut dyn Visible) -> Result<(), AnswerError> {
    if id.len() > limits::TASK_ID_BYTES {
        return Err(AnswerError::TaskId);
    }
    if !id.is_empty() {
        visible.task(id);
    }
    Ok(())
}

fn at<'j>(object: &'j Object<'j>, place: &[&str]) -> Option<&'j Json<'j>> {
    let (first, rest) = place.split_first()?;
    rest.iter()
        .try_fold(object.member(first)?, |value, name| match value {
            Json::Object(object) => object.member(name),
            _ => None,
        })
}

#[cfg(test)]
mod tests;
