use std::collections::BTreeMap;
use std::path::PathBuf;

use proptest::prelude::*;

use super::{Unformatted, diff, format};
use crate::source::Sources;

fn formatted(text: &str) -> Result<String, Unformatted> {
    let sources = Sources::in_memory(
        [(PathBuf::from("p.yaml"), text.to_owned())],
        BTreeMap::new(),
    );
    let (id, _) = sources.files().next().unwrap();
    format(id, &sources)
}

const ROWS: &[(&str, &str, &str)] = &[
    (
        "spaces",
        "a:   b\nc: [ x,y ]\nd: { e: f }\n",
        "a: b\nc: [x, y]\nd: {e: f}\n",
    ),
    (
        "a comment askew",
        "root:\n -\n    a: plain\n -\n   a:\n    # above\n    - |\n       a\n   b: plain\n",
        "root:\n  - a: plain\n  - a:\n      # above\n      - |\n        a\n    b: plain\n",
    ),
    (
        "indentation",
        "a:\n    b:\n        c: d\n",
        "a:\n  b:\n    c: d\n",
    ),
    (
        "lists",
        "a:\n- b\n-   c: d\n    e: f\n",
        "a:\n  - b\n  - c: d\n    e: f\n",
    ),
    (
        "quotes",
        "a: 'b'\nc: 'd \"e\"'\n",
        "a: \"b\"\nc: 'd \"e\"'\n",
    ),
    ("blank lines", "\n\na: b\n\n\n\nc: d\n\n", "a: b\n\nc: d\n"),
    (
        "line ends",
        "a: b\r\nc: |\r\n  d\r\n  e\r\n",
        "a: b\nc: |\n  d\n  e\n",
    ),
    (
        "several lines",
        "a: {b: c,\n  d: [e,\n f]}\n",
        "a: {b: c, d: [e, f]}\n",
    ),
    (
        "nothing",
        "a:\nb: ~\nc: {}\nd: []\n",
        "a:\nb: ~\nc: {}\nd: []\n",
    ),
    (
        "several lines, CRLF",
        "a: [b\r\n  c]\r\nd: e\r\n  f\r\n",
        "a: [\n  b\n  c\n]\nd: e\n  f\n",
    ),
    (
        "spaces at the end",
        "a: b   \n# c  \nd: >-\n  e \n  f\n",
        "a: b\n# c\nd: >-\n  e \n  f\n",
    ),
    (
        "comments keep their column",
        "# top\na: b       # one\nc:         # two\n  - d      # three\n  # - four\ne: f\n# last\n",
        "# top\na: b       # one\nc:         # two\n  - d      # three\n  # - four\ne: f\n# last\n",
    ),
    (
        "a comment inside braces",
        "a: {b: c, # one\n  d: e}\n",
        "a: {\n  b: c, # one\n  d: e\n}\n",
    ),
    (
        "a rule becomes a block",
        "allow:\n  - {id: x, operations: [a.b], when: \"c in [d, e]\"}   # why\n  - a.c\n",
        "allow:\n  - id: x # why\n    \
         operations: [a.b]\n    when: \"c in [d, e]\"\n  - a.c\n",
    ),
    (
        "so does what it stands in",
        "tasks: {t: {deny: [{id: x, when: 'c'}]}, u: {}} # why\n",
        "tasks: # why\n  t:\n    deny:\n      \
         - id: x\n        when: 'c'\n  u: {}\n",
    ),
    (
        "conditions stay",
        "when: '!a'\nrules:\n    - when: a in [b, c] &&\n              d\n    - when: |\n          a &&\n            b\n",
        "when: '!a'\nrules:\n  - when: a in [b, c] &&\n      d\n  - when: |\n      a &&\n        b\n",
    ),
    (
        "so do expressions in lists",
        "same:   [ 'path.id', \"b\" ]\ndistinct:\n  - 'tenant'\nother: ['c']\n",
        "same: ['path.id', \"b\"]\ndistinct:\n  - 'tenant'\nother: [\"c\"]\n",
    ),
    (
        "a long line",
        "names: {aaaaaaaaaaaaaaaaaaaa: bbbbbbbbbbbbbbbbbbbbbbbb, cccccccccccccccccccccc: {d: e}, f: [gggggggggg]}\n",
        "names:\n  aaaaaaaaaaaaaaaaaaaa: bbbbbbbbbbbbbbbbbbbbbbbb\n  cccccccccccccccccccccc: {d: e}\n  f: [gggggggggg]\n",
    ),
    (
        "a long list",
        "agents: [\"spiffe://corp.example/support/desk/*\", \"spiffe://corp.example/support/night/*\", c, d, e, f]\n",
        "agents:\n  - \"spiffe://corp.example/support/desk/*\"\n  - \"spiffe://corp.example/support/night/*\"\n  - c\n  - d\n  - e\n  - f\n",
    ),
];

#[test]
fn layout() {
    for (name, before, after) in ROWS {
        assert_eq!(formatted(before).as_deref(), Ok(*after), "{name}");
        assert_eq!(formatted(after).as_deref(), Ok(*after), "{name}, again");
    }
}

#[test]
fn what_is_no_policy_is_left_alone() {
    for text in [
        "a: [b",
        "a: &x b",
        "a: b\na: c",
        "a: !t b",
        "---\na: b\n---\nc: d\n",
    ] {
        let result = formatted(text);
        assert!(
            matches!(result, Err(Unformatted::Rejected(_))),
            "{text}: {result:?}"
        );
    }
}

#[test]
fn a_diff_shows_no_secret() {
    let diff = diff(
        "p.yaml",
        "password:  q7Zt0vXk29LmPzR4sWn8\n",
        "password: q7Zt0vXk29LmPzR4sWn8\n",
    );
    assert_eq!(
        diff,
        "--- p.yaml\n+++ formatted\n@@ -1 +1 @@\n-password:  ********************\n\
         +password: ********************\n"
    );
}

/// A document, and how each part of it is written.
#[derive(Debug, Clone)]
enum Part {
    Scalar(String),
    /// A text over several lines, with what stands before its first.
    Lines(&'static str, Vec<String>),
    List(Vec<Part>, Style),
    Mapping(Vec<(String, Part)>, Style),
}

#[derive(Debug, Clone, Copy)]
enum Style {
    Flow,
    Block { indent: usize, comment: Comment },
}

#[derive(Debug, Clone, Copy)]
enum Comment {
    None,
    Above,
    Behind { spaces: usize },
}

/// Scalars that mean something else where they are not quoted or quoted otherwise.
const SCALARS: &[&str] = &[
    "plain",
    "\"\"",
    "''",
    "~",
    "null",
    "two words",
    "'it''s'",
    "'a\\d'",
    "\"a\\tb\"",
    "\"\\u00e9\"",
    "é",
    "\"{x}\"",
    "'# no comment'",
    "a#b",
    "-1",
    "\"- x\"",
    "http://a/b",
    "'!x \"y\"'",
    "1.10",
    "no",
    "\"GET /v1/{id}\"",
    "optional(list(string))",
    "'*'",
    "0x1F",
    "\"a: b\"",
];

fn comment() -> impl Strategy<Value = Comment> {
    prop_oneof![
        4 => Just(Comment::None),
        1 => Just(Comment::Above),
        1 => (1_usize..9).prop_map(|spaces| Comment::Behind { spaces }),
    ]
}

fn style() -> impl Strategy<Value = Style> {
    prop_oneof![
        1 => Just(Style::Flow),
        2 => (1_usize..5, comment()).prop_map(|(indent, comment)| Style::Block { indent, comment }),
    ]
}

fn part() -> impl Strategy<Value = Part> {
    let scalar = prop::sample::select(SCALARS).prop_map(|text| Part::Scalar(text.to_owned()));
    let header = prop::sample::select(&["|", "|-", "|+", ">", ">-", ""]);
    let lines = (
        header,
        prop::collection::vec(r"[a-z]{1,9}( && [a-z]{1,9}|  \|\| b| in \[c, d\])?", 1..4),
    )
        .prop_map(|(header, lines)| Part::Lines(header, lines));
    prop_oneof![3 => scalar, 1 => lines].prop_recursive(5, 48, 5, |inner| {
        let key = prop_oneof![3 => "[a-z]{1,12}", 1 => Just("when".to_owned())];
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..5), style())
                .prop_map(|(items, style)| Part::List(items, style)),
            (prop::collection::btree_map(key, inner, 0..5), style())
                .prop_map(|(entries, style)| Part::Mapping(entries.into_iter().collect(), style)),
        ]
    })
}

fn flow(part: &Part) -> String {
    match part {
        Part::Scalar(text) => text.clone(),
        Part::Lines(_, lines) => format!("'{}'", lines.join(" ")),
        Part::List(items, _) => {
            let items: Vec<String> = items.iter().map(flow).collect();
            format!("[{}]", items.join(","))
        }
        Part::Mapping(entries, _) => {
            let entry = |(key, value): &(String, Part)| format!("{key}: {}", flow(value));
            let entries: Vec<String> = entries.iter().map(entry).collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

/// Writes what stands behind a `-` or `key:`.
fn write(part: &Part, column: usize, out: &mut String) {
    let (style, empty) = match part {
        Part::Scalar(_) => (Style::Flow, true),
        Part::Lines(header, lines) => {
            let margin = format!("\n{}", " ".repeat(column + 3));
            let lines = lines.join(&margin);
            out.push_str(&match *header {
                "" => format!(" {lines}\n"),
                header => format!(" {header}{margin}{lines}\n"),
            });
            return;
        }
        Part::List(items, style) => (*style, items.is_empty()),
        Part::Mapping(entries, style) => (*style, entries.is_empty()),
    };
    let Style::Block { indent, comment } = style else {
        out.push_str(&format!(" {}\n", flow(part)));
        return;
    };
    if empty {
        out.push_str(&format!(" {}\n", flow(part)));
        return;
    }
    let column = column + indent;
    let margin = " ".repeat(column);
    match comment {
        Comment::None => out.push('\n'),
        Comment::Above => out.push_str(&format!("\n{margin}# above\n")),
        Comment::Behind { spaces } => out.push_str(&format!("{}# behind\n", " ".repeat(spaces))),
    }
    match part {
        Part::Scalar(_) | Part::Lines(..) => {}
        Part::List(items, _) => {
            for item in items {
                out.push_str(&format!("{margin}-"));
                write(item, column, out);
            }
        }
        Part::Mapping(entries, _) => {
            for (key, value) in entries {
                out.push_str(&format!("{margin}{key}:"));
                write(value, column, out);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_document_keeps_its_meaning_and_is_formatted_once(part in part()) {
        let mut text = "root:".to_owned();
        write(&part, 0, &mut text);
        // That the meaning is the same is seen to before there is a result.
        let once = formatted(&text).map_err(|error| TestCaseError::fail(format!("{error}:\n{text}")))?;
        prop_assert_eq!(formatted(&once), Ok(once.clone()), "again, of:\n{}", text);
        prop_assert_eq!(once.matches('#').count(), text.matches('#').count());
    }
}
