use super::*;

#[test]
fn a_header_holds_what_it_can_and_the_rest_encoded() {
    for (text, value) in [
        ("ns/export.v2", "ns/export.v2"),
        ("two words", "two words"),
        ("Grüße", "=?base64?R3LDvMOfZQ==?="),
        (" a", "=?base64?IGE=?="),
        ("=?base64?YQ==?=", "=?base64?PT9iYXNlNjQ/WVE9PT89?="),
    ] {
        assert_eq!(header_value(text), value, "{text}");
    }
}
