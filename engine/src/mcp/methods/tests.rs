use super::{Kind, ListKind, METHODS, kind, named_by};
use crate::plan::CallKind;

#[test]
fn each_method_has_one_kind() {
    let mut names: Vec<&str> = METHODS.iter().map(|(name, _)| *name).collect();
    assert!(names.is_sorted());
    names.dedup();
    assert_eq!(names.len(), METHODS.len());
    assert_eq!(kind("tools/call"), Some(Kind::Call(CallKind::Tool, "name")));
    assert_eq!(kind("tools/list"), Some(Kind::List(ListKind::Tools)));
    assert_eq!(kind("notifications/initialized"), Some(Kind::Session));
    for unknown in [
        "",
        "Tools/Call",
        "tools/call ",
        "notifications/",
        "notifications",
        "x/y",
    ] {
        assert_eq!(kind(unknown), None, "{unknown}");
    }
}

#[test]
fn what_a_method_is_about_stands_in_one_place() {
    for (method, expected) in [
        ("tools/call", Some("name")),
        ("prompts/get", Some("name")),
        ("resources/read", Some("uri")),
        ("resources/subscribe", Some("uri")),
        ("tasks/get", Some("taskId")),
        ("tasks/list", None),
        ("tools/list", None),
        ("ping", None),
        ("x/y", None),
    ] {
        assert_eq!(named_by(method), expected, "{method}");
    }
}
