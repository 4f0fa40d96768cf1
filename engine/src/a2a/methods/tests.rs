use super::{METHODS, by_name, by_path, task};
use crate::json::parse;
use crate::rpc::{Malformed, Messages};

fn about(method: &str, params: &str) -> Result<Option<String>, Malformed> {
    let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
    let json = parse(body.as_bytes()).unwrap();
    let messages = Messages::read(&json)?;
    let method = by_name(method).expect("a method");
    task(method, &messages.all()[0]).map(|task| task.map(str::to_owned))
}

#[test]
fn each_method_is_found_by_each_of_its_names() {
    for method in METHODS {
        assert_eq!(by_name(method.wire), Some(&method));
        assert_eq!(
            by_name(method.name).map(|found| found.name),
            Some(method.name)
        );
    }
    assert_eq!(by_name("message/send").unwrap().name, "SendMessage");
    for unknown in ["sendMessage", "SendMessage ", "tasks/Get", ""] {
        assert_eq!(by_name(unknown), None, "{unknown}");
    }
}

#[test]
fn the_task_is_read_where_the_method_has_it() {
    for (method, params, expected) in [
        ("GetTask", r#"{"id":"t"}"#, Ok(Some("t"))),
        ("tasks/cancel", r#"{"id":"t"}"#, Ok(Some("t"))),
        ("GetTask", "{}", Err(Malformed)),
        ("GetTask", r#"{"id":7}"#, Err(Malformed)),
        ("GetTask", r#"{"id":""}"#, Err(Malformed)),
        ("GetTask", r#"{"id":"t","ID":"u"}"#, Err(Malformed)),
        ("GetTask", r#"{"id":"t","task_id":"u"}"#, Err(Malformed)),
        (
            "GetTaskPushNotificationConfig",
            r#"{"taskId":"t","id":"c"}"#,
            Ok(Some("t")),
        ),
        (
            "GetTaskPushNotificationConfig",
            r#"{"id":"c"}"#,
            Err(Malformed),
        ),
        (
            "tasks/pushNotificationConfig/get",
            r#"{"id":"t"}"#,
            Ok(Some("t")),
        ),
        (
            "SendMessage",
            r#"{"message":{"taskId":"t"}}"#,
            Ok(Some("t")),
        ),
        ("SendMessage", r#"{"message":{}}"#, Ok(None)),
        ("SendMessage", "{}", Err(Malformed)),
        ("SendMessage", r#"{"message":[]}"#, Err(Malformed)),
        (
            "SendMessage",
            r#"{"message":{"task_id":"t"}}"#,
            Err(Malformed),
        ),
        (
            "SendMessage",
            r#"{"message":{"TaskId":"t"}}"#,
            Err(Malformed),
        ),
        (
            "SendMessage",
            r#"{"message":{},"Message":{"taskId":"t"}}"#,
            Err(Malformed),
        ),
        ("ListTasks", "{}", Ok(None)),
    ] {
        let expected = expected.map(|task: Option<&str>| task.map(str::to_owned));
        assert_eq!(about(method, params), expected, "{method} {params}");
    }
}

#[test]
fn paths_of_the_http_binding() {
    for (http, path, expected) in [
        ("POST", "message:send", Some(("SendMessage", None))),
        (
            "POST",
            "message:stream",
            Some(("SendStreamingMessage", None)),
        ),
        ("GET", "message:send", None),
        ("GET", "tasks", Some(("ListTasks", None))),
        ("GET", "tasks/t", Some(("GetTask", Some("t")))),
        ("POST", "tasks/t:cancel", Some(("CancelTask", Some("t")))),
        ("GET", "tasks/t:cancel", None),
        (
            "GET",
            "tasks/t:subscribe",
            Some(("SubscribeToTask", Some("t"))),
        ),
        (
            "POST",
            "tasks/t:subscribe",
            Some(("SubscribeToTask", Some("t"))),
        ),
        ("POST", "tasks/t", None),
        ("GET", "tasks/t:x", None),
        ("POST", "tasks/t:x:cancel", None),
        ("POST", "tasks/:cancel", None),
        ("GET", "tasks/", None),
        (
            "POST",
            "tasks/t/pushNotificationConfigs",
            Some((super::CREATE, Some("t"))),
        ),
        (
            "GET",
            "tasks/t/pushNotificationConfigs",
            Some((super::LIST, Some("t"))),
        ),
        (
            "GET",
            "tasks/t/pushNotificationConfigs/c",
            Some((super::GET, Some("t"))),
        ),
        (
            "DELETE",
            "tasks/t/pushNotificationConfigs/c",
            Some((super::DELETE, Some("t"))),
        ),
        ("GET", "tasks/t:cancel/pushNotificationConfigs", None),
        ("GET", "extendedAgentCard", Some((super::CARD, None))),
        ("GET", "card", Some((super::CARD, None))),
        ("GET", "tenant/tasks", None),
        ("GET", "", None),
    ] {
        let segments: Vec<&str> = path.split('/').collect();
        assert_eq!(by_path(http, &segments), expected, "{http} {path}");
    }
}
