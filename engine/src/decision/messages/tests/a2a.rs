use super::*;

/// An agent that takes messages, and tells of tasks; `book` is a skill of its own.
pub(super) fn travel() -> Plan {
    let mut plan = triage();
    plan.requires.push(Capability::Bodies);
    plan.issuers[0].names.task_id = Some(vec!["task_id".into()]);
    plan.resources.push(Resource {
        name: "travel".into(),
        cluster: None,
        endpoint: Some(Endpoint {
            protocol: Protocol::A2a,
            path: vec!["a2a".into()],
            rest: None,
            body_bytes: 4096,
            conditional: Conditional::List,
            errors: ErrorCodes::Coaz,
            origins: vec![],
        }),
        ..plan.resources[0].clone()
    });
    let called = |name: &str, kind| Operation {
        resource: Some(ResourceId(1)),
        body: arguments(vec![], Others::Pass),
        call: call(kind, Target::Name(name.into())),
        ..operation(name, "POST", vec![literal("a2a")])
    };
    plan.operations.extend([
        called("SendMessage", CallKind::Method),
        called("GetTask", CallKind::Method),
        called("book", CallKind::Skill),
        called("cancel", CallKind::Skill),
    ]);
    plan.rules.push(rule("talk", Effect::Allow, None));
    plan.tasks[0].rules.extend([
        (OperationId(3), always([1])),
        (OperationId(4), always([1])),
        (OperationId(5), always([1])),
    ]);
    plan
}

pub(super) fn send(method: &str, params: Value) -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
}

#[test]
fn methods_go_by_both_their_names_and_skills_by_their_own() {
    let (engine, host) = (engine(&travel()), Local::default());
    let a2a = Tried::new(&engine, &host, "/a2a");
    let message = json!({"message": {"role": "ROLE_USER", "parts": []}});
    let skilled = |skill: Value| json!({"message": {"parts": [], "metadata": {"skillId": skill}}});
    for (message, reason) in [
        (send("SendMessage", message.clone()), Reason::Allowed),
        (send("message/send", message.clone()), Reason::Allowed),
        (
            send("SendStreamingMessage", message.clone()),
            Reason::UnknownOperation,
        ),
        (send("Shutdown", json!({})), Reason::UnknownOperation),
        (send("SendMessage", skilled(json!("book"))), Reason::Allowed),
        (
            send("SendMessage", skilled(json!("cancel"))),
            Reason::NotAllowed,
        ),
        (
            send("SendMessage", skilled(json!("other"))),
            Reason::UnknownOperation,
        ),
        (
            send("SendMessage", skilled(json!(7))),
            Reason::MessageMalformed,
        ),
        (send("GetTask", json!({"id": "t-1"})), Reason::NotOwner),
        (
            json!([send("SendMessage", message)]),
            Reason::MessageMalformed,
        ),
    ] {
        assert_eq!(a2a.calls(&message).reason, reason, "{message}");
    }
}

#[test]
fn answers_may_tell_of_tasks() {
    let (engine, host) = (engine(&travel()), Local::default());
    let a2a = Tried::new(&engine, &host, "/a2a");
    let message = json!({"message": {"role": "ROLE_USER", "parts": []}});
    assert!(
        a2a.calls(&send("SendMessage", message))
            .watch
            .answers
            .unwrap()
            .tasks
    );
}

/// The same in the HTTP binding: sending and getting, below `/a2a/v1`.
fn travel_by_paths() -> Plan {
    let mut plan = travel();
    let endpoint = plan.resources[1].endpoint.as_mut().unwrap();
    endpoint.rest = Some(vec!["a2a".into(), "v1".into()]);
    plan
}

#[test]
fn the_http_binding_gets_around_nothing() {
    let (engine, host) = (engine(&travel_by_paths()), Local::default());
    let send = Tried::new(&engine, &host, "/a2a/v1/message:send");
    let of_skill = |skill: &str| json!({"message": {"parts": [], "metadata": {"skillId": skill}}});
    let of_task = json!({"message": {"parts": [], "taskId": "t-1"}});
    for (message, reason) in [
        (json!({"message": {"parts": []}}), Reason::Allowed),
        (of_skill("book"), Reason::Allowed),
        (of_skill("cancel"), Reason::NotAllowed),
        (of_skill("other"), Reason::UnknownOperation),
        (of_task, Reason::NotOwner),
        (json!([]), Reason::MessageMalformed),
    ] {
        assert_eq!(send.calls(&message).reason, reason, "{message}");
    }
    assert_eq!(send.sends("").reason, Reason::MessageMalformed);
    let get = Tried::new(&engine, &host, "/a2a/v1/tasks/t-1").by_http("GET");
    assert_eq!(get.sends("").reason, Reason::NotOwner);
    assert_eq!(get.sends("{}").reason, Reason::MessageMalformed);
    let path = |method, path| {
        Tried::new(&engine, &host, path)
            .by_http(method)
            .sends("")
            .reason
    };
    // Not declared; and what another reader would take for getting a task.
    assert_eq!(path("GET", "/a2a/v1/tasks"), Reason::UnknownOperation);
    assert_eq!(
        path("GET", "/a2a/v1/tasks/t-1:subscribe"),
        Reason::UnknownOperation
    );
    assert_eq!(path("GET", "/a2a/v1/tasks/t-1:x"), Reason::UnknownOperation);
    assert_eq!(
        path("DELETE", "/a2a/v1/tasks/t-1"),
        Reason::UnknownOperation
    );
    assert_eq!(path("GET", "/a2a/v1"), Reason::UnknownOperation);
}

/// Only what sends a message is for a skill: other methods have metadata too.
#[test]
fn a_skill_lends_its_rules_to_no_other_method() {
    let mut plan = travel_by_paths();
    plan.operations.push(Operation {
        call: call(CallKind::Method, Target::Name("CancelTask".into())),
        ..plan.operations[3].clone()
    });
    let (engine, host) = (engine(&plan), Local::default());
    let of_skill = json!({"id": "t-1", "metadata": {"skillId": "book"}});
    let a2a = Tried::new(&engine, &host, "/a2a");
    let cancel = send("CancelTask", of_skill.clone());
    assert_eq!(a2a.calls(&cancel).reason, Reason::NotAllowed);
    let list = send("ListTasks", json!({"metadata": {"skillId": "book"}}));
    assert_eq!(a2a.calls(&list).reason, Reason::UnknownOperation);
    let cancel = Tried::new(&engine, &host, "/a2a/v1/tasks/t-1:cancel");
    assert_eq!(cancel.calls(&of_skill).reason, Reason::NotAllowed);
}

/// Go's `encoding/json` takes these for the members that name a skill.
#[test]
fn a_skill_hides_behind_no_other_spelling() {
    let (engine, host) = (engine(&travel_by_paths()), Local::default());
    let a2a = Tried::new(&engine, &host, "/a2a");
    let by_path = Tried::new(&engine, &host, "/a2a/v1/message:send");
    for params in [
        json!({"message": {"parts": [], "Metadata": {"skillId": "cancel"}}}),
        json!({"message": {"parts": []}, "METADATA": {"skillId": "cancel"}}),
        json!({"message": {"parts": [], "metadata": {"skillID": "cancel"}}}),
        json!({"message": {"parts": []}, "metadata": {"\u{17f}killId": "cancel"}}),
    ] {
        let came = a2a.calls(&send("SendMessage", params.clone()));
        assert_eq!(came.reason, Reason::MessageMalformed, "{params}");
        let came = by_path.calls(&params);
        assert_eq!(came.reason, Reason::MessageMalformed, "{params}");
    }
}

/// What a message refers to its agent looks at, as it does at the task that it goes on with.
#[test]
fn a_message_refers_to_no_task_of_others() {
    let (engine, host) = (engine(&travel_by_paths()), Local::default());
    let a2a = Tried::new(&engine, &host, "/a2a");
    let by_path = Tried::new(&engine, &host, "/a2a/v1/message:send");
    let refer = |name: &str, tasks: Value| json!({"message": {"parts": [], name: tasks}});
    for (params, reason) in [
        (refer("referenceTaskIds", json!([])), Reason::Allowed),
        (refer("referenceTaskIds", json!(["t-1"])), Reason::NotOwner),
        (
            refer(
                "referenceTaskIds",
                json!(vec!["t-1"; crate::limits::REFERENCED_TASKS]),
            ),
            Reason::NotOwner,
        ),
        (
            refer(
                "referenceTaskIds",
                json!(vec!["t-1"; crate::limits::REFERENCED_TASKS + 1]),
            ),
            Reason::MessageMalformed,
        ),
        (
            refer("referenceTaskIds", json!("t-1")),
            Reason::MessageMalformed,
        ),
        (
            refer("referenceTaskIds", json!([1])),
            Reason::MessageMalformed,
        ),
        (
            refer("referencetaskids", json!(["t-1"])),
            Reason::MessageMalformed,
        ),
        (
            refer("reference_task_ids", json!(["t-1"])),
            Reason::MessageMalformed,
        ),
    ] {
        let came = a2a.calls(&send("SendMessage", params.clone()));
        assert_eq!(came.reason, reason, "{params}");
        assert_eq!(by_path.calls(&params).reason, reason, "{params}");
    }
}

/// Readers of a path that has a body may take the task from there.
#[test]
fn a_body_names_no_other_task_than_its_path() {
    use crate::host::{Host as _, Ledger};
    let mut plan = travel_by_paths();
    for name in ["CancelTask", "CreateTaskPushNotificationConfig"] {
        let id = OperationId(u32::try_from(plan.operations.len()).unwrap());
        plan.operations.push(Operation {
            call: call(CallKind::Method, Target::Name(name.into())),
            ..plan.operations[3].clone()
        });
        plan.tasks[0].rules.push((id, always([1])));
    }
    let (engine, host) = (engine(&plan), Local::default());
    let token = mint(TRIAGE);
    let token = crate::token::UnverifiedToken::parse(token.as_bytes()).unwrap();
    let token = engine.verifier().verify(&plan, &token, &host).unwrap();
    let own = crate::decision::owned::task(&plan, &plan.resources[1], "t-1", &token).unwrap();
    let now = UnixTime::from_seconds(NOW);
    host.mark(Ledger::Owned, &own, now.plus_seconds(60), now)
        .unwrap();
    for (path, member) in [
        ("/a2a/v1/tasks/t-1:cancel", "id"),
        ("/a2a/v1/tasks/t-1/pushNotificationConfigs", "taskId"),
    ] {
        let by_path = Tried::new(&engine, &host, path);
        for (body, reason) in [
            (json!({}), Reason::Allowed),
            (json!({member: "t-1"}), Reason::Allowed),
            (json!({member: "t-2"}), Reason::NotOwner),
            (json!({member: 1}), Reason::MessageMalformed),
            (json!({"task_id": "t-2"}), Reason::MessageMalformed),
        ] {
            assert_eq!(by_path.calls(&body).reason, reason, "{path} {body}");
        }
    }
}
