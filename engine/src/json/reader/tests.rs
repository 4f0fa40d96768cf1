use proptest::prelude::*;
use serde_json::Value;

use super::{ReadError, Reader};
use crate::json::Json;
use crate::limits;

fn read(chunks: &[&[u8]]) -> Result<Json<'static>, ReadError> {
    let mut reader = Reader::new(limits::MOST_BODY_BYTES as usize);
    for chunk in chunks {
        reader.push(chunk)?;
    }
    reader.finish()
}

fn whole(text: impl AsRef<[u8]>) -> Result<Json<'static>, ReadError> {
    read(&[text.as_ref()])
}

fn byte_by_byte(text: &[u8]) -> Result<Json<'static>, ReadError> {
    read(&text.chunks(1).collect::<Vec<_>>())
}

/// As another reader sees it. Its doubles may be off by their last bit.
fn same(ours: &Json<'_>, theirs: &Value) -> bool {
    match (ours, theirs) {
        (Json::Null, Value::Null) => true,
        (Json::Bool(a), Value::Bool(b)) => a == b,
        (Json::Int(a), Value::Number(b)) => b.as_i64() == Some(*a) || (*a == 0 && is_zero(b)),
        (Json::Double(a), Value::Number(b)) => b
            .as_f64()
            .is_some_and(|b| *a == b || ((a - b) / a).abs() < 1e-15),
        (Json::String(a), Value::String(b)) => a == b,
        (Json::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Json::Object(a), Value::Object(b)) => {
            a.members().count() == b.len()
                && a.members()
                    .all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => false,
    }
}

/// `-0` is an integer to us and a double to them.
fn is_zero(number: &serde_json::Number) -> bool {
    number.as_f64() == Some(0.0)
}

#[test]
fn what_is_not_strict_json_is_refused() {
    let cases: &[&[u8]] = &[
        b"",
        b" \r\n\t",
        b"\xef\xbb\xbf{}",
        b"\xff\xfe{\0}\0",
        b"{} {}",
        b"{}\0",
        b"{},",
        b"\x0b{}",
        b"[1,]",
        b"{\"a\":1,}",
        b"{\"a\" 1}",
        b"{a:1}",
        b"{1:1}",
        b"['a']",
        b"[1 2]",
        b"[",
        b"{\"a\":",
        b"\"a",
        b"\"\\",
        b"\"a\xff\"",
        b"\"\xed\xa0\x80\"",
        b"\"\xc0\xaf\"",
        b"\"\xf4\x90\x80\x80\"",
        b"\"a\nb\"",
        b"\"\\\n\"",
        b"\"\0\"",
        b"\"\\x41\"",
        b"\"\\u12\"",
        b"\"\\u+123\"",
        b"\"\\ud800\"",
        b"\"\\ud800\\u0041\"",
        b"\"\\ud800abcdefgh\"",
        b"\"\\udc00\"",
        b"\"\\udc00\\ud800\"",
        b"[\"\\ud800\",\"\\udc00\"]",
        b"01",
        b"-",
        b"-a",
        b"+1",
        b".5",
        b"1.",
        b"1.e3",
        b"1e",
        b"1e+",
        b"0x10",
        b"1_000",
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"1e400",
        b"-1e400",
        b"tru",
        b"True",
        b"truee",
        b"nul",
        b"undefined",
        b"{}/*x*/",
        b"//x\n{}",
        b"{\"a\":1,\"a\":1}",
        b"{\"a\":1,\"\\u0061\":1}",
        b"[{\"b\":{\"a\":1,\"c\":2,\"a\":3}}]",
    ];
    for text in cases {
        let shown = String::from_utf8_lossy(text);
        assert_eq!(whole(text), Err(ReadError::Malformed), "{shown:?}");
        assert_eq!(byte_by_byte(text), Err(ReadError::Malformed), "{shown:?}");
    }
}

#[test]
fn numbers_keep_their_kind() {
    for (text, expected) in [
        ("5", Json::Int(5)),
        ("-0", Json::Int(0)),
        ("-9223372036854775808", Json::Int(i64::MIN)),
        (
            "9223372036854775808",
            Json::Double(9_223_372_036_854_775_808.0),
        ),
        ("5.0", Json::Double(5.0)),
        ("1E3", Json::Double(1000.0)),
        ("1e-400", Json::Double(0.0)),
    ] {
        assert_eq!(whole(text), Ok(expected), "{text}");
    }
}

#[test]
fn strings_are_unescaped() {
    let text = r#" {"\u0061\n\/\ud83d\ude00":"é\u0000"} "#;
    let Ok(Json::Object(object)) = whole(text) else {
        panic!("refused");
    };
    assert_eq!(
        object.member("a\n/\u{1f600}"),
        Some(&Json::String("é\0".into()))
    );
}

#[test]
fn length_depth_and_number_of_values_are_bounded() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(whole(nested(limits::BODY_DEPTH)).is_ok());
    let deep = [nested(limits::BODY_DEPTH + 1), nested(500_000)];
    for text in deep {
        assert_eq!(whole(text), Err(ReadError::Malformed));
    }
    let wide = |values: usize| format!("[{}]", vec!["0"; values].join(","));
    assert!(whole(wide(limits::BODY_VALUES - 1)).is_ok());
    assert_eq!(whole(wide(limits::BODY_VALUES)), Err(ReadError::Malformed));
    let objects = |values: usize| format!("[{}]", vec!["{}"; values].join(","));
    assert_eq!(
        whole(objects(limits::BODY_VALUES)),
        Err(ReadError::Malformed)
    );

    let mut reader = Reader::new(4);
    assert_eq!(reader.push(b"[1"), Ok(()));
    assert_eq!(reader.push(b"2]"), Ok(()));
    assert_eq!(reader.push(b" "), Err(ReadError::TooLarge));
    assert_eq!(reader.push(b""), Err(ReadError::TooLarge), "it stays");
    assert_eq!(reader.finish(), Err(ReadError::TooLarge));
}

#[test]
fn what_is_wrong_stays_wrong() {
    let mut reader = Reader::new(100);
    assert_eq!(reader.push(b"]  "), Err(ReadError::Malformed));
    assert_eq!(reader.push(b"{}"), Err(ReadError::Malformed));
    assert_eq!(reader.finish(), Err(ReadError::Malformed));
}

#[test]
fn bytes_that_come_one_by_one_cost_little_more() {
    let length = 64 * 1024;
    let long_string = format!("{{\"a\":\"{}\"}}", "x".repeat(length));
    let long_number = format!("[0.{}]", "1".repeat(length));
    let long_space = format!("[{}1]", " ".repeat(length));
    let returns = format!("[{}1]", "\r".repeat(length));
    let escapes = format!("[\"{}\"]", "\\u0041".repeat(length / 6));
    let many = format!("[{}1]", "\"ab\",".repeat(limits::BODY_VALUES - 2));
    for text in [long_string, long_number, long_space, returns, escapes, many] {
        for size in [1, 2, 3, 7, 1000] {
            let mut reader = Reader::new(limits::MOST_BODY_BYTES as usize);
            for chunk in text.as_bytes().chunks(size) {
                reader.push(chunk).unwrap();
                assert!(reader.pending.len() <= text.len());
            }
            assert!(
                reader.work <= 3 * text.len(),
                "{} for {} bytes by {size}",
                reader.work,
                text.len()
            );
            assert!(reader.finish().is_ok());
        }
    }
}

/// JSON, and what is close to it.
fn text() -> impl Strategy<Value = String> {
    let scalar = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("false".to_owned()),
        "-?(0|[1-9][0-9]{0,19})(\\.[0-9]{1,18})?([eE][-+]?[0-9]{1,2})?",
        "\"([a-z \u{e9}]|\\\\(n|/|\"|\\\\|u00[0-9a-f]{2}|ud83d\\\\ude00)){0,8}\"",
    ];
    let space = "[ \t\r\n]{0,2}";
    scalar.prop_recursive(5, 40, 5, move |inner| {
        let element = (space, inner.clone(), space).prop_map(|(a, value, b)| a + &value + &b);
        let member = (space, "\"[a-d]{1,2}\"", inner, space)
            .prop_map(|(a, name, value, b)| format!("{a}{name}{b}:{value}"));
        prop_oneof![
            prop::collection::vec(element, 0..5).prop_map(|all| format!("[{}]", all.join(","))),
            prop::collection::vec(member, 0..5).prop_map(|all| format!("{{{}}}", all.join(","))),
        ]
    })
}

/// With one byte replaced, taken out or put in.
fn spoilt() -> impl Strategy<Value = Vec<u8>> {
    let bytes = prop::sample::select(
        b"{}[]:,\"\\/0123.eE+-truefalsn \t\r\n\0\x1f\x7f\xc3\xa9\xef".as_slice(),
    );
    (text(), any::<prop::sample::Index>(), bytes, 0..3_u8).prop_map(|(text, at, byte, how)| {
        let mut text = text.into_bytes();
        let at = at.index(text.len());
        match how {
            0 => text[at] = byte,
            1 => text.insert(at, byte),
            _ => drop(text.remove(at)),
        }
        text
    })
}

fn agrees(text: &[u8]) -> Result<(), TestCaseError> {
    // The reader of tokens, which rests on another parser, refuses repeated names as well.
    let other = crate::json::parse_up_to(text, limits::BODY_VALUES);
    let ours = whole(text);
    prop_assert_eq!(ours.is_ok(), other.is_ok());
    if let Ok(ours) = ours {
        let theirs: Value = serde_json::from_slice(text).unwrap();
        prop_assert!(same(&ours, &theirs), "{ours:?} {theirs}");
    }
    Ok(())
}

proptest! {
    #[test]
    fn another_reader_sees_the_same(text in text()) {
        agrees(text.as_bytes())?;
    }

    #[test]
    fn another_reader_refuses_the_same(text in spoilt()) {
        agrees(&text)?;
    }

    #[test]
    fn it_does_not_matter_how_it_is_cut(
        text in prop_oneof![text().prop_map(String::into_bytes), spoilt()],
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let expected = whole(&text);
        prop_assert_eq!(&byte_by_byte(&text), &expected);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let chunks: Vec<&[u8]> = cuts.windows(2).map(|pair| &text[pair[0]..pair[1]]).collect();
        prop_assert_eq!(&read(&chunks), &expected);
    }
}
