use serde_json::json;

use super::super::INPUT_BYTES;
use super::{NotJson, read_all};

#[test]
fn one_or_several_texts_are_read() {
    assert_eq!(
        read_all(b" {\"a\": [1, null, 2.5]} ").unwrap(),
        [json!({"a": [1, null, 2.5]})]
    );
    assert_eq!(read_all(b"{}\n[]\n").unwrap(), [json!({}), json!([])]);
    assert_eq!(read_all(b"\xef\xbb\xbf1").unwrap(), [json!(1)]);
    assert_eq!(read_all(b"").unwrap(), [json!(null); 0]);
}

#[test]
fn a_name_that_stands_twice_is_refused_however_it_is_written() {
    for text in [r#"{"a":1,"a":1}"#, r#"{"x":[{"a":1,"\u0061":2}]}"#] {
        let Err(NotJson::Malformed { reason }) = read_all(text.as_bytes()) else {
            panic!("{text} was read");
        };
        assert!(reason.contains("`a` stands twice"), "{reason}");
    }
}

#[test]
fn what_is_no_json_is_refused() {
    let deep = "[".repeat(100_000);
    for text in ["{", "{\"a\":1} x", "nul", "\u{1}", deep.as_str(), "1e999"] {
        assert!(read_all(text.as_bytes()).is_err(), "{text:.20}");
    }
}

#[test]
fn length_is_bounded() {
    let text = format!("\"{}\"", "a".repeat(INPUT_BYTES - 2));
    assert!(read_all(text.as_bytes()).is_ok());
    assert_eq!(
        read_all(format!("{text} ").as_bytes()),
        Err(NotJson::TooLong)
    );
}
