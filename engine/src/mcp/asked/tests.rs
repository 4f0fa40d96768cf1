use super::Asked;
use crate::answers::ListKind;
use crate::json::parse;
use crate::limits;
use crate::plan::CallKind;
use crate::rpc::{Malformed, Messages};

fn with_asked(method: &str, params: &str, look: impl Fn(Result<Asked<'_>, Malformed>)) {
    let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
    let json = parse(body.as_bytes()).expect("JSON");
    let messages = Messages::read(&json).expect("a message");
    look(Asked::read(&messages.all()[0]));
}

#[test]
fn each_kind_of_method() {
    for (method, params, expected) in [
        ("tools/list", "{}", Asked::List(ListKind::Tools)),
        ("tasks/get", r#"{"taskId":"t"}"#, Asked::Task("t")),
        ("ping", "{}", Asked::Session),
        ("notifications/x", "{}", Asked::Session),
        (
            "completion/complete",
            "{}",
            Asked::Other("completion/complete"),
        ),
        ("x/unknown", "{}", Asked::Unknown("x/unknown")),
        (
            "Tools/Call",
            r#"{"name":"t"}"#,
            Asked::Unknown("Tools/Call"),
        ),
    ] {
        with_asked(method, params, |asked| assert_eq!(asked, Ok(expected)));
    }
    for (method, params, expected) in [
        ("tools/call", r#"{"name":"n"}"#, CallKind::Tool),
        ("prompts/get", r#"{"name":"n"}"#, CallKind::Prompt),
        ("resources/read", r#"{"uri":"n"}"#, CallKind::Resource),
        (
            "resources/subscribe",
            r#"{"uri":"n","name":"x"}"#,
            CallKind::Resource,
        ),
    ] {
        with_asked(method, params, |asked| {
            let expected = Asked::Call {
                kind: expected,
                name: "n",
                arguments: None,
            };
            assert_eq!(asked, Ok(expected));
        });
    }
    with_asked(
        "tools/call",
        r#"{"name":"n","arguments":{"a":1}}"#,
        |asked| {
            assert!(
                matches!(asked, Ok(Asked::Call { arguments: Some(all), .. }) if all.member("a").is_some())
            );
        },
    );
    let json = parse(br#"{"jsonrpc":"2.0","id":1,"result":{}}"#).unwrap();
    let messages = Messages::read(&json).unwrap();
    assert_eq!(Asked::read(&messages.all()[0]), Ok(Asked::Response));
}

#[test]
fn what_is_not_named_rightly_is_refused() {
    let long = |bytes: usize| format!(r#"{{"name":"{}"}}"#, "x".repeat(bytes));
    with_asked("tools/call", &long(limits::CALLED_BYTES), |asked| {
        assert!(asked.is_ok())
    });
    let too_long = long(limits::CALLED_BYTES + 1);
    for (method, params) in [
        ("tools/call", "{}"),
        ("tools/call", r#"{"name":""}"#),
        ("tools/call", r#"{"name":7}"#),
        ("tools/call", r#"{"name":null}"#),
        ("tools/call", r#"{"name":"n","arguments":[]}"#),
        ("tools/call", r#"{"name":"n","arguments":null}"#),
        ("tools/call", too_long.as_str()),
        ("resources/read", r#"{"name":"n"}"#),
        ("tasks/get", r#"{"id":"t"}"#),
    ] {
        with_asked(method, params, |asked| {
            assert_eq!(asked, Err(Malformed), "{method} {params}");
        });
    }
}
