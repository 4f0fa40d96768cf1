//! Comments stay where an author sees them: at the end of a line in their column, so that what was
//! aligned is still so; on a line of their own behind the last part of a block, in that block.

use yaml_parser::SyntaxKind;

use super::{Written, replace};
use crate::yaml::{Node, Value};

/// A comment in a text.
struct Comment<'a> {
    text: &'a str,
    start: usize,
    /// In characters from 0.
    column: usize,
    place: Place,
    /// What stands before it on its line, without spaces and quotes.
    before: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Alone on its line.
    Line,
    /// Behind something.
    Behind,
}

/// Moves the comments of a formatted text to where they stood. `None` if they are not the same.
pub(super) fn realign(original: &Written<'_>, formatted: &Written<'_>) -> Option<String> {
    let (before, after) = (comments(original.text)?, comments(formatted.text)?);
    let texts = |comments: &[Comment<'_>]| -> Vec<String> {
        let text = |one: &Comment<'_>| one.text.trim_end().to_owned();
        comments.iter().map(text).collect()
    };
    if texts(&before) != texts(&after) {
        return None;
    }
    let mut parts = Vec::new();
    collect(
        original,
        &original.tree,
        formatted,
        &formatted.tree,
        &mut parts,
    );
    parts.sort_by_key(|one| one.start);
    let mut edits = Vec::new();
    for (was, is) in before.iter().zip(&after) {
        let wanted = match (was.place, is.place) {
            // Behind what became a block there is no column to keep.
            (Place::Behind, Place::Behind) if was.before == is.before => was.column.max(is.column),
            (Place::Line, Place::Line) => closing(was, &parts).unwrap_or(is.column),
            _ => is.column,
        };
        // A column is as many bytes where there is nothing but spaces.
        match wanted.checked_sub(is.column) {
            Some(more) => edits.push((is.start..is.start, " ".repeat(more))),
            None => edits.push((is.start - (is.column - wanted)..is.start, String::new())),
        }
    }
    Some(replace(formatted.text, edits))
}

/// A part of a block, an entry or an item, in both texts.
struct Part {
    /// Where it starts in the original.
    start: usize,
    /// The columns in which it starts: in the original, in the formatted text.
    columns: (usize, usize),
}

/// The column for a comment that ends a block: that of the block's other parts.
fn closing(comment: &Comment<'_>, parts: &[Part]) -> Option<usize> {
    let (before, behind) = parts.split_at(parts.partition_point(|one| one.start < comment.start));
    if behind
        .first()
        .is_some_and(|next| next.columns.0 >= comment.column)
    {
        return None;
    }
    let same_block = |one: &&Part| one.columns.0 == comment.column;
    before
        .iter()
        .rev()
        .find(same_block)
        .map(|one| one.columns.1)
}

/// The parts of blocks, in the order of the text.
fn collect(of: &Written<'_>, a: &Node, to: &Written<'_>, b: &Node, parts: &mut Vec<Part>) {
    let mut part = |a: usize, b: usize| {
        if let (Some(was), Some(is)) = (block_column(of.text, a), block_column(to.text, b)) {
            parts.push(Part {
                start: a,
                columns: (was, is),
            });
        }
    };
    match (&a.value, &b.value) {
        (Value::Mapping(a), Value::Mapping(b)) => {
            for (a, b) in a.iter().zip(b) {
                part(a.key.span.start, b.key.span.start);
            }
            for (a, b) in a.iter().zip(b) {
                collect(of, &a.value, to, &b.value, parts);
            }
        }
        (Value::List(a), Value::List(b)) => {
            for (a, b) in a.iter().zip(b) {
                if let (Some(a), Some(b)) = (dash(of.text, a), dash(to.text, b)) {
                    part(a, b);
                }
            }
            for (a, b) in a.iter().zip(b) {
                collect(of, a, to, b, parts);
            }
        }
        _ => {}
    }
}

/// The column of something with nothing but spaces and dashes before it on its line.
fn block_column(text: &str, at: usize) -> Option<usize> {
    let line = text.get(..at)?.rsplit('\n').next()?;
    let only = line.chars().all(|each| matches!(each, ' ' | '-'));
    only.then_some(line.len())
}

/// Where the dash of an item stands.
fn dash(text: &str, item: &Node) -> Option<usize> {
    let before = text.get(..item.span.start)?.trim_end_matches(' ');
    before.strip_suffix('-').map(str::len)
}

fn comments(text: &str) -> Option<Vec<Comment<'_>>> {
    let root = yaml_parser::parse(text).ok()?;
    let tokens = root
        .descendants_with_tokens()
        .filter(|element| element.kind() == SyntaxKind::COMMENT);
    tokens
        .map(|token| {
            let start = usize::from(token.text_range().start());
            let end = usize::from(token.text_range().end());
            let line = text.get(..start)?.rsplit('\n').next()?;
            Some(Comment {
                text: text.get(start..end)?,
                start,
                column: line.chars().count(),
                before: line.replace([' ', '\t', '"', '\''], ""),
                place: match line.trim() {
                    "" => Place::Line,
                    _ => Place::Behind,
                },
            })
        })
        .collect()
}
