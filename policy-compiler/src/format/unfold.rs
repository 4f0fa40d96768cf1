//! Collections in braces and brackets that become blocks: those in which a condition stands, since
//! CEL's own brackets and commas end a plain text there, and those that make a line too long.
//!
//! Works on a text whose layout is regular: what is on one line holds no comment inside.

use std::ops::Range;

use super::{WIDTH, Written, replace};
use crate::source::Span;
use crate::yaml::{Node, Value};

/// How deep a block stands within another.
const INDENT: &str = "  ";

/// The text with such collections as blocks.
pub(super) fn unfold(written: &Written<'_>) -> String {
    let mut unfolding = Unfolding {
        text: written.text,
        edits: Vec::new(),
    };
    unfolding.block(&written.tree);
    replace(written.text, unfolding.edits)
}

struct Unfolding<'a> {
    text: &'a str,
    edits: Vec<(Range<usize>, String)>,
}

impl<'a> Unfolding<'a> {
    /// Looks through a collection that is a block already.
    fn block(&mut self, node: &Node) {
        match &node.value {
            Value::Mapping(entries) if !self.is_flow(node) => {
                for entry in entries {
                    let column = self.column(entry.key.span.start) + INDENT.len();
                    if self.must_unfold(&entry.value, self.column(entry.value.span.start)) {
                        let lines = self.lines(&entry.value, column);
                        let indent = " ".repeat(column);
                        let lines = lines.iter().map(|line| format!("\n{indent}{line}"));
                        self.put(&entry.value, lines.collect());
                    } else {
                        self.block(&entry.value);
                    }
                }
            }
            Value::List(items) if !self.is_flow(node) => {
                for item in items {
                    let column = self.column(item.span.start);
                    if self.must_unfold(item, column) {
                        let indent = format!("\n{}", " ".repeat(column));
                        let lines = self.lines(item, column).join(&indent);
                        self.put(item, lines);
                    } else {
                        self.block(item);
                    }
                }
            }
            _ => {}
        }
    }

    /// Puts a block in place of a collection. A comment behind it was about the whole of it, so it
    /// moves to where the block begins.
    fn put(&mut self, node: &Node, block: String) {
        let Span { start, end, .. } = node.span;
        let rest = self.text.get(end..).unwrap_or("");
        let rest = rest.split('\n').next().unwrap_or("");
        if !rest.trim_start().starts_with('#') {
            self.edits.push((start..end, block));
            return;
        }
        let (first, others) = block.split_once('\n').unwrap_or((&block, ""));
        let comment = format!("{first}{rest}\n{others}");
        self.edits.push((start..end + rest.len(), comment));
    }

    /// The lines of a collection as a block that begins at a column, without their indentation.
    fn lines(&self, node: &Node, column: usize) -> Vec<String> {
        let mut lines = Vec::new();
        match &node.value {
            Value::Mapping(entries) => {
                for entry in entries {
                    let key = format!("{}:", self.written(entry.key.span));
                    let behind = column + key.chars().count() + 1;
                    let value = &entry.value;
                    if self.must_unfold(value, behind) {
                        lines.push(key);
                        let inner = self.lines(value, column + INDENT.len());
                        lines.extend(inner.iter().map(|line| format!("{INDENT}{line}")));
                    } else {
                        let value = self.written(value.span);
                        lines.push(format!("{key} {value}").trim_end().to_owned());
                    }
                }
            }
            Value::List(items) => {
                for item in items {
                    if self.must_unfold(item, column + INDENT.len()) {
                        let inner = self.lines(item, column + INDENT.len());
                        let starts = std::iter::once("- ").chain(std::iter::repeat(INDENT));
                        lines.extend(
                            starts
                                .zip(inner)
                                .map(|(start, line)| start.to_owned() + &line),
                        );
                    } else {
                        lines.push(format!("- {}", self.written(item.span)));
                    }
                }
            }
            Value::Nothing | Value::Refused | Value::Text(_) => {}
        }
        lines
    }

    /// Whether a node, if it began at this column, had to be a block.
    fn must_unfold(&self, node: &Node, column: usize) -> bool {
        let empty = match &node.value {
            Value::Mapping(entries) => entries.is_empty(),
            Value::List(items) => items.is_empty(),
            Value::Nothing | Value::Refused | Value::Text(_) => true,
        };
        let text = self.written(node.span);
        // Over several lines it has a comment inside, which would lose its place.
        if empty || !self.is_flow(node) || text.contains('\n') {
            return false;
        }
        column + text.chars().count() > WIDTH || has_condition(node)
    }

    fn is_flow(&self, node: &Node) -> bool {
        self.written(node.span).starts_with(['{', '['])
    }

    fn written(&self, span: Span) -> &'a str {
        self.text.get(span.start..span.end).unwrap_or("")
    }

    /// Counts characters from 0.
    fn column(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("");
        line.chars().count()
    }
}

/// Whether a condition stands anywhere in it.
fn has_condition(node: &Node) -> bool {
    match &node.value {
        Value::Mapping(entries) => entries
            .iter()
            .any(|entry| entry.key.value == "when" || has_condition(&entry.value)),
        Value::List(items) => items.iter().any(has_condition),
        Value::Nothing | Value::Refused | Value::Text(_) => false,
    }
}
