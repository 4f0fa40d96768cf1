use super::{HeaderMismatch, decoded, says};
use crate::json::parse;

#[test]
fn what_is_encoded_is_decoded_strictly() {
    for (header, expected) in [
        ("a", Ok("a")),
        (" a b\t", Ok("a b")),
        ("", Ok("")),
        ("=?base64?SGVsbG8=?=", Ok("Hello")),
        ("=?base64??=", Ok("")),
        ("=?base64?IGE=?=", Ok(" a")),
        ("=?BASE64?SGVsbG8=?=", Ok("=?BASE64?SGVsbG8=?=")),
        ("=?base64?SGVsbG8=", Ok("=?base64?SGVsbG8=")),
        ("SGVsbG8=", Ok("SGVsbG8=")),
        ("=?base64?SGVsbG8?=", Err(HeaderMismatch)),
        ("=?base64?SGVsbG9=?=", Err(HeaderMismatch)),
        ("=?base64?SGVs bG8=?=", Err(HeaderMismatch)),
        ("=?base64?SGVsbG8-?=", Err(HeaderMismatch)),
        ("=?base64?/w==?=", Err(HeaderMismatch)),
        ("\u{e9}", Err(HeaderMismatch)),
        ("a\u{7f}", Err(HeaderMismatch)),
        ("a\0", Err(HeaderMismatch)),
    ] {
        assert_eq!(
            decoded(header).as_deref(),
            expected.as_ref().copied(),
            "{header}"
        );
    }
}

#[test]
fn arguments_are_compared_by_what_they_mean() {
    for (header, argument, expected) in [
        ("a", r#""a""#, true),
        ("a", r#""A""#, false),
        ("42", r#""42""#, true),
        ("42", "42", true),
        ("42.0", "42", true),
        ("4.2e1", "42", true),
        ("42", "42.0", true),
        ("042", "42", false),
        ("+42", "42", false),
        ("42", "43", false),
        ("0x2a", "42", false),
        ("9007199254740993", "9007199254740993", true),
        ("9007199254740993", "9007199254740992", false),
        ("9007199254740992.0", "9007199254740993", false),
        ("0.5", "5e-1", true),
        ("inf", "1e308", false),
        ("true", "true", true),
        ("True", "true", false),
        ("1", "true", false),
        ("false", "false", true),
        ("true", r#""true""#, true),
        ("null", "null", false),
        ("", "null", false),
        ("[]", "[]", false),
        ("{}", "{}", false),
    ] {
        let json = parse(argument.as_bytes()).unwrap();
        assert_eq!(says(header, &json), expected, "{header} {argument}");
    }
}
