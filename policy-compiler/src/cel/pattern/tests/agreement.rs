//! Others' word about patterns: outside vectors where they are there, and the `regex` crate on
//! patterns that mean the same in both.

use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::Value;

use super::{compile, finds};

/// Where the outside vectors are: `$REMIT_VECTORS`, else beside the repository.
fn vectors() -> PathBuf {
    std::env::var_os("REMIT_VECTORS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors"),
        PathBuf::from,
    )
}

/// The text and pattern of `'text'.matches('pattern')`; both suites write nothing else.
fn operands(expression: &str) -> Option<(String, String)> {
    let unquote = |quoted: &str| {
        let quote = quoted.chars().next()?;
        let inside = quoted.strip_prefix(quote)?.strip_suffix(quote)?;
        serde_json::from_str(&format!("\"{inside}\"")).ok()
    };
    let (text, pattern) = expression.split_once(".matches(")?;
    Some((unquote(text)?, unquote(pattern.strip_suffix(')')?)?))
}

#[test]
fn the_suites_cases_come_out_as_they_say() {
    for file in [
        "cel-conformance/cases/string.json",
        "cel-probes/cases/probes.json",
    ] {
        let path = vectors().join(file);
        let Ok(text) = std::fs::read_to_string(&path) else {
            println!("{} is not there", path.display());
            continue;
        };
        let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
        let mut seen = 0;
        for case in cases.iter().filter(|case| case["section"] == "matches") {
            let expression = case["expr"].as_str().unwrap();
            let (text, pattern) = operands(expression).unwrap();
            let expected = case["expect"]["value"]["value"].as_bool();
            let verdict = compile(&pattern).map(|automaton| finds(&automaton, &text));
            if case["strength"] == "informational" && verdict.is_err() {
                continue;
            }
            assert_eq!(verdict.ok(), expected, "{expression}");
            seen += 1;
        }
        assert!(seen > 5, "{file}: {seen}");
    }
}

/// Patterns that RE2 and the `regex` crate read alike.
fn pattern() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        "[a-c]",
        Just("[ab]".to_owned()),
        Just("[^ab]".to_owned()),
        Just("[a-c-]".to_owned()),
        Just(".".to_owned()),
        Just("[[:alpha:]]".to_owned()),
        Just("(?i:A)".to_owned()),
        Just("é".to_owned()),
        Just(r"\.".to_owned()),
        Just("^".to_owned()),
        Just("$".to_owned()),
    ];
    atom.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.concat()),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(?:{a}|{b})")),
            (
                inner,
                prop::sample::select(vec!["*", "+", "?", "{2}", "{1,3}", "*?"])
            )
                .prop_map(|(a, repetition)| format!("(?:{a}){repetition}")),
        ]
    })
}

proptest! {
    #[test]
    fn agrees_with_another_engine(pattern in pattern(), text in "[abcABé.\n-]{0,12}") {
        let other = regex::Regex::new(&pattern).unwrap();
        let automaton = compile(&pattern).unwrap();
        prop_assert_eq!(finds(&automaton, &text), other.is_match(&text), "{}", pattern);
    }

    #[test]
    fn no_pattern_is_too_much(pattern in r"[\\\[\](){}*+?|^$.a-cQE:<>P=i0-9,pL&-]{0,40}") {
        let _ = compile(&pattern).map_err(|error| {
            let range = error.range();
            assert!(pattern.get(range).is_some(), "{pattern}");
        });
    }
}
