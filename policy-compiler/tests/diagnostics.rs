//! Every diagnostic as a reader sees it, and every code with a case.
//!
//! A folder of `cases` holds a policy and `expected.txt`, the whole of what the compiler says about
//! it. Its name is a code, with `--` and a few words where a code has several cases. With
//! `UPDATE=1` in the environment the expectations are written anew: read them before they are
//! committed.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use remit_engine::time::UnixTime;
use remit_policy_compiler::compile;
use remit_policy_compiler::diagnostic::{self, Code, Colour, Diagnostic};
use remit_policy_compiler::source::{FILE_BYTES, Sources};
use remit_policy_compiler::testing::parse_time;

/// When the cases are looked at: what some say depends on it.
fn now() -> UnixTime {
    parse_time("2026-11-26T00:00:00Z").unwrap()
}

/// No message may push the others off the screen.
const LINES: usize = 24;

fn diagnostics(sources: &Sources) -> Vec<Diagnostic> {
    match compile(sources) {
        Ok(compiled) => compiled.warnings,
        Err(rejected) => rejected.diagnostics,
    }
}

fn rendered(sources: &Sources) -> Vec<String> {
    let render = |one: &Diagnostic| diagnostic::human(one, sources, Colour::None);
    diagnostics(sources).iter().map(render).collect()
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new("tests/cases");
    let mut cases: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    cases.sort();
    cases
}

fn code_of(case: &Path) -> String {
    let name = case.file_name().unwrap().to_str().unwrap();
    name.split("--").next().unwrap().to_owned()
}

#[test]
fn every_message_is_as_expected() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        let sources = Sources::load(&case).unwrap().as_of(now());
        let messages = rendered(&sources);
        for message in &messages {
            assert!(
                message.lines().count() <= LINES,
                "{}: too long:\n{message}",
                case.display()
            );
        }
        let text = messages.join("\n\n") + "\n";
        let code = code_of(&case);
        assert!(
            text.contains(&format!("[{code}]")),
            "{} is not about {code}:\n{text}",
            case.display()
        );
        let expected = case.join("expected.txt");
        if update {
            fs::write(&expected, &text).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != text {
            wrong.push(format!("{}:\n{text}", case.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_code_has_a_case() {
    let with_case: BTreeSet<String> = cases().iter().map(|case| code_of(case)).collect();
    for code in Code::ALL {
        let without_folder = match code {
            // A file of that size is made below.
            Code::FileTooLarge => true,
            // It stands behind all other checks: a plan of more than 64 MiB, or a mistake of ours.
            Code::PlanRefused => true,
            _ => false,
        };
        assert_eq!(
            with_case.contains(code.text()),
            !without_folder,
            "{}",
            code.text()
        );
    }
    let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.text()).collect();
    for name in &with_case {
        assert!(known.contains(name.as_str()), "there is no code {name}");
    }
    assert_eq!(known.len(), Code::ALL.len(), "two codes have one text");
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let text = format!("remit: v1\n# {}\n", "x".repeat(FILE_BYTES));
    let files = [(PathBuf::from("large.yaml"), text)];
    let sources = Sources::in_memory(files, BTreeMap::new());
    let expected = format!("error[file-too-large]: the file has more than {FILE_BYTES} bytes\n");
    let message = rendered(&sources).join("\n");
    assert!(message.starts_with(&expected), "{message}");
    assert!(
        message.contains("split the policy into several files of one folder"),
        "{message}"
    );
}

#[test]
fn the_same_for_programs() {
    let sources = Sources::load(Path::new("tests/cases/unknown-key/policy.yaml")).unwrap();
    let [one] = &diagnostics(&sources)[..] else {
        panic!("one message is expected")
    };
    assert_eq!(
        diagnostic::json(one, &sources),
        serde_json::json!({
            "code": "unknown-key",
            "severity": "error",
            "message": "`algoritms` is not a key of an issuer",
            "file": "tests/cases/unknown-key/policy.yaml",
            "line": 8,
            "column": 5,
            "end_line": 8,
            "end_column": 14,
            "label": "",
            "help": "did you mean `algorithms`?",
            "related": [],
        })
    );
    assert_eq!(
        diagnostic::github(one, &sources),
        "::error file=tests/cases/unknown-key/policy.yaml,line=8,col=5,endLine=8,endColumn=14,\
         title=unknown-key::`algoritms` is not a key of an issuer%0Adid you mean `algorithms`?"
    );
}
