use std::collections::BTreeMap;
use std::path::PathBuf;

use super::{Node, Value, parse};
use crate::diagnostic::Diagnostics;
use crate::source::Sources;

/// The tree of a text without anything to complain about, and its sources.
fn tree(text: &str) -> (Sources, Node) {
    let sources = Sources::in_memory(
        [(PathBuf::from("p.yaml"), text.to_owned())],
        BTreeMap::new(),
    );
    let mut diagnostics = Diagnostics::default();
    let (id, file) = sources.files().next().unwrap();
    let node = parse(id, file, &mut diagnostics);
    assert_eq!(diagnostics.into_sorted(), []);
    (sources.clone(), node.unwrap())
}

/// Where `needle` of the value of key `a` stands in the file, as the file's own text.
fn found(text: &str, needle: &str) -> String {
    let (sources, node) = tree(text);
    let Value::Mapping(entries) = node.value else {
        panic!("not a mapping")
    };
    let value = &entries
        .iter()
        .find(|entry| entry.key.value == "a")
        .unwrap()
        .value;
    let Value::Text(scalar) = &value.value else {
        panic!("not a text")
    };
    let start = scalar.text.find(needle).unwrap();
    let span = scalar.locate(
        value.span,
        sources.text(value.span),
        start,
        start + needle.len(),
    );
    sources.text(span).to_owned()
}

#[test]
fn a_place_is_found_again_in_every_style() {
    let cases = [
        ("plain", "a: one two", "two", "two"),
        (
            "plain on two lines",
            "a: one\n  two three\n",
            "three",
            "three",
        ),
        ("plain, not ASCII", "é: x\na: né two", "two", "two"),
        ("single quotes", "a: 'it''s two'", "two", "two"),
        ("a doubled quote", "a: 'it''s two'", "'", "''"),
        ("double quotes", r#"a: "one \"x\" two""#, "two", "two"),
        ("an escape", r#"a: "one \"x\" two""#, "\"x\"", r#"\"x\""#),
        ("a long escape", r#"a: "o\u00e9 two""#, "é", r"\u00e9"),
        ("after a long escape", r#"a: "o\u00e9 two""#, "two", "two"),
        (
            "an escaped line break",
            "a: \"one \\\n  two\"",
            "two",
            "two",
        ),
        ("a literal block", "a: |\n  one\n    two\n", "two", "two"),
        (
            "a literal block with CRLF",
            "a: |\r\n  one\r\n  two\r\n",
            "two",
            "two",
        ),
        (
            "a folded block",
            "a: >-\n  one\n  two\n\n  three\n",
            "three",
            "three",
        ),
        ("over a fold", "a: >-\n  one\n  two\n", "e t", "e\n  t"),
    ];
    for (name, text, needle, expected) in cases {
        assert_eq!(found(text, needle), expected, "{name}");
    }
}

#[test]
fn scalars_are_text_whatever_they_look_like() {
    for text in ["no", "0x1F", "1.10", "2026-01-01", "true", ".inf"] {
        let (_, node) = tree(&format!("a: {text}"));
        let Value::Mapping(entries) = node.value else {
            panic!("not a mapping")
        };
        let Value::Text(scalar) = &entries[0].value.value else {
            panic!("{text} is not text")
        };
        assert_eq!(scalar.text, text);
    }
}

#[test]
fn a_mapping_ends_with_its_last_value() {
    let text = "a:\n  b: c\n\nd: e\n";
    let (sources, node) = tree(text);
    let Value::Mapping(entries) = &node.value else {
        panic!("not a mapping")
    };
    assert_eq!(sources.text(entries[0].value.span), "b: c");
}
