//! Where what came of a case differs from what is expected.

use std::fmt::Display;

use serde_json::Value;

use super::trial::Decided;
use super::{Case, Challenge};

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What differs.
    pub what: &'static str,
    /// What it should be.
    pub expected: String,
    /// What it is.
    pub actual: String,
}

/// All differences; none if everything is as expected.
#[must_use]
pub fn compare(case: &Case, decided: &Decided) -> Vec<Difference> {
    let expected = &case.expected;
    let mut compared = vec![
        (
            "decision",
            quoted(expected.decision.code()),
            quoted(decided.decision.code()),
        ),
        ("reason", quoted(expected.reason), quoted(decided.reason)),
        (
            "rule",
            list(expected.rule.as_slice()),
            list(decided.rule.as_slice()),
        ),
        (
            "observed",
            list(&expected.observed),
            list(&decided.observed),
        ),
    ];
    if let Some(stripped) = &expected.stripped {
        compared.push(("stripped", list(stripped), list(&decided.stripped)));
    }
    if let Some(identity) = &expected.identity {
        let pairs = |headers: &std::collections::BTreeMap<String, String>| {
            let pairs = headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}"));
            list(pairs)
        };
        compared.push(("identity", pairs(identity), pairs(&decided.identity)));
    }
    let seen = decided.listed.as_ref();
    let names = |names: Option<&Vec<String>>| names.map_or_else(|| "no list".to_owned(), list);
    if let Some(listed) = &expected.listed {
        let seen = seen.map(|seen| &seen.names);
        compared.push(("listed", names(Some(listed)), names(seen)));
    }
    if let Some(marked) = &expected.marked {
        let seen = seen.map(|seen| &seen.marked);
        compared.push(("marked", names(Some(marked)), names(seen)));
    }
    for (name, value) in &expected.record {
        let actual = decided.record.get(name).unwrap_or(&Value::Null);
        let member = |value: &Value| format!("`{name}` {value}");
        compared.push(("record", member(value), member(actual)));
    }
    let differences = compared
        .into_iter()
        .filter(|(_, expected, actual)| expected != actual)
        .map(|(what, expected, actual)| Difference {
            what,
            expected,
            actual,
        });
    let challenge = expected.challenge.iter();
    let challenge = challenge.flat_map(|one| compare_challenge(one, decided.challenge.as_deref()));
    differences.chain(challenge).collect()
}

fn compare_challenge(expected: &Challenge, actual: Option<&str>) -> Vec<Difference> {
    let Challenge { contains, lacks } = expected;
    let has = |part: &String| actual.is_some_and(|actual| actual.contains(part));
    let missing = contains.iter().filter(|part| !has(part));
    let unwanted = lacks.iter().filter(|part| has(part));
    let missing = missing.map(|part| format!("one with `{part}`"));
    let unwanted = unwanted.map(|part| format!("one without `{part}`"));
    missing
        .chain(unwanted)
        .map(|expected| Difference {
            what: "www-authenticate",
            expected,
            actual: list(actual.as_slice()),
        })
        .collect()
}

fn quoted(word: impl Display) -> String {
    format!("`{word}`")
}

fn list<T: Display>(words: impl IntoIterator<Item = T>) -> String {
    let words: Vec<String> = words.into_iter().map(quoted).collect();
    if words.is_empty() {
        String::from("none")
    } else {
        words.join(", ")
    }
}
