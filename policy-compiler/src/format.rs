//! One way to write a policy: comments kept, meaning untouched.
//!
//! Layout is `pretty_yaml`'s. What is ours: collections in braces become blocks where a condition
//! stands in them or a line would be too long, conditions stay as they are written, and comments at
//! the end of a line keep their column.
//!
//! INVARIANT: what comes out says the same as what went in, with the same comments, or nothing comes
//! out. It is read again and compared; no trust in the layout is needed.

mod comments;
mod conditions;
mod unfold;

use pretty_yaml::config::{FormatOptions, LanguageOptions, LayoutOptions};
use similar::TextDiff;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::secret;
use crate::source::{FileId, SourceFile, Sources};
use crate::yaml::{self, Node, Value};

/// Longest line that a collection in braces is left on.
const WIDTH: usize = 100;

/// How often a layout may be changed by laying it out again.
const ROUNDS: usize = 4;

/// Why a file is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unformatted {
    /// It is not YAML, or not the YAML of a policy.
    #[error("the file has errors")]
    Rejected(Vec<Diagnostic>),
    /// The layout cannot be changed without changing more.
    #[error("the file cannot be laid out anew without changing what it says; it is left as it is")]
    Fragile,
}

/// The text of a policy file, formatted.
///
/// # Errors
/// [`Unformatted`], with the file as good as it was.
pub fn format(id: FileId, sources: &Sources) -> Result<String, Unformatted> {
    let file = sources.file(id).ok_or(Unformatted::Fragile)?;
    let mut diagnostics = Diagnostics::default();
    let tree = yaml::parse(id, file, &mut diagnostics);
    let Some(tree) = tree.filter(|_| !diagnostics.has_errors()) else {
        return Err(Unformatted::Rejected(diagnostics.into_sorted()));
    };
    let written = Written {
        id,
        text: file.text(),
        tree,
    };
    settled(&written)
}

/// Laid out until nothing changes any more: where comments stand askew, the layout needs a second
/// look at what it made.
fn settled(original: &Written<'_>) -> Result<String, Unformatted> {
    let mut formatted = lay_out(original)?;
    for _ in 0..ROUNDS {
        let again = lay_out(&read(original.id, &formatted)?)?;
        if again == formatted {
            return Ok(formatted);
        }
        formatted = again;
    }
    Err(Unformatted::Fragile)
}

/// What changed, as a unified diff without secrets; empty if nothing did.
#[must_use]
pub fn diff(path: &str, before: &str, after: &str) -> String {
    let before = secret::masked(before, 0, before);
    let after = secret::masked(after, 0, after);
    TextDiff::from_lines(&before, &after)
        .unified_diff()
        .header(path, "formatted")
        .to_string()
}

/// A text with its tree.
struct Written<'a> {
    id: FileId,
    text: &'a str,
    tree: Node,
}

fn lay_out(original: &Written<'_>) -> Result<String, Unformatted> {
    let spaced = pretty(&original.text.replace("\r\n", "\n"))?;
    let unfolded = unfold::unfold(&read(original.id, &spaced)?);
    let formatted = pretty(&unfolded)?;
    let formatted = conditions::restore(original, &read(original.id, &formatted)?);
    let formatted = comments::realign(original, &read(original.id, &formatted)?);
    let formatted = formatted.ok_or(Unformatted::Fragile)?;
    let result = read(original.id, &formatted)?;
    if same(&original.tree, &result.tree) {
        Ok(formatted)
    } else {
        Err(Unformatted::Fragile)
    }
}

fn pretty(text: &str) -> Result<String, Unformatted> {
    let options = FormatOptions {
        layout: LayoutOptions {
            // What is too long for a line is our affair.
            print_width: text.len().saturating_add(WIDTH),
            ..LayoutOptions::default()
        },
        language: LanguageOptions {
            brace_spacing: false,
            trailing_comma: false,
            prefer_single_line: true,
            // At the end of a line of a block text they are part of it.
            trim_trailing_whitespaces: false,
            ..LanguageOptions::default()
        },
    };
    pretty_yaml::format_text(text, &options).map_err(|_| Unformatted::Fragile)
}

fn read(id: FileId, text: &str) -> Result<Written<'_>, Unformatted> {
    let mut diagnostics = Diagnostics::default();
    let file = SourceFile::held(text);
    match yaml::parse(id, &file, &mut diagnostics) {
        Some(tree) if !diagnostics.has_errors() => Ok(Written { id, text, tree }),
        _ => Err(Unformatted::Fragile),
    }
}

/// Whether two trees say the same, wherever and however it is written.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        (Value::Nothing, Value::Nothing) => true,
        (Value::Text(a), Value::Text(b)) => a.text == b.text,
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Mapping(a), Value::Mapping(b)) => {
            a.len() == b.len()
                && a.iter()
                    .zip(b)
                    .all(|(a, b)| a.key.value == b.key.value && same(&a.value, &b.value))
        }
        _ => false,
    }
}

/// Puts other text in place of ranges that do not overlap.
fn replace(text: &str, mut edits: Vec<(std::ops::Range<usize>, String)>) -> String {
    edits.sort_by_key(|(range, _)| range.start);
    let mut result = String::with_capacity(text.len());
    let mut at = 0;
    for (range, with) in edits {
        result.push_str(text.get(at..range.start).unwrap_or(""));
        result.push_str(&with);
        at = range.end;
    }
    result.push_str(text.get(at..).unwrap_or(""));
    result
}

#[cfg(test)]
mod tests;
