//! The conformance suite's expressions. The data is not part of the project: where it is missing
//! this says so and passes.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::super::parse_all;
use super::{Comments, ranges_are_exact};

/// Expressions of the suite that need no protobuf messages; `None` where there is no suite.
fn expressions() -> Option<Vec<String>> {
    let vectors = std::env::var_os("REMIT_VECTORS").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/vectors"),
        PathBuf::from,
    );
    let folder = vectors.join("cel-conformance/cases");
    let Ok(files) = std::fs::read_dir(&folder) else {
        let required = std::env::var_os("REMIT_REQUIRE_VECTORS").is_some_and(|value| value == "1");
        assert!(
            !required,
            "the suite is not there, and REMIT_REQUIRE_VECTORS is 1"
        );
        eprintln!("skipped: no conformance suite");
        return None;
    };
    let mut expressions = vec![];
    for file in files {
        let text = std::fs::read(file.unwrap().path()).unwrap();
        let cases: Vec<Value> = serde_json::from_slice(&text).unwrap();
        let plain = cases.iter().filter(|case| case["needs_proto"] == false);
        expressions.extend(plain.map(|case| case["expr"].as_str().unwrap().to_owned()));
    }
    assert!(expressions.len() > 1000, "{}", expressions.len());
    Some(expressions)
}

#[test]
fn all_parse_and_every_part_is_in_its_place() {
    let Some(expressions) = expressions() else {
        return;
    };
    let texts: Vec<&str> = expressions.iter().map(String::as_str).collect();
    for (text, parsed) in texts.iter().zip(parse_all(&texts, Comments::Skip)) {
        let expression = parsed.unwrap_or_else(|error| panic!("`{text}`: {error:?}"));
        ranges_are_exact(text, &expression);
    }
}
