//! Results for programs: JSON, workflow commands of GitHub Actions, JUnit's XML.

use std::io::{self, Write};

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use remit_policy_compiler::diagnostic::github_line;
use remit_policy_compiler::source::Sources;
use remit_policy_compiler::testing::Coverage;
use serde_json::{Value, json};

use super::{Ran, Results, coverage};
use crate::command::report::counted;

/// One JSON document.
pub(super) fn json(
    results: &Results<'_>,
    coverage: Option<&Coverage<'_>>,
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    let tests: Vec<Value> = results.ran.iter().map(one).collect();
    let mut document = json!({
        "policy": results.policy,
        "passed": results.passed(),
        "failed": results.failed(),
        "left_out": results.left_out,
        "tests": tests,
    });
    if let (Value::Object(members), Some(coverage)) = (&mut document, coverage) {
        members.insert("coverage".to_owned(), coverage::json(coverage, sources));
    }
    writeln!(out, "{document:#}")
}

fn one(ran: &Ran<'_>) -> Value {
    let differences = ran.differences.iter();
    let differences: Vec<Value> = differences
        .map(|one| json!({"what": one.what, "expected": one.expected, "actual": one.actual}))
        .collect();
    let mut test = json!({
        "name": ran.case.name,
        "file": ran.file(),
        "line": ran.line(),
        "passed": ran.passes(),
        "decision": ran.decided.decision.code(),
        "reason": ran.decided.reason.code(),
        "rule": ran.decided.rule,
        "observed": ran.decided.observed,
        "differences": differences,
    });
    if let (Value::Object(members), false) = (&mut test, ran.passes()) {
        members.insert("explain".to_owned(), json!(ran.explain));
    }
    test
}

/// An error beside each test that does not pass, a notice beside what no test decided.
pub(super) fn github(
    results: &Results<'_>,
    coverage: Option<&Coverage<'_>>,
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    for ran in results.ran.iter().filter(|ran| !ran.passes()) {
        let line = github_line("error", &ran.file(), ran.line(), &ran.case.name, &text(ran));
        writeln!(out, "{line}")?;
    }
    let gaps = coverage.map(|coverage| coverage::gaps(coverage, sources));
    for gap in gaps.into_iter().flatten() {
        let title = format!("no test decided {}", gap.rule);
        let line = github_line("notice", &gap.file, gap.line, &title, &gap.sentence());
        writeln!(out, "{line}")?;
    }
    writeln!(
        out,
        "{} passed, {} failed",
        counted(results.passed(), "test"),
        results.failed()
    )
}

/// JUnit's XML: a suite a file.
pub(super) fn junit(results: &Results<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut report = Report::new(results.policy);
    let mut files: Vec<&std::path::Path> = Vec::new();
    for ran in &results.ran {
        if !files.contains(&ran.suite.path.as_path()) {
            files.push(&ran.suite.path);
        }
    }
    for file in files {
        let mut suite = TestSuite::new(file.display().to_string());
        for ran in results.ran.iter().filter(|ran| ran.suite.path == file) {
            suite.add_test_case(case(results, ran));
        }
        report.add_test_suite(suite);
    }
    writeln!(out, "{}", report.to_string()?.trim_end())?;
    Ok(())
}

fn case(results: &Results<'_>, ran: &Ran<'_>) -> TestCase {
    let status = if ran.passes() {
        TestCaseStatus::success()
    } else {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_message(first(ran));
        status.set_description(format!("{}:{}\n{}", ran.file(), ran.line(), text(ran)));
        status
    };
    let mut case = TestCase::new(ran.case.name.as_str(), status);
    case.set_classname(results.policy);
    case
}

/// The first difference in a line.
fn first(ran: &Ran<'_>) -> String {
    let first = ran.differences.first();
    first.map_or_else(String::new, |one| {
        format!(
            "{}: expected {}, got {}",
            one.what, one.expected, one.actual
        )
    })
}

/// All of them, and where to look closer.
fn text(ran: &Ran<'_>) -> String {
    let differences = ran.differences.iter();
    let lines = differences.map(|one| {
        format!(
            "{}: expected {}, got {}",
            one.what, one.expected, one.actual
        )
    });
    let hint = format!("look closer: {}", ran.explain);
    lines.chain([hint]).collect::<Vec<_>>().join("\n")
}
