use super::StatusReference;
use crate::decision::Reason;
use crate::json;
use crate::limits;

fn read(status: &str) -> Result<StatusReference, Reason> {
    StatusReference::read(&json::parse(status.as_bytes()).unwrap())
}

#[test]
fn index_and_uri_are_read() {
    let reference = read(r#"{"status_list":{"idx":9007199254740993,"uri":"https://a/l","x":1}}"#);
    let expected = StatusReference {
        index: 9_007_199_254_740_993,
        uri: "https://a/l".to_owned(),
    };
    assert_eq!(reference, Ok(expected));
}

#[test]
fn wrong_types_are_malformed() {
    for status in [
        "1",
        r#""valid""#,
        "[]",
        "null",
        r#"{"status_list":null}"#,
        r#"{"status_list":[]}"#,
        r#"{"status_list":{}}"#,
        r#"{"status_list":{"idx":1}}"#,
        r#"{"status_list":{"uri":"https://a"}}"#,
        r#"{"status_list":{"idx":-1,"uri":"https://a"}}"#,
        r#"{"status_list":{"idx":1.0,"uri":"https://a"}}"#,
        r#"{"status_list":{"idx":"1","uri":"https://a"}}"#,
        r#"{"status_list":{"idx":9223372036854775808,"uri":"https://a"}}"#,
        r#"{"status_list":{"idx":1,"uri":1}}"#,
        r#"{"status_list":{"idx":1,"uri":""}}"#,
        r#"{"status_list":{"idx":1,"uri":"/lists/1"}}"#,
        r#"{"status_list":{"idx":1,"uri":"https:"}}"#,
        r#"{"status_list":{"idx":1,"uri":"1:a"}}"#,
        r#"{"status_list":{"idx":1,"uri":"https://a b"}}"#,
        r#"{"status_list":{"idx":1,"uri":"https://a\n"}}"#,
    ] {
        assert_eq!(read(status), Err(Reason::ClaimMalformed), "{status}");
    }
}

#[test]
fn another_mechanism_is_not_enforceable_beside_a_list_or_alone() {
    for status in [
        "{}",
        r#"{"foo":{}}"#,
        r#"{"status_list":{"idx":1,"uri":"https://a"},"identifier_list":{}}"#,
        r#"{"identifier_list":{},"status_list":{"idx":1,"uri":"https://a"}}"#,
    ] {
        assert_eq!(read(status), Err(Reason::ClaimNotEnforceable), "{status}");
    }
}

#[test]
fn a_uri_is_bounded() {
    let of = |length: usize| {
        let uri = format!("https://{}", "a".repeat(length - 8));
        read(&format!(r#"{{"status_list":{{"idx":1,"uri":"{uri}"}}}}"#))
    };
    assert!(of(limits::URI_BYTES).is_ok());
    assert_eq!(of(limits::URI_BYTES + 1), Err(Reason::ClaimMalformed));
}
