//! Whatever stands in the files: an answer, places inside the text, and no panic.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use remit_policy_compiler::compile;
use remit_policy_compiler::diagnostic::{self, Colour, Severity};
use remit_policy_compiler::format::format;
use remit_policy_compiler::source::Sources;

/// Compiles a text and renders all that is said about it.
fn survives(text: String) {
    let assets = BTreeMap::new();
    let sources = Sources::in_memory([(PathBuf::from("p.yaml"), text)], assets);
    let (diagnostics, rejected) = match compile(&sources) {
        Ok(compiled) => (compiled.warnings, false),
        Err(rejected) => (rejected.diagnostics, true),
    };
    let errors = diagnostics
        .iter()
        .any(|one| one.severity() == Severity::Error);
    assert_eq!(errors, rejected, "a plan, or a reason for none");
    for one in &diagnostics {
        let (_, file) = sources.files().next().unwrap();
        let span = one.primary.span;
        assert!(file.text().get(span.start..span.end).is_some(), "{one:?}");
        assert!(diagnostic::human(one, &sources, Colour::None).contains(one.code.text()));
        assert!(diagnostic::json(one, &sources).is_object());
    }
}

/// Formats a text: once, or not at all.
fn is_formatted(text: String) {
    let formatted = |text: String| {
        let sources = Sources::in_memory([(PathBuf::from("p.yaml"), text)], BTreeMap::new());
        let (id, _) = sources.files().next().unwrap();
        format(id, &sources)
    };
    if let Ok(once) = formatted(text) {
        assert_eq!(formatted(once.clone()), Ok(once));
    }
}

#[test]
fn damaged_policies_are_answered() {
    damage(1, 12, survives);
}

#[test]
fn damaged_policies_are_formatted_once_or_left() {
    damage(5, 3, is_formatted);
}

/// Damages of each kind, some times, to each or every so many of the policies.
fn damage(every: usize, times: usize, answers: fn(String)) {
    let cases = fs::read_dir(Path::new("tests/cases")).unwrap();
    let mut cases: Vec<PathBuf> = cases.map(|case| case.unwrap().path()).collect();
    cases.sort();
    for case in cases.iter().step_by(every) {
        let Ok(text) = fs::read_to_string(case.join("policy.yaml")) else {
            continue;
        };
        let characters: Vec<char> = text.chars().collect();
        let step = (characters.len() / times).max(1);
        for at in (0..characters.len()).step_by(step) {
            let (before, after) = characters.split_at(at);
            let damaged = |between: &str, skip: usize| -> String {
                let after = after.iter().skip(skip);
                before
                    .iter()
                    .copied()
                    .chain(between.chars())
                    .chain(after.copied())
                    .collect()
            };
            answers(before.iter().collect());
            answers(damaged("", 1));
            answers(damaged("é\u{202e}", 0));
            answers(damaged("\"", 0));
            answers(damaged("\r\n", 0));
        }
    }
}

#[test]
fn odd_texts_are_answered() {
    let odd = [
        "",
        "\n",
        "\u{feff}",
        "\u{feff}remit: v1\npolicy: p\n",
        "remit",
        "[]",
        "- remit: v1",
        "remit: v1\r\npolicy: p\r\n",
        "remit: v1\npolicy: p",
        "remit: v1\npolicy: p\n...\n",
        "%YAML 1.1\n---\nremit: v1\npolicy: p\n",
        "%TAG ! tag:example,2000:\n---\nremit: v1\npolicy: !x p\n",
        "remit: v1\npolicy: p\n\0",
        "? remit\n: v1\n? policy\n: p\n",
        "remit: v1\npolicy: \"\\uD800\"\n",
        "{remit: v1, policy: p, tasks: {}, issuers: {}, resources: {}}",
        "remit: v1\npolicy: p\ntasks: {\"\": {}}\nissuers: {\"\": {}}\nresources: {\"\": {}}\n",
        "remit: v1\npolicy: p\ntasks: {t: }\nissuers: {i: ~}\nresources: {r: null}\n",
    ];
    for text in odd {
        survives(text.to_owned());
        is_formatted(text.to_owned());
    }
}
