//! What no test has decided, for a reader and for programs.

use std::io::{self, Write};

use remit_policy_compiler::source::Sources;
use remit_policy_compiler::testing::{Coverage, Kind, Point, Share};
use serde_json::{Value, json};

const YELLOW: &str = "\x1b[33m";
const PLAIN: &str = "\x1b[0m";

/// Longest text of a part that is shown.
const SHOWN: usize = 72;
/// More than this many are counted, not shown, to a reader.
const LINES: usize = 50;

const KINDS: [(Kind, &str); 3] = [
    (Kind::Rule, "rules"),
    (Kind::Condition, "conditions"),
    (Kind::Branch, "branches"),
];

/// Something that did not happen, with its place.
pub(super) struct Gap {
    pub(super) file: String,
    pub(super) line: usize,
    pub(super) column: usize,
    pub(super) rule: String,
    pub(super) missed: &'static str,
    /// The part of the condition; `None` for the rule itself.
    pub(super) text: Option<String>,
}

impl Gap {
    /// What did not happen, in a sentence.
    pub(super) fn sentence(&self) -> String {
        match &self.text {
            Some(text) => format!("`{text}` was {}", self.missed),
            None => format!("the rule was {}", self.missed),
        }
    }
}

/// Everything that did not happen, in the order of the text.
pub(super) fn gaps(coverage: &Coverage<'_>, sources: &Sources) -> Vec<Gap> {
    let gaps = coverage.gaps().into_iter();
    gaps.map(|gap| placed(&gap, coverage, sources)).collect()
}

fn placed(gap: &Point, coverage: &Coverage<'_>, sources: &Sources) -> Gap {
    let place = gap
        .span
        .and_then(|span| Some((span, sources.file(span.file)?)));
    let (file, line, column, text) = match place {
        Some((span, file)) => {
            let position = file.position(span.start);
            let text = sources
                .text(span)
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ");
            let path = file.path().display().to_string();
            (path, position.line, position.column, text)
        }
        None => (String::new(), 1, 1, String::new()),
    };
    Gap {
        file,
        line,
        column,
        rule: coverage.name(gap.rule),
        missed: gap.wanted.missed(),
        text: (gap.kind != Kind::Rule).then_some(text),
    }
}

/// Prints the shares, and what is missing with its place.
pub(super) fn human(
    coverage: &Coverage<'_>,
    sources: &Sources,
    out: &mut dyn Write,
) -> io::Result<()> {
    let shares = KINDS.map(|(kind, name)| {
        let Share { seen, all } = coverage.share(kind);
        format!("{name} {seen}/{all}")
    });
    writeln!(out, "coverage: {}", shares.join(", "))?;
    let gaps = gaps(coverage, sources);
    if gaps.is_empty() {
        return Ok(());
    }
    writeln!(out, "no test decided:")?;
    let place = |gap: &Gap| format!("{}:{}:{}", gap.file, gap.line, gap.column);
    let places = gaps.iter().map(|gap| place(gap).chars().count()).max();
    let rules = gaps.iter().map(|gap| gap.rule.chars().count()).max();
    let (places, rules) = (places.unwrap_or(0), rules.unwrap_or(0));
    for gap in gaps.iter().take(LINES) {
        let mut text = gap.text.clone().unwrap_or_default();
        if text.chars().count() > SHOWN {
            text = text.chars().take(SHOWN - 1).chain(['…']).collect();
        }
        let line = format!(
            "  {:places$}  {:rules$}  {YELLOW}{:13}{PLAIN}  {text}",
            place(gap),
            gap.rule,
            gap.missed
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    if gaps.len() > LINES {
        let more = gaps.len() - LINES;
        writeln!(
            out,
            "  … and {more} more, which `--format json` and `--lcov` have"
        )?;
    }
    Ok(())
}

/// The same for programs.
pub(super) fn json(coverage: &Coverage<'_>, sources: &Sources) -> Value {
    let share = |kind| {
        let Share { seen, all } = coverage.share(kind);
        json!({"seen": seen, "all": all})
    };
    let gaps = gaps(coverage, sources).into_iter().map(|gap| {
        json!({
            "file": gap.file, "line": gap.line, "column": gap.column,
            "rule": gap.rule, "missed": gap.missed, "text": gap.text,
        })
    });
    let gaps: Vec<Value> = gaps.collect();
    json!({
        "rules": share(Kind::Rule),
        "conditions": share(Kind::Condition),
        "branches": share(Kind::Branch),
        "gaps": gaps,
    })
}
