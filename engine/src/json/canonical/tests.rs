use proptest::prelude::*;

use super::{canonical, digest};
use crate::json::Json;
use crate::json::reader::{ReadError, Reader};

fn parse(json: &[u8]) -> Result<Json<'static>, ReadError> {
    let mut reader = Reader::new(1000);
    reader.push(json)?;
    reader.finish()
}

fn text(json: &str) -> String {
    canonical(&parse(json.as_bytes()).unwrap())
}

#[test]
fn the_examples_of_rfc_8785() {
    // Section 3.2.2.
    let literals = r#"{
        "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
    }"#;
    assert_eq!(
        text(literals),
        "{\"literals\":[null,true,false],\
         \"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],\
         \"string\":\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}"
    );
    // Section 3.2.3.
    let names = r#"{
        "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One", "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin"
    }"#;
    assert_eq!(
        text(names),
        "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"\u{f6}\":\"Latin\",\
         \"\u{20ac}\":\"Euro Sign\",\"\u{1f600}\":\"Emoji: Grinning Face\",\
         \"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}"
    );
}

#[test]
fn numbers_are_those_of_ecmascript() {
    for (json, expected) in [
        ("0", "0"),
        ("-0.0", "0"),
        ("5e-324", "5e-324"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("9007199254740992", "9007199254740992"),
        ("295147905179352830000", "295147905179352830000"),
        ("1e21", "1e+21"),
        ("1e-7", "1e-7"),
        ("0.000001", "0.000001"),
        ("100", "100"),
        ("1.0", "1"),
    ] {
        assert_eq!(text(json), expected, "{json}");
    }
}

#[test]
fn the_digest_does_not_depend_on_how_it_is_written() {
    let one = parse(br#"{"b": [1.0, "\u0061"], "a": {}}"#).unwrap();
    let same = parse(br#"{"a":{},"b":[1,"a"]}"#).unwrap();
    let other = parse(br#"{"a":{},"b":["a",1]}"#).unwrap();
    assert_eq!(digest(&one), digest(&same));
    assert_ne!(digest(&one), digest(&other));
    // `printf '{}' | sha256sum`
    let empty = digest(&parse(b"{}").unwrap());
    assert_eq!(empty[..4], [0x44, 0x13, 0x6f, 0xa3]);
}

proptest! {
    #[test]
    fn strings_are_what_another_writer_makes_of_them(text in any::<String>()) {
        let mut written = String::new();
        super::string(&mut written, &text);
        prop_assert_eq!(written, serde_json::to_string(&text).unwrap());
    }
}
