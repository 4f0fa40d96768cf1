use super::Members;

#[test]
fn writes_what_serde_json_reads() {
    let mut line = String::new();
    let mut part = String::new();
    let mut inner = Members::within(&mut part);
    inner.text(
        "d",
        "quote \" backslash \\ line \n nul \0 é \u{2028} \u{7f}",
    );
    inner.optional("e", None);
    let mut members = Members::begin(&mut line);
    members.text("a", "plain");
    members.texts("b", &["x", "y\"", ""]);
    members.texts("c", &[]);
    members.written(&part);
    members.number("f", i64::MIN);
    members.end();
    let read: serde_json::Value = serde_json::from_str(&line).unwrap();
    let expected = serde_json::json!({
        "a": "plain",
        "b": ["x", "y\"", ""],
        "d": "quote \" backslash \\ line \n nul \0 é \u{2028} \u{7f}",
        "f": i64::MIN,
    });
    assert_eq!(read, expected);
}

#[test]
fn every_character_is_written_as_it_is_read() {
    for character in ('\0'..='\u{2ff}').chain(['\u{d7ff}', '\u{10ffff}']) {
        let mut line = String::new();
        let mut members = Members::begin(&mut line);
        members.text("a", &character.to_string());
        members.end();
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["a"], character.to_string());
    }
}
