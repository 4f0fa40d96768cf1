use super::{has_alikes, is_alike};
use crate::json::parse;

#[test]
fn names_are_alike_whatever_their_case() {
    for (name, known) in [
        ("Name", "name"),
        ("NAME", "name"),
        ("argument\u{17f}", "arguments"),
        ("ta\u{17f}\u{212a}", "task"),
        ("TaskID", "taskId"),
        ("_META", "_meta"),
        ("\u{3a3}", "\u{3c2}"),
        ("\u{3c3}", "\u{3c2}"),
        ("\u{b5}", "\u{3bc}"),
        ("\u{1e9e}", "\u{df}"),
        ("\u{2126}", "\u{3c9}"),
        ("\u{c9}tat", "\u{e9}tat"),
    ] {
        assert!(is_alike(name, known), "{name} {known}");
        assert!(is_alike(known, name), "{known} {name}");
    }
    for (name, known) in [
        ("name", "name"),
        ("names", "name"),
        ("n\u{e1}me", "name"),
        ("", "name"),
        ("name ", "name"),
        ("na\u{200b}me", "name"),
    ] {
        assert!(!is_alike(name, known), "{name} {known}");
    }
}

#[test]
fn members_that_are_alike_are_found_however_deep() {
    for (text, expected) in [
        (r#"{"a":1,"b":2}"#, false),
        (r#"{"a":{"A":1}}"#, false),
        (r#"[{"a":1},{"A":1}]"#, false),
        (r#"{"a":1,"A":1}"#, true),
        (r#"[{"x":[{"k":1,"b":2,"\u212a":3}]}]"#, true),
    ] {
        assert_eq!(
            has_alikes(&parse(text.as_bytes()).unwrap()),
            expected,
            "{text}"
        );
    }
}
