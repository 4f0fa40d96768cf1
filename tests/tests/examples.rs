//! Every example does what it says: through a real Envoy, and when the engine is asked directly.

#![expect(clippy::panic, reason = "a test says what it has seen")]

use std::fs;
use std::path::Path;

use remit_tests::example::{Direct, Example, Prepared, Record, Seen, Stage, compare, folders};

/// All of them, as the folders lie there; one without requests is an error.
fn examples() -> Vec<Example> {
    let folders = folders().unwrap_or_else(|error| panic!("{error}"));
    assert!(!folders.is_empty(), "there are examples");
    let load = |folder: &std::path::PathBuf| {
        Example::load(folder).unwrap_or_else(|error| panic!("{error}"))
    };
    folders.iter().map(load).collect()
}

fn differences(example: &Example, way: &str, prepared: &Prepared<'_>, seen: &Seen) -> Vec<String> {
    let told = |difference: &dyn std::fmt::Display| {
        let name = &prepared.case.name;
        format!(
            "{}, `{name}`, {way}: {difference}",
            example.folder().display()
        )
    };
    compare(prepared, seen)
        .iter()
        .map(|one| told(one))
        .collect()
}

#[test]
fn gateway_and_engine_decide_as_each_example_says() {
    for example in examples() {
        let stage = Stage::start(&example).unwrap_or_else(|error| panic!("{error}"));
        let mut direct = Direct::new(&example).unwrap_or_else(|error| panic!("{error}"));
        let requests = example.prepare().unwrap_or_else(|error| panic!("{error}"));
        let mut wrong = vec![];
        let mut allowed = 0;
        for prepared in &requests {
            let through = stage.send(prepared);
            let direct = direct.ask(prepared);
            wrong.extend(differences(
                &example,
                "through the gateway",
                prepared,
                &through,
            ));
            wrong.extend(differences(&example, "by the engine", prepared, &direct));
            let decided = |seen: &Seen| seen.record.as_ref().map(Record::without_time);
            if decided(&through) != decided(&direct) {
                let (through, direct) = (&through.record, &direct.record);
                wrong.push(format!(
                    "the gateway decides {through:?}, the engine {direct:?}"
                ));
            }
            allowed += usize::from(direct.upstream.is_some());
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert_eq!(
            stage.arrivals(),
            allowed,
            "what reached the upstreams and what was allowed"
        );
    }
}

/// A README that a request is missing from, or that speaks of one that is not there, is a lie
/// about what is tested.
#[test]
fn each_readme_lists_the_requests_in_their_order() {
    for example in examples() {
        let path = example.folder().join("README.md");
        let listed = listed_requests(&path);
        let sent: Vec<&str> = example
            .requests()
            .map(|(case, _)| case.name.as_str())
            .collect();
        assert_eq!(listed, sent, "{}", path.display());
    }
}

/// Nor is there anything odd about a policy that others are to begin with.
#[test]
fn no_policy_has_warnings() {
    for example in examples() {
        let warnings = &example.policy().warnings;
        assert!(
            warnings.is_empty(),
            "{}: {warnings:?}",
            example.folder().display()
        );
    }
}

/// The first cells of the rows below the heading `## Requests`.
fn listed_requests(readme: &Path) -> Vec<String> {
    let text = fs::read_to_string(readme).unwrap_or_else(|error| panic!("{error}"));
    let below = text
        .lines()
        .skip_while(|line| *line != "## Requests")
        .skip(1);
    let section = below.take_while(|line| !line.starts_with("## "));
    let rows = section.filter_map(|line| line.strip_prefix("| ")?.split_once(" |"));
    let cells = rows.map(|(cell, _)| cell.to_owned());
    cells.filter(|cell| cell != "request").collect()
}
