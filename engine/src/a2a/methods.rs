//! The methods of A2A 1.0, also by their names of 0.3 and as paths of the HTTP binding.

use crate::json::{Json, Object};
use crate::limits;
use crate::rpc::alike::any_alike;
use crate::rpc::{Malformed, Message};

/// A method by one of its names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Method {
    /// What messages call it.
    pub wire: &'static str,
    /// What 1.0 and policies call it.
    pub name: &'static str,
    /// Where its parameters name the protocol's task that it is about.
    pub task: TaskIn,
}

/// Where a task is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaskIn {
    /// Nowhere.
    Nowhere,
    /// `params.id`.
    Id,
    /// `params.taskId`; `params.id` is another thing then.
    TaskId,
    /// `params.message.taskId`, where the message goes on with a task.
    Message,
}

/// Every method by every name.
pub const METHODS: [Method; 23] = [
    row("SendMessage", "SendMessage", TaskIn::Message),
    row("message/send", "SendMessage", TaskIn::Message),
    row(
        "SendStreamingMessage",
        "SendStreamingMessage",
        TaskIn::Message,
    ),
    row("message/stream", "SendStreamingMessage", TaskIn::Message),
    row("GetTask", "GetTask", TaskIn::Id),
    row("tasks/get", "GetTask", TaskIn::Id),
    row("ListTasks", "ListTasks", TaskIn::Nowhere),
    row("tasks/list", "ListTasks", TaskIn::Nowhere),
    row("CancelTask", "CancelTask", TaskIn::Id),
    row("tasks/cancel", "CancelTask", TaskIn::Id),
    row("SubscribeToTask", "SubscribeToTask", TaskIn::Id),
    row("tasks/resubscribe", "SubscribeToTask", TaskIn::Id),
    row(CREATE, CREATE, TaskIn::TaskId),
    row("tasks/pushNotificationConfig/set", CREATE, TaskIn::TaskId),
    row(GET, GET, TaskIn::TaskId),
    row("tasks/pushNotificationConfig/get", GET, TaskIn::Id),
    row(LIST, LIST, TaskIn::TaskId),
    row("ListTaskPushNotificationConfig", LIST, TaskIn::TaskId),
    row("tasks/pushNotificationConfig/list", LIST, TaskIn::Id),
    row(DELETE, DELETE, TaskIn::TaskId),
    row("tasks/pushNotificationConfig/delete", DELETE, TaskIn::Id),
    row(CARD, CARD, TaskIn::Nowhere),
    row("agent/getAuthenticatedExtendedCard", CARD, TaskIn::Nowhere),
];

const CREATE: &str = "CreateTaskPushNotificationConfig";
const GET: &str = "GetTaskPushNotificationConfig";
const LIST: &str = "ListTaskPushNotificationConfigs";
const DELETE: &str = "DeleteTaskPushNotificationConfig";
const CARD: &str = "GetExtendedAgentCard";

const fn row(wire: &'static str, name: &'static str, task: TaskIn) -> Method {
    Method { wire, name, task }
}

/// A method by what a message calls it; `None` for one that the protocol does not have.
#[must_use]
pub fn by_name(wire: &str) -> Option<&'static Method> {
    METHODS.iter().find(|method| method.wire == wire)
}

/// The task that a message is about.
///
/// # Errors
/// [`Malformed`] where a task has to be named and is not, where it is no string, and where members
/// beside it could be taken for it.
pub fn task<'m>(method: &Method, message: &Message<'m>) -> Result<Option<&'m str>, Malformed> {
    match method.task {
        TaskIn::Nowhere => Ok(None),
        TaskIn::Id => named(message.params(), "id")?.ok_or(Malformed).map(Some),
        TaskIn::TaskId => named(message.params(), "taskId")?
            .ok_or(Malformed)
            .map(Some),
        TaskIn::Message => task_of_message(message.params()),
    }
}

/// The task that a message goes on with: `message.taskId` in these parameters, which are the whole
/// body in the HTTP binding.
///
/// # Errors
/// [`Malformed`], as [`task`].
fn task_of_message<'m>(params: Option<&'m Object<'m>>) -> Result<Option<&'m str>, Malformed> {
    let params = params.ok_or(Malformed)?;
    match params.member("message") {
        Some(Json::Object(sent)) if !any_alike(params, &["message"]) => named(Some(sent), "taskId"),
        _ => Err(Malformed),
    }
}

/// The task that a body of the HTTP binding names, which some readers take before that of the path.
///
/// # Errors
/// [`Malformed`], as [`task`]; a task that the path names need not stand there again.
pub fn task_of_body<'m>(
    name: &str,
    body: Option<&'m Object<'m>>,
) -> Result<Option<&'m str>, Malformed> {
    match by_name(name).map_or(TaskIn::Nowhere, |method| method.task) {
        TaskIn::Nowhere => Ok(None),
        TaskIn::Id => named(body, "id"),
        TaskIn::TaskId => named(body, "taskId"),
        TaskIn::Message => task_of_message(body),
    }
}

/// The tasks that a message refers to beside: `message.referenceTaskIds` in these parameters.
///
/// # Errors
/// [`Malformed`], as [`task`]; also where there are more than [`limits::REFERENCED_TASKS`].
pub fn references<'m>(params: Option<&'m Object<'m>>) -> Result<Vec<&'m str>, Malformed> {
    let sent = params.and_then(|params| params.member("message"));
    let Some(Json::Object(sent)) = sent else {
        return Ok(Vec::new());
    };
    if any_alike(sent, &[REFERENCES]) || any_alike_or_is(sent, "reference_task_ids") {
        return Err(Malformed);
    }
    let text = |task: &'m Json<'m>| match task {
        Json::String(task) if !task.is_empty() => Ok(task.as_ref()),
        _ => Err(Malformed),
    };
    match sent.member(REFERENCES) {
        None => Ok(Vec::new()),
        Some(Json::Array(tasks)) if tasks.len() <= limits::REFERENCED_TASKS => {
            tasks.iter().map(text).collect()
        }
        Some(_) => Err(Malformed),
    }
}

const REFERENCES: &str = "referenceTaskIds";

fn named<'m>(object: Option<&'m Object<'m>>, name: &str) -> Result<Option<&'m str>, Malformed> {
    let Some(object) = object else {
        return Ok(None);
    };
    // Readers of Protocol Buffers take a field by its own name as well (`ProtoJSON`).
    if any_alike(object, &[name]) || any_alike_or_is(object, "task_id") {
        return Err(Malformed);
    }
    match object.member(name) {
        None => Ok(None),
        Some(Json::String(task)) if !task.is_empty() => Ok(Some(task)),
        Some(_) => Err(Malformed),
    }
}

fn any_alike_or_is(object: &Object<'_>, name: &str) -> bool {
    object.member(name).is_some() || any_alike(object, &[name])
}

/// A method of the HTTP binding, and the task in the path, by the HTTP method and the decoded
/// segments of the path after the base; `None` for one that the protocol does not have. Paths with
/// a tenant before them are not known.
#[must_use]
pub fn by_path<'p>(http: &str, segments: &[&'p str]) -> Option<(&'static str, Option<&'p str>)> {
    let (name, task) = match (http, segments) {
        ("POST", ["message:send"]) => ("SendMessage", None),
        ("POST", ["message:stream"]) => ("SendStreamingMessage", None),
        ("GET", ["tasks"]) => ("ListTasks", None),
        // `card` is that of 0.3.
        ("GET", ["extendedAgentCard" | "card"]) => (CARD, None),
        (_, ["tasks", last]) => match (http, last.split_once(':')) {
            ("GET", None) => ("GetTask", Some(*last)),
            ("POST", Some((task, "cancel"))) => ("CancelTask", Some(task)),
            ("GET" | "POST", Some((task, "subscribe"))) => ("SubscribeToTask", Some(task)),
            _ => return None,
        },
        ("POST", ["tasks", task, CONFIGS]) => (CREATE, Some(*task)),
        ("GET", ["tasks", task, CONFIGS]) => (LIST, Some(*task)),
        ("GET", ["tasks", task, CONFIGS, _]) => (GET, Some(*task)),
        ("DELETE", ["tasks", task, CONFIGS, _]) => (DELETE, Some(*task)),
        _ => return None,
    };
    // A colon would stand before a verb to some servers.
    let is_plain = |task: &str| !task.is_empty() && !task.contains(':');
    task.is_none_or(is_plain).then_some((name, task))
}

const CONFIGS: &str = "pushNotificationConfigs";

/// The paths of the HTTP binding after the base, with their HTTP methods; `None` stands for any
/// segment. What a request asks for, only [`by_path`] says.
pub(crate) const PATHS: [(&str, &[Option<&str>]); 11] = [
    ("POST", &[Some("message:send")]),
    ("POST", &[Some("message:stream")]),
    ("GET", &[Some("tasks")]),
    ("GET", &[Some("extendedAgentCard")]),
    ("GET", &[Some("card")]),
    ("GET", &[Some("tasks"), None]),
    ("POST", &[Some("tasks"), None]),
    ("GET", &[Some("tasks"), None, Some(CONFIGS)]),
    ("POST", &[Some("tasks"), None, Some(CONFIGS)]),
    ("GET", &[Some("tasks"), None, Some(CONFIGS), None]),
    ("DELETE", &[Some("tasks"), None, Some(CONFIGS), None]),
];

#[cfg(test)]
mod tests;
