//! JSONTestSuite against the reader of a token's JSON.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use remit_engine::token::json;
use remit_tests::vectors::{JSON_PARSING, Tally};
use serde_json::Value;

/// Valid JSON that a token may not have.
const REFUSED_ON_PURPOSE: &[(&str, &str)] = &[
    ("y_object_duplicated_key.json", "repeats a member"),
    ("y_object_duplicated_key_and_value.json", "repeats a member"),
];

/// Documents that parsers read differently: those that repeat a member or are not Unicode are
/// refused, the others are read.
const TRANSFORMED: &[(&str, bool)] = &[
    ("object_same_key_different_values.json", false),
    ("object_same_key_same_value.json", false),
    ("object_same_key_unclear_values.json", false),
    ("string_1_escaped_invalid_codepoint.json", false),
    ("string_1_invalid_codepoint.json", false),
    ("string_2_escaped_invalid_codepoints.json", false),
    ("string_2_invalid_codepoints.json", false),
    ("string_3_escaped_invalid_codepoints.json", false),
    ("string_3_invalid_codepoints.json", false),
];

pub(crate) fn run() -> Vec<Tally> {
    let mut tally = Tally::new(JSON_PARSING.name);
    for case in JSON_PARSING
        .cases("test_parsing")
        .expect("the vectors are there")
    {
        let (id, accepted) = read(&case);
        let on_purpose = REFUSED_ON_PURPOSE.iter().find(|(name, _)| *name == id);
        let verdict = match (case["expect"].as_str(), on_purpose) {
            (Some("accept"), Some((_, why))) if !accepted => {
                tally.note(format!("{id}: valid JSON, refused on purpose: it {why}"));
                Ok(())
            }
            (Some("accept"), None) if accepted => Ok(()),
            (Some("reject"), None) if !accepted => Ok(()),
            (Some("either"), None) => Ok(()),
            (expect, _) => Err(format!("expected {expect:?}, accepted: {accepted}")),
        };
        tally.check(id, verdict);
    }
    for case in JSON_PARSING
        .cases("test_transform")
        .expect("the vectors are there")
    {
        let (id, accepted) = read(&case);
        let expected = TRANSFORMED
            .iter()
            .find(|(name, _)| *name == id)
            .is_none_or(|(_, e)| *e);
        let verdict = if accepted == expected {
            Ok(())
        } else {
            Err(format!("accepted: {accepted}, expected: {expected}"))
        };
        tally.check(id, verdict);
    }
    vec![tally]
}

fn read(case: &Value) -> (&str, bool) {
    let id = case["id"].as_str().expect("a case has an id");
    let content = case["content_b64"].as_str().expect("a case has content");
    let content = STANDARD.decode(content).expect("the content is base64");
    (id, json::parse(&content).is_ok())
}
