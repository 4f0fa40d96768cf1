//! The schema of policy files agrees with the compiler: it takes every policy that compiles, and
//! refuses those whose shape the compiler refuses. `UPDATE=1` writes `docs/policy.schema.json` anew.

#![expect(clippy::unwrap_used, reason = "a test fails loudly")]

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use remit_policy_compiler::diagnostic::Code;
use remit_policy_compiler::source::Sources;
use remit_policy_compiler::{compile, schema};
use serde_json::Value;

/// What is about the shape of a file, and not about what stands in it. A schema sees these.
const SHAPE: &[Code] = &[
    Code::UnknownKey,
    Code::MissingKey,
    Code::WrongKind,
    Code::UnknownValue,
    Code::SymmetricAlgorithm,
    Code::Unsupported,
    Code::BadName,
    Code::BadDuration,
    Code::BadType,
    Code::BadPattern,
    Code::BadHost,
    Code::BadTemplate,
    Code::BadValue,
    Code::ReservedClaim,
    Code::PrivateKey,
];

/// Cases that a schema cannot see, with the reason.
const BEYOND: &[(&str, &str)] = &[
    (
        "bad-duration--limit",
        "how long a duration is follows from its number and its unit",
    ),
    (
        "bad-duration--stale",
        "two durations are held against each other",
    ),
    (
        "bad-duration--within",
        "a pattern cannot say how long a duration is",
    ),
    (
        "bad-value--reason",
        "patterns of schemas differ in what they say of line breaks",
    ),
    (
        "bad-value--trust-domain",
        "whose syntax it has follows from the profile",
    ),
    (
        "bad-value--upgrade",
        "which method may change the protocol stands in another key",
    ),
    (
        "bad-type--amount",
        "of which type a member is stands in another key",
    ),
    (
        "bad-type--nested",
        "what stands in the brackets of a type is the compiler's to read",
    ),
    (
        "missing-key--id",
        "whether an id can be left out follows from the operations",
    ),
    (
        "missing-key--policy",
        "any file of a folder may name the policy",
    ),
    ("private-key", "the key is in another file"),
    ("unsupported--since", "it is part of the language"),
    ("unsupported--variable", "it stands in a condition"),
];

fn validator() -> Validator {
    jsonschema::validator_for(&schema()).unwrap()
}

fn valid(validator: &Validator, text: &str) -> bool {
    let document: Value = serde_saphyr::from_str(text).unwrap();
    validator.is_valid(&document)
}

/// The policy files of all folders in a folder.
fn policies(folder: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("policy.yaml"))
        .filter(|path| path.exists())
        .collect();
    found.sort();
    found
}

#[test]
fn the_schema_is_one() {
    assert!(jsonschema::draft202012::meta::is_valid(&schema()));
}

#[test]
fn the_page_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/policy.schema.json");
    let expected = format!("{:#}\n", schema());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == expected,
        "docs/policy.schema.json is out of date: run this test with UPDATE=1"
    );
}

#[test]
fn policies_of_the_repository_fit() {
    let validator = validator();
    for path in [
        policies("../examples"),
        policies("../tests/policies"),
        policies("tests/policies"),
    ]
    .concat()
    {
        let document: Value =
            serde_saphyr::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let problems: Vec<String> = validator
            .iter_errors(&document)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert_eq!(problems, [""; 0], "{}", path.display());
    }
}

#[test]
fn it_refuses_what_the_compiler_refuses_for_its_shape() {
    let validator = validator();
    let mut wrong = Vec::new();
    let mut refused = 0;
    for path in policies("tests/cases") {
        let case = path
            .parent()
            .unwrap()
            .file_name()
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        let sources = Sources::load(&path).unwrap();
        let codes: Vec<Code> = match compile(&sources) {
            Ok(_) => Vec::new(),
            Err(rejected) => rejected.diagnostics.iter().map(|one| one.code).collect(),
        };
        // What is no YAML of ours has no shape.
        let text = std::fs::read_to_string(&path).unwrap();
        let yaml = codes.iter().any(|code| *code < Code::UnknownKey);
        if yaml {
            continue;
        }
        let shape: Vec<&str> = codes
            .iter()
            .filter(|code| SHAPE.contains(code))
            .map(|code| code.text())
            .collect();
        let beyond = BEYOND.iter().any(|(name, _)| *name == case);
        let valid = valid(&validator, &text);
        let refuse = !shape.is_empty() && !beyond;
        // Of other errors a schema may see some, such as a name without a resource.
        let agrees = if refuse {
            !valid
        } else {
            valid || !(codes.is_empty() || beyond)
        };
        if !agrees {
            wrong.push(format!("{case}: {shape:?}"));
        }
        refused += usize::from(refuse);
    }
    assert_eq!(wrong, [""; 0]);
    assert!(refused > 15, "{refused}");
}
