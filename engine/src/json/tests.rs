use super::{Json, JsonError, parse, parse_object};
use crate::limits;

#[test]
fn repeated_names_are_refused_however_deep_and_however_escaped() {
    for text in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":1}"#,
        r#"{"x":{"a":1,"b":2,"a":3}}"#,
        r#"[{"a":1},{"b":1,"b":1}]"#,
    ] {
        assert_eq!(parse(text.as_bytes()), Err(JsonError), "{text}");
    }
    let many: Vec<String> = (0..100).map(|number| format!("\"n{number}\":0")).collect();
    let object = |members: &str| format!("{{{members}}}");
    assert!(parse(object(&many.join(",")).as_bytes()).is_ok());
    let with_repeat = format!("{},\"n57\":1", many.join(","));
    assert_eq!(parse(object(&with_repeat).as_bytes()), Err(JsonError));
}

#[test]
fn depth_and_number_of_values_are_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(nested(limits::JSON_DEPTH).as_bytes()).is_ok());
    assert_eq!(
        parse(nested(limits::JSON_DEPTH + 1).as_bytes()),
        Err(JsonError)
    );
    assert_eq!(parse(nested(1_000_000).as_bytes()), Err(JsonError));
    let wide = |values: usize| format!("[{}]", vec!["0"; values].join(","));
    assert!(parse(wide(limits::JSON_VALUES - 1).as_bytes()).is_ok());
    assert_eq!(parse(wide(limits::JSON_VALUES).as_bytes()), Err(JsonError));
}

#[test]
fn numbers_keep_their_kind() {
    for (text, expected) in [
        ("5", Json::Int(5)),
        ("-9223372036854775808", Json::Int(i64::MIN)),
        (
            "9223372036854775808",
            Json::Double(9_223_372_036_854_775_808.0),
        ),
        ("5.0", Json::Double(5.0)),
        ("1e3", Json::Double(1000.0)),
    ] {
        assert_eq!(parse(text.as_bytes()), Ok(expected), "{text}");
    }
    for text in ["01", "1e400", "NaN", "0x10", "+1", ".5", "1."] {
        assert_eq!(parse(text.as_bytes()), Err(JsonError), "{text}");
    }
}

#[test]
fn nothing_may_stand_behind() {
    for text in ["{} {}", "{},", "{}\0", "\u{feff}{}", "", " "] {
        assert!(parse_object(text.as_bytes()).is_err(), "{text:?}");
    }
    assert!(parse_object(b" {} \n").is_ok());
    for text in ["[]", "null", "\"{}\"", "1"] {
        assert!(parse_object(text.as_bytes()).is_err(), "{text:?}");
    }
}

#[test]
fn paths_lead_through_objects_only() {
    let object = parse_object(br#"{"a":{"b":{"c":1}},"https://x/y":2,"n":null}"#).unwrap();
    let path = |names: &[&str]| {
        names
            .iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(object.at(&path(&["a", "b", "c"])), Some(&Json::Int(1)));
    assert_eq!(object.at(&path(&["https://x/y"])), Some(&Json::Int(2)));
    for absent in [&["a", "c"][..], &["a", "b", "c", "d"], &["n", "b"], &[]] {
        assert_eq!(object.at(&path(absent)), None, "{absent:?}");
    }
}
