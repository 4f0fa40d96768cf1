//! The methods of A2A, as 1.0.1 names them (sections 5.3 and 11), with the names that 0.3 had and
//! what they are in the REST binding.
//!
//! `:cancel` and `:subscribe` behind a task's id are no segments of their own, so that a template
//! cannot tell them from the id: `GET /tasks/{id}` would let `/tasks/7:subscribe` pass for reading the
//! task. So the methods on a task alone have no REST form here; they are called by messages.

/// The name of an agent's card, which is an operation as well.
pub(crate) const CARD: &str = "agent-card";

/// A method.
#[derive(Debug)]
pub(crate) struct Method {
    /// Its name in 1.0.
    pub(crate) name: &'static str,
    /// Its name in 0.3.
    pub(crate) before: &'static str,
    /// Method and path template in the REST binding, behind its base.
    pub(crate) rest: Option<&'static str>,
}

const fn method(name: &'static str, before: &'static str, rest: Option<&'static str>) -> Method {
    Method { name, before, rest }
}

/// All of them.
pub(crate) static METHODS: &[Method] = &[
    method("SendMessage", "message/send", Some("POST /message:send")),
    method(
        "SendStreamingMessage",
        "message/stream",
        Some("POST /message:stream"),
    ),
    method("GetTask", "tasks/get", None),
    method("ListTasks", "tasks/list", Some("GET /tasks")),
    method("CancelTask", "tasks/cancel", None),
    method("SubscribeToTask", "tasks/resubscribe", None),
    method(
        "CreateTaskPushNotificationConfig",
        "tasks/pushNotificationConfig/set",
        Some("POST /tasks/{id}/pushNotificationConfigs"),
    ),
    method(
        "GetTaskPushNotificationConfig",
        "tasks/pushNotificationConfig/get",
        Some("GET /tasks/{id}/pushNotificationConfigs/{config_id}"),
    ),
    method(
        "ListTaskPushNotificationConfigs",
        "tasks/pushNotificationConfig/list",
        Some("GET /tasks/{id}/pushNotificationConfigs"),
    ),
    method(
        "DeleteTaskPushNotificationConfig",
        "tasks/pushNotificationConfig/delete",
        Some("DELETE /tasks/{id}/pushNotificationConfigs/{config_id}"),
    ),
    method(
        "GetExtendedAgentCard",
        "agent/getAuthenticatedExtendedCard",
        Some("GET /extendedAgentCard"),
    ),
];

/// A method by its name in 1.0.
pub(crate) fn named(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|one| one.name == name)
}

/// A method by the name that it had in 0.3.
pub(crate) fn named_before(name: &str) -> Option<&'static Method> {
    METHODS.iter().find(|one| one.before == name)
}
