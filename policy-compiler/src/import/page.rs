//! Writing a page of a policy, with text that strangers wrote.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::format::format;
use crate::source::Sources;
use crate::yaml::{Node, Value};

/// Longest comment that is made of a stranger's words, in characters.
const COMMENT_CHARACTERS: usize = 160;

/// A value on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// A word as it stands: of the language, or of a page that was read.
    Word(Cow<'static, str>),
    /// Text.
    Text(String),
    /// A list, on one line.
    List(Vec<Part>),
    /// A mapping in braces, on one line.
    Braces(Vec<(String, Part)>),
    /// A mapping, a key to a line.
    Block(Vec<Item>),
}

impl Part {
    /// Text.
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A word of the language.
    pub(super) fn word(word: &'static str) -> Self {
        Self::Word(Cow::Borrowed(word))
    }

    /// What stands in a page.
    pub(super) fn of(node: &Node) -> Self {
        match &node.value {
            Value::Nothing | Value::Refused => Self::word("~"),
            Value::Text(text) if text.is_plain() && text.text.chars().all(is_plain) => {
                Self::Word(Cow::Owned(text.text.clone()))
            }
            Value::Text(text) => Self::text(&text.text),
            Value::List(nodes) => Self::List(nodes.iter().map(Self::of).collect()),
            Value::Mapping(entries) => {
                let entries = entries.iter();
                Self::Braces(
                    entries
                        .map(|entry| (entry.key.value.clone(), Self::of(&entry.value)))
                        .collect(),
                )
            }
        }
    }
}

/// A key with its value, and what is said above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    /// Each a line.
    pub(super) comments: Vec<String>,
    /// The key.
    pub(super) key: String,
    /// The value.
    pub(super) value: Part,
}

impl Item {
    /// A key with its value and nothing to say.
    pub(super) fn new(key: impl Into<String>, value: Part) -> Self {
        Self {
            comments: Vec::new(),
            key: key.into(),
            value,
        }
    }
}

/// The page, laid out as `remit fmt` does it.
pub(super) fn laid_out(items: &[Item]) -> String {
    let text = write(items);
    let sources = Sources::in_memory([(PathBuf::new(), text.clone())], BTreeMap::new());
    let formatted = sources.files().next().map(|(id, _)| format(id, &sources));
    // What cannot be laid out anew says the same as it is.
    formatted.and_then(Result::ok).unwrap_or(text)
}

/// The page.
pub(super) fn write(items: &[Item]) -> String {
    let mut out = String::new();
    block(items, 0, &mut out);
    out
}

fn block(items: &[Item], depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for item in items {
        for comment in &item.comments {
            out.push_str(&format!("{indent}# {}\n", harmless(comment)));
        }
        out.push_str(&format!("{indent}{}:", scalar(&item.key)));
        match &item.value {
            Part::Block(inner) if !inner.is_empty() => {
                out.push('\n');
                block(inner, depth + 1, out);
            }
            value => {
                out.push(' ');
                flow(value, out);
                out.push('\n');
            }
        }
    }
}

fn flow(value: &Part, out: &mut String) {
    match value {
        Part::Word(word) => out.push_str(word),
        Part::Text(text) => out.push_str(&scalar(text)),
        Part::List(parts) => {
            out.push('[');
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    out.push_str(", ");
                }
                flow(part, out);
            }
            out.push(']');
        }
        Part::Braces(entries) => braces(entries.iter().map(|(key, value)| (key, value)), out),
        Part::Block(items) => braces(items.iter().map(|item| (&item.key, &item.value)), out),
    }
}

fn braces<'p>(entries: impl Iterator<Item = (&'p String, &'p Part)>, out: &mut String) {
    out.push('{');
    for (index, (key, value)) in entries.enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        out.push_str(&scalar(key));
        out.push_str(": ");
        flow(value, out);
    }
    out.push('}');
}

/// Words that some readers of YAML take for something else than text.
const TAKEN: &[&str] = &["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

/// A text as YAML, without quotes where nobody could take it for anything else.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '/')
        && text.chars().all(is_plain);
    if plain && !TAKEN.contains(&text.to_ascii_lowercase().as_str()) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for each in text.chars() {
        match each {
            '"' | '\\' => quoted.extend(['\\', each]),
            each if is_shown(each) => quoted.push(each),
            each => quoted.push_str(&escape(each)),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether a character means nothing to YAML, wherever it stands but at the beginning.
fn is_plain(each: char) -> bool {
    each.is_ascii_alphanumeric() || matches!(each, '_' | '-' | '.' | '/' | '(' | ')')
}

fn escape(each: char) -> String {
    let code = u32::from(each);
    match code {
        ..=0xffff => format!("\\u{code:04x}"),
        _ => format!("\\U{code:08x}"),
    }
}

/// Whether everybody sees the character as it is. Not those that move a cursor, that turn the direction
/// of text, or that cannot be seen and still are read by whoever reads the page.
fn is_shown(each: char) -> bool {
    each == ' '
        || each.is_ascii_graphic()
        || each.is_alphanumeric()
        || matches!(each, '\u{2010}'..='\u{2027}')
}

/// A stranger's words on one line of a page or terminal, cut where they are long: white space is a
/// space, what not everybody sees is escaped.
#[must_use]
pub fn harmless(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        for each in word.chars() {
            if is_shown(each) {
                line.push(each);
            } else {
                line.push_str(&escape(each));
            }
        }
        if line.chars().count() > COMMENT_CHARACTERS {
            let mut cut: String = line.chars().take(COMMENT_CHARACTERS).collect();
            cut.push('…');
            return cut;
        }
    }
    line
}

#[cfg(test)]
mod tests;
