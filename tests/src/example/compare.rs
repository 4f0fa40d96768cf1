//! Where what came of a request differs from what is expected.

use std::fmt;

use remit_policy_compiler::testing::Challenge;
use serde_json::Value;

use super::identity::Credential;
use super::{Prepared, Record, Seen, Told};

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

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            expected,
            actual,
        } = self;
        write!(f, "{what}: expected {expected}, got {actual}")
    }
}

/// All differences; none if everything is as expected.
#[must_use]
pub fn compare(prepared: &Prepared<'_>, seen: &Seen) -> Vec<Difference> {
    let expected = &prepared.case.expected;
    let Seen {
        status,
        challenges,
        record,
        upstream,
        listed,
    } = seen;
    let record = record.as_ref();
    let of_record = |expected: &str, actual: Option<&str>| {
        (
            format!("`{expected}`"),
            actual.map_or_else(|| String::from("no decision"), |code| format!("`{code}`")),
        )
    };
    let text = |name: &str| record.and_then(|record| record.text(name));
    let observed = record.map_or_else(Vec::new, |record| record.texts("observed"));
    let mut compared = vec![
        (
            "status",
            (expected.reason.status().to_string(), status.to_string()),
        ),
        (
            "decision",
            of_record(expected.decision.code(), text("decision")),
        ),
        ("reason", of_record(expected.reason.code(), text("reason"))),
        (
            "rule",
            (
                list(expected.rule.as_slice()),
                list(text("rule").as_slice()),
            ),
        ),
        ("observed", (list(&expected.observed), list(&observed))),
        (
            "upstream",
            (
                arrival(prepared.told.as_ref().map(|told| (prepared.line(), told))),
                arrival(upstream.as_ref().map(|(line, told)| (line.clone(), told))),
            ),
        ),
    ];
    let names = |names: Option<&Vec<String>>| {
        names.map_or_else(|| String::from("no list"), |names| list(names))
    };
    if let Some(wanted) = &expected.listed {
        let seen = listed.as_ref().map(|listed| &listed.names);
        compared.push(("listed", (names(Some(wanted)), names(seen))));
    }
    if let Some(wanted) = &expected.marked {
        let seen = listed.as_ref().map(|listed| &listed.marked);
        compared.push(("marked", (names(Some(wanted)), names(seen))));
    }
    for (name, value) in &expected.record {
        let actual = record.map_or(&Value::Null, |record: &Record| record.member(name));
        let member = |value: &Value| format!("`{name}` {value}");
        compared.push(("record", (member(value), member(actual))));
    }
    let differences = compared
        .into_iter()
        .filter(|(_, (expected, actual))| expected != actual)
        .map(|(what, (expected, actual))| Difference {
            what,
            expected,
            actual,
        });
    differences
        .chain(compare_challenge(expected.challenge.as_ref(), challenges))
        .collect()
}

fn compare_challenge(expected: Option<&Challenge>, actual: &[String]) -> Vec<Difference> {
    let difference = |expected: String| Difference {
        what: "www-authenticate",
        expected,
        actual: list(actual),
    };
    let (expected, actual) = match (expected, actual) {
        (None, []) => return vec![],
        (None, _) => return vec![difference(list::<String>(&[]))],
        (Some(expected), [actual]) => (expected, actual),
        (Some(expected), _) => {
            return vec![difference(format!("one with {}", list(&expected.contains)))];
        }
    };
    let Challenge { contains, lacks } = expected;
    let missing = contains.iter().filter(|part| !actual.contains(*part));
    let unwanted = lacks.iter().filter(|part| actual.contains(*part));
    let missing = missing.map(|part| difference(format!("one with `{part}`")));
    let unwanted = unwanted.map(|part| difference(format!("one without `{part}`")));
    missing.chain(unwanted).collect()
}

fn list<T: fmt::Display>(words: &[T]) -> String {
    if words.is_empty() {
        return String::from("none");
    }
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}

fn arrival(arrived: Option<(String, &Told)>) -> String {
    let Some((line, told)) = arrived else {
        return String::from("not reached");
    };
    let Told {
        identity,
        stripped,
        credential,
    } = told;
    let stripped: Vec<&String> = stripped.iter().collect();
    let credential = match credential {
        Credential::Passed => ", with the credential",
        Credential::Withheld => "",
    };
    format!(
        "`{line}`, {identity}, stripped of {}{credential}",
        list(&stripped)
    )
}

#[cfg(test)]
mod tests;
