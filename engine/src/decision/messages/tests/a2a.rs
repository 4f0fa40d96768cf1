use super::*;

/// An agent that takes messages, and tells of tasks; `book` is a skill of its own.
fn travel() -> Plan {
    let mut plan = triage();
    plan.requires.push(Capability::Bodies);
    plan.issuers[0].names.task_id = Some(vec!["task_id".into()]);
    plan.resources.push(Resource {
        name: "travel".into(),
        cluster: None,
        endpoint: Some(Endpoint {
            protocol: Protocol::A2a,
            path: vec!["a2a".into()],
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

fn send(method: &str, params: Value) -> Value {
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
