//! What comes of tests, told to readers and programs, and by exit codes.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::*;

#[test]
fn the_example_passes_and_leaves_nothing_undecided() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let arguments = [
        "test",
        "examples/support-desk",
        "--coverage",
        "--format",
        "json",
    ];
    let output = remit(&root, &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(document["failed"], json!(0));
    assert!(document["passed"].as_u64().unwrap() > 30);
    assert_eq!(document["coverage"]["gaps"], json!([]));
    let files = document["tests"].as_array().unwrap().iter();
    let mut files: Vec<&str> = files.map(|test| test["file"].as_str().unwrap()).collect();
    files.dedup();
    assert_eq!(
        files,
        [
            "examples/support-desk/policy.test.yaml",
            "examples/support-desk/requests.test.yaml"
        ]
    );
}

#[test]
fn what_fails_is_told_to_readers_and_programs() {
    let desk = Desk::with(&format!("{PASSES}{FAILS}"));
    assert_eq!(
        desk.ends(1, &["test"]),
        "policy.test.yaml\n  ok    read\n  FAIL  it's, 100% a refund  (policy.test.yaml:10)\n        \
         decision  expected `allow`, got `challenge`\n        \
         reason    expected `allowed`, got `not_allowed`\n        \
         rule      expected `refund-vip`, got none\n        \
         look closer: remit explain . --case 'it'\\''s, 100% a refund'\n\
         1 passed, 1 failed\n"
    );
    assert_eq!(
        desk.ends(1, &["test", ".", "--format", "github"]),
        "::error file=policy.test.yaml,line=10,title=it's%2C 100%25 a refund::\
         decision: expected `allow`, got `challenge`%0A\
         reason: expected `allowed`, got `not_allowed`%0A\
         rule: expected `refund-vip`, got none%0A\
         look closer: remit explain . --case 'it'\\''s, 100%25 a refund'\n\
         1 test passed, 1 failed\n"
    );
    let document: Value =
        serde_json::from_str(&desk.ends(1, &["test", ".", "--format", "json"])).unwrap();
    assert_eq!(
        document,
        json!({
            "policy": "desk", "passed": 1, "failed": 1, "left_out": 0,
            "tests": [
                {"name": "read", "file": "policy.test.yaml", "line": 6, "passed": true,
                 "decision": "allow", "reason": "allowed", "rule": "orders.read", "observed": [],
                 "differences": []},
                {"name": "it's, 100% a refund", "file": "policy.test.yaml", "line": 10,
                 "passed": false, "decision": "challenge", "reason": "not_allowed", "rule": null,
                 "observed": [],
                 "differences": [
                    {"what": "decision", "expected": "`allow`", "actual": "`challenge`"},
                    {"what": "reason", "expected": "`allowed`", "actual": "`not_allowed`"},
                    {"what": "rule", "expected": "`refund-vip`", "actual": "none"}],
                 "explain": "remit explain . --case 'it'\\''s, 100% a refund'"},
            ],
        })
    );
    let xml = desk.ends(1, &["test", ".", "--format", "junit"]);
    let report = quick_junit::Report::deserialize_from_str(&xml).unwrap();
    assert_eq!(
        (report.name.unwrap().as_str(), report.tests, report.failures),
        ("desk", 2, 1)
    );
    assert!(
        xml.contains("message=\"decision: expected `allow`, got `challenge`\""),
        "{xml}"
    );
    // Nothing of it is coloured where there is no terminal.
    assert!(!xml.contains('\u{1b}') && !desk.ends(1, &["test"]).contains('\u{1b}'));
}

#[test]
fn every_other_difference_is_told() {
    let desk = Desk::with(&format!(
        "  - name: read\n    token: {{like: agent, identity: {{agent: boss}}}}\n    \
         send: GET https://api.corp.example/v1/orders/0\n    \
         headers: {{forwarded: x}}\n    \
         expect: {{decision: allow, reason: allowed, rule: refund-vip, stripped: []}}\n  \
         - name: none\n{READ}    \
         expect: {{decision: challenge, reason: no_credential, www_authenticate: {{contains: [DPoP], lacks: [Bearer]}}}}\n"
    ));
    let shown = desk.ends(1, &["test"]);
    for line in [
        "rule      expected `refund-vip`, got `orders.read`",
        "observed  expected none, got `not-zero`",
        "stripped  expected none, got `forwarded`",
        "identity  expected `agent: boss`, got `agent: spiffe://corp.example/support/a`, `issuer: corp`",
        "www-authenticate  expected one with `DPoP`, got `Bearer resource_metadata=",
        "www-authenticate  expected one without `Bearer`, got `Bearer resource_metadata=",
        "0 passed, 2 failed",
    ] {
        assert!(shown.contains(line), "{line}\n{shown}");
    }
}

#[test]
fn exit_codes_say_what_happened() {
    let desk = Desk::with(PASSES);
    assert!(
        desk.ends(0, &["test", "policy.yaml"])
            .contains("1 passed, 0 failed")
    );
    let filtered = desk.ends(2, &["test", ".", "--filter", "nothing"]);
    assert_eq!(
        filtered,
        "error: no test has `nothing` in its name; 1 test left out\n"
    );
    assert!(
        desk.ends(0, &["test", ".", "--filter", "rea"])
            .contains("1 passed")
    );
    assert_eq!(
        desk.ends(2, &["test", "policy.test.yaml"]),
        "error: `policy.test.yaml` holds tests: give the policy, and this file with `--tests`\n"
    );
    assert!(
        desk.ends(2, &["test", "--tests", "policy.test.yaml", "."])
            .contains("is a folder")
    );
    assert!(
        desk.ends(2, &["test", ".", "--tests", "no.test.yaml"])
            .contains("cannot read")
    );
    assert!(
        desk.ends(2, &["test", ".", "--lcov", "x"])
            .contains("--coverage")
    );

    desk.write("policy.test.yaml", "requests: []\n");
    assert!(desk.ends(2, &["test"]).contains("`.` has no tests"));
    assert!(
        desk.ends(0, &["test", "--allow-empty"])
            .contains("0 passed, 0 failed")
    );
    fs::remove_file(desk.path("policy.test.yaml")).unwrap();
    assert!(desk.ends(2, &["test"]).contains("`.` has no tests"));

    desk.write("policy.yaml", &POLICY.replace("class: read", "class: raed"));
    assert!(desk.ends(2, &["test"]).contains("error[unknown-value]"));
    let explained = desk.remit(&["explain", ".", "--case", "read"]);
    assert_eq!(explained.status.code(), Some(1));
}

#[test]
fn of_a_file_its_own_tests_are_run() {
    let desk = Desk::with(FAILS);
    desk.write("other.yaml", POLICY);
    desk.write("other.test.yaml", &format!("{TOKENS}{PASSES}"));
    desk.write("other.more.test.yml", &format!("{TOKENS}{PASSES}"));
    assert!(desk.ends(0, &["test", "other.yaml"]).contains("2 passed"));
    assert!(
        desk.ends(1, &["test", "policy.yaml"])
            .contains("0 passed, 1 failed")
    );
    // One that has none takes those of its folder.
    desk.write("third.yaml", POLICY);
    assert!(
        desk.ends(1, &["test", "third.yaml"])
            .contains("2 passed, 1 failed")
    );
}

#[test]
fn coverage_names_what_no_test_decided() {
    let desk = Desk::with(PASSES);
    let shown = desk.ends(0, &["test", ".", "--coverage", "--lcov", "policy.info"]);
    let (_, shown) = shown.split_once("coverage: ").unwrap();
    assert_eq!(
        shown,
        "rules 2/4, conditions 1/4, branches 0/4\nno test decided:\n  \
         policy.yaml:30:13  triage/refund-vip  never reached\n  \
         policy.yaml:34:57  triage/not-zero    never true     path.order_id == \"0\"\n  \
         policy.yaml:38:13  look/orders.read   never reached\n"
    );
    let lcov = fs::read_to_string(desk.path("policy.info")).unwrap();
    assert!(
        lcov.starts_with(
            "TN:
SF:policy.yaml
FN:"
        ),
        "{lcov}"
    );
    for line in [
        "FNDA:1,triage/orders.read",
        "FNDA:0,look/orders.read",
        "FNF:4",
        "FNH:2",
        "BRF:8",
        "BRH:1",
        "end_of_record",
    ] {
        assert!(lcov.lines().any(|found| found == line), "{line}\n{lcov}");
    }
    let github = desk.ends(0, &["test", ".", "--coverage", "--format", "github"]);
    assert!(
        github.contains(",line=34,title=no test decided triage/not-zero::`path.order_id == \"0\"` was never true\n"),
        "{github}"
    );
}

#[test]
fn help_has_examples() {
    let desk = Desk::new();
    for command in ["test", "explain"] {
        let help = desk.ends(0, &[command, "--help"]);
        assert!(
            help.contains("Examples:\n  remit ") && help.contains("Exit codes:"),
            "{help}"
        );
    }
}
