//! Every policy of the repository, formatted: the same plan, or the same said about it.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use remit_policy_compiler::compile;
use remit_policy_compiler::format::{Unformatted, format};
use remit_policy_compiler::source::Sources;

/// All policy files below a folder.
fn policies(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() {
            policies(&path, found);
        } else if name.ends_with(".yaml") && !name.ends_with(".test.yaml") {
            found.push(path);
        }
    }
}

/// What comes of a policy text: the plan, or the codes of what is wrong.
fn outcome(path: &Path, text: &str) -> Result<Vec<u8>, Vec<&'static str>> {
    // The files that a policy names are given, so that where the text lies does not matter.
    let mut assets = BTreeMap::new();
    for line in text.lines() {
        if let Some((_, rest)) = line.split_once("{file: ") {
            let asset = path.with_file_name(rest.split('}').next().unwrap());
            if let Ok(bytes) = std::fs::read(&asset) {
                assets.insert(asset, bytes);
            }
        }
    }
    let sources = Sources::in_memory([(path.to_owned(), text.to_owned())], assets);
    match compile(&sources) {
        Ok(compiled) => Ok(compiled.bytes),
        Err(rejected) => {
            let mut codes: Vec<_> = rejected
                .diagnostics
                .iter()
                .map(|one| one.code.text())
                .collect();
            // Layout may change the order of places, and nothing else.
            codes.sort_unstable();
            Err(codes)
        }
    }
}

fn formatted(path: &Path, text: &str) -> Result<String, Unformatted> {
    let sources = Sources::in_memory([(path.to_owned(), text.to_owned())], BTreeMap::new());
    let (id, _) = sources.files().next().unwrap();
    format(id, &sources)
}

#[test]
fn formatting_changes_no_plan() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths = Vec::new();
    for folder in [
        "tests/cases",
        "tests/policies",
        "../examples",
        "../tests/policies",
    ] {
        policies(&root.join(folder), &mut paths);
    }
    let mut plans = 0;
    for path in &paths {
        let text = std::fs::read_to_string(path).unwrap();
        let shown = path.display();
        match formatted(path, &text) {
            Ok(result) => {
                assert_eq!(outcome(path, &result), outcome(path, &text), "{shown}");
                let again = formatted(path, &result);
                assert_eq!(again.as_ref(), Ok(&result), "{shown}, again");
                plans += usize::from(outcome(path, &result).is_ok());
            }
            Err(Unformatted::Rejected(diagnostics)) => assert!(!diagnostics.is_empty()),
            Err(Unformatted::Fragile) => panic!("{shown} is left as it is"),
        }
    }
    assert!(plans > 10, "{plans} plans were compared");
}

#[test]
fn the_examples_are_formatted() {
    let mut paths = Vec::new();
    policies(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples"),
        &mut paths,
    );
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(
            formatted(&path, &text),
            Ok(text),
            "{}: `remit fmt` it",
            path.display()
        );
    }
}
