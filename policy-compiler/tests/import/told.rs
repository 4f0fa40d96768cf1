//! Exit codes, what goes where, and what changed since.

use std::fs;

use super::{exits, folder};

const IMPORT: &[&str] = &[
    "import",
    "mcp",
    "lists.jsonl",
    "--resource",
    "desk",
    "--host",
    "mcp.corp.example",
];

#[test]
fn the_page_goes_to_standard_output_and_what_is_odd_to_standard_error() {
    let folder = folder();
    let (page, told) = exits(0, folder.path(), IMPORT);
    assert!(page.starts_with("# Proposed"), "{page}");
    assert_eq!(
        page.matches("        reviewed: false\n").count(),
        6,
        "{page}"
    );
    assert!(
        told.contains("warning: /3/result/resources/1/uri: "),
        "{told}"
    );
    assert!(
        told.contains(
            "warning: /0/result/tools/1/inputSchema/properties/notes/items/properties/odd name: "
        ),
        "{told}"
    );
    // No terminal, no colours and no progress.
    assert!(
        !told.contains('\u{1b}') && !told.contains("asking"),
        "{told}"
    );
}

#[test]
fn wrong_usage_and_unreadable_input_exit_with_2() {
    let folder = folder();
    let at = folder.path();
    fs::write(
        at.join("evil.json"),
        "{\"error\":{\"code\":1,\"message\":\"\\u001b[2Jx\\ny\"}}",
    )
    .unwrap();
    let cases: &[(&[&str], &str)] = &[
        (&["import", "mcp", "lists.jsonl"], "`--host`"),
        (
            &["import", "mcp", "gone.json", "--host", "a"],
            "cannot read `gone.json`",
        ),
        (&["import", "mcp", ".", "--host", "a"], "is not a file"),
        (
            &["import", "mcp", "orders.api", "--host", "a"],
            "it is not JSON",
        ),
        (
            &["import", "mcp", "evil.json", "--host", "a"],
            "\\u001b[2Jx y",
        ),
        (
            &["import", "mcp", "https://mcp.corp.example/mcp"],
            "only http is spoken",
        ),
        (
            &["import", "mcp", "http://127.0.0.1:1/mcp"],
            "no answer to server/discover",
        ),
        (
            &["import", "mcp", "http://127.0.0.1:1/mcp", "lists.jsonl"],
            "a URL stands alone",
        ),
        (
            &["import", "mcp", "http://127.0.0.1:1/", "--header", "secret"],
            "`--header`: a header is written like",
        ),
        (
            &["import", "mcp", "lists.jsonl", "--header", "a: b"],
            "headers are for the URL",
        ),
        (
            &["import", "mcp", "lists.jsonl", "--format", "json"],
            "--against",
        ),
        (
            &["import", "openapi", "lists.jsonl"],
            "no OpenAPI description",
        ),
        (&["import"], "Usage"),
    ];
    for (arguments, expected) in cases {
        let (out, told) = exits(2, at, arguments);
        assert!(told.contains(expected), "{arguments:?}: {told}");
        assert!(
            !told.contains('\u{1b}') && out.is_empty(),
            "{arguments:?}: {told}"
        );
        assert!(!told.contains("secret"), "{told}");
    }
}

#[test]
fn a_page_that_is_there_is_not_written_over() {
    let folder = folder();
    let at = folder.path();
    fs::write(at.join("desk.yaml"), "mine").unwrap();
    let into = [IMPORT, &["-o", "desk.yaml"]].concat();
    let (_, told) = exits(2, at, &into);
    assert!(told.contains("is there already"), "{told}");
    assert_eq!(fs::read_to_string(at.join("desk.yaml")).unwrap(), "mine");
    exits(0, at, &[&into[..], &["--force"]].concat());
    assert_ne!(fs::read_to_string(at.join("desk.yaml")).unwrap(), "mine");
}

#[test]
fn what_changed_since_is_told_and_the_policy_stays_as_it_is() {
    let folder = folder();
    let at = folder.path();
    exits(0, at, &[IMPORT, &["-o", "desk.yaml"]].concat());
    let reviewed = fs::read_to_string(at.join("desk.yaml"))
        .unwrap()
        .replace("        reviewed: false\n", "");
    fs::write(at.join("desk.yaml"), &reviewed).unwrap();
    let (out, told) = exits(
        0,
        at,
        &["import", "mcp", "lists.jsonl", "--against", "desk.yaml"],
    );
    assert_eq!(out, "desk: 6 unchanged\n", "{told}");

    let lists = fs::read_to_string(at.join("lists.jsonl")).unwrap();
    let lists = lists
        .replace("\"limit\"", "\"most\"")
        .replace("\"noop\"", "\"nope\"")
        .replace("\"x\":1", "\"x\":2");
    fs::write(at.join("lists.jsonl"), lists).unwrap();
    let against = ["import", "mcp", "lists.jsonl", "--against", "desk.yaml"];
    let (out, told) = exits(1, at, &against);
    let lines: Vec<&str> = out
        .lines()
        .filter(|line| !line.starts_with("    pin"))
        .collect();
    assert_eq!(
        lines,
        [
            "desk: 4 unchanged",
            "~ tool search_tickets has another definition",
            "    - limit: optional(int)",
            "    + most: optional(int)",
            "- tool noop is not listed any more",
            "+ tool nope is new",
        ],
        "{told}"
    );
    assert!(told.contains("3 changes since"), "{told}");

    let (out, _) = exits(
        1,
        at,
        &[&against[..], &["--format", "json", "-o", "next.yaml"]].concat(),
    );
    let document: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(document["changes"].as_array().unwrap().len(), 3);
    let next = fs::read_to_string(at.join("next.yaml")).unwrap();
    assert_eq!(
        next.matches("        reviewed: false\n").count(),
        2,
        "{next}"
    );
    exits(
        0,
        at,
        &["import", "mcp", "lists.jsonl", "--against", "next.yaml"],
    );
    exits(2, at, &[&against[..], &["-o", "desk.yaml"]].concat());
    assert_eq!(fs::read_to_string(at.join("desk.yaml")).unwrap(), reviewed);
}
