//! The part of YAML that a policy is written in, as a tree with places.
//!
//! Mappings with text keys, lists, and scalars that are all text: what `no`, `0x1F` or `1.10`
//! means is decided by who reads the value, never by YAML. Everything that lets a policy say
//! something else than what stands on the page is refused: duplicate keys, anchors, aliases,
//! tags, merge keys, further documents.

mod parse;
mod position;

pub(crate) use parse::parse;

use crate::source::{Span, Spanned};

/// Deepest nesting of mappings and lists.
pub(crate) const DEPTH: usize = 32;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) value: Value,
    /// Where: of a mapping or list, from its first to its last part.
    pub(crate) span: Span,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// Nothing: an empty value, `~` or `null`.
    Nothing,
    /// What was refused already and is not spoken of again.
    Refused,
    /// Text.
    Text(Text),
    /// A list.
    List(Vec<Node>),
    /// A mapping, in the order of the text, keys distinct.
    Mapping(Vec<Entry>),
}

impl Value {
    /// What it is called in a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Refused => "refused",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Mapping(_) => "a mapping",
        }
    }
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The key.
    pub(crate) key: Spanned<String>,
    /// The value.
    pub(crate) value: Node,
}

/// A scalar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Text {
    /// What it says, quotes and escapes resolved.
    pub(crate) text: String,
    /// How it is written.
    style: Style,
}

/// How a scalar is written, as far as it matters for finding a place in it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// Without quotes: characters stand for themselves, white space may be folded.
    Plain,
    /// A block, after `|` or `>`: the same.
    Block,
    /// `'…'`: a quote is written twice.
    SingleQuoted,
    /// `"…"`: with escapes.
    DoubleQuoted,
}

impl Text {
    /// Whether it stands there without quotes or block mark, so that YAML leaves it to the reader
    /// what it means.
    pub(crate) fn is_plain(&self) -> bool {
        self.style == Style::Plain
    }

    /// Where bytes `start..end` of the text stand in the file. `written` is the scalar as it is
    /// written, at `span`. Where that cannot be told, the whole scalar.
    pub(crate) fn locate(&self, span: Span, written: &str, start: usize, end: usize) -> Span {
        position::locate(written, self.style, &self.text, start, end).map_or(span, |range| Span {
            start: span.start + range.start,
            end: span.start + range.end,
            ..span
        })
    }
}

#[cfg(test)]
mod tests;
