//! From the parser's events to the tree.
//!
//! The parser is asked for events, not for a document: a document has already forgotten
//! duplicate keys and resolved aliases.

use std::collections::HashMap;
use std::iter::Peekable;

use saphyr_parser::{Event, Parser, ScalarStyle, StrInput};

use super::{DEPTH, Entry, Node, Style, Text, Value};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{FILE_BYTES, FileId, SourceFile, Span, Spanned};

/// Parses a file. `None`, with the reason among the diagnostics, if there is no tree.
pub(crate) fn parse(id: FileId, file: &SourceFile, diagnostics: &mut Diagnostics) -> Option<Node> {
    if file.text().len() > FILE_BYTES {
        let start = Span {
            file: id,
            start: 0,
            end: 0,
        };
        diagnostics.push(
            Diagnostic::new(
                Code::FileTooLarge,
                start,
                format!("the file has more than {FILE_BYTES} bytes"),
            )
            .help("split the policy into several files of one folder"),
        );
        return None;
    }
    if let Some((start, character)) = hidden(file.text()) {
        let span = Span {
            file: id,
            start,
            end: start + character.len_utf8(),
        };
        diagnostics.push(
            Diagnostic::new(
                Code::HiddenCharacter,
                span,
                format!("the file has the character U+{:04X}", u32::from(character)),
            )
            .label("not everybody sees the same text here")
            .help("take it out: lines end with LF or CR LF, and text runs in one direction"),
        );
        return None;
    }
    let offsets = Offsets::new(file.text());
    let events = Parser::new_from_str(file.text()).peekable();
    let mut reader = Reader {
        id,
        text: file.text(),
        offsets,
        events,
        diagnostics,
        depth: 0,
    };
    reader.file().ok()
}

/// The first character that could make the file read otherwise than it looks: controls, a CR that
/// ends no line, Unicode's own line ends, and what turns the direction of text (CVE-2021-42574).
fn hidden(text: &str) -> Option<(usize, char)> {
    let mut following = text.chars().skip(1);
    text.char_indices().find(|(_, each)| {
        let next = following.next();
        match each {
            '\t' | '\n' => false,
            '\r' => next != Some('\n'),
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' => true,
            '\u{2066}'..='\u{2069}' => true,
            each => each.is_control(),
        }
    })
}

/// Parsing cannot go on; the reason is among the diagnostics.
struct Stop;

/// The parser counts characters, spans count bytes.
struct Offsets {
    length: usize,
    /// Byte offsets by character; `None` where all characters are one byte.
    table: Option<Vec<usize>>,
}

impl Offsets {
    fn new(text: &str) -> Self {
        let table = (!text.is_ascii()).then(|| text.char_indices().map(|(at, _)| at).collect());
        Self {
            length: text.len(),
            table,
        }
    }

    fn byte(&self, character: usize) -> usize {
        match &self.table {
            None => character.min(self.length),
            Some(table) => table.get(character).copied().unwrap_or(self.length),
        }
    }
}

/// What an author may have run into.
fn meant(problem: &str) -> Option<String> {
    let help = if problem.contains("mapping values are not allowed") {
        "a text with `: ` in it needs quotes, or a block: `when: |` and the text on the next line"
    } else if problem.contains("tab") {
        "indent with spaces"
    } else {
        return None;
    };
    Some(help.to_owned())
}

struct Reader<'a> {
    id: FileId,
    text: &'a str,
    offsets: Offsets,
    events: Peekable<Parser<'a, StrInput<'a>>>,
    diagnostics: &'a mut Diagnostics,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn file(&mut self) -> Result<Node, Stop> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::DocumentStart(_) => {
                    if root.is_some() {
                        return self.stop(
                            Diagnostic::new(
                                Code::MultipleDocuments,
                                span,
                                "a policy file holds one YAML document",
                            )
                            .label("a second one begins here")
                            .help("put it into a file of its own in the same folder"),
                        );
                    }
                    let (event, span) = self.next()?;
                    root = Some(self.node(event, span)?);
                }
                _ => {}
            }
        }
        // An empty file has no document at all.
        let nothing = Span {
            file: self.id,
            start: 0,
            end: 0,
        };
        Ok(root.unwrap_or(Node {
            value: Value::Nothing,
            span: nothing,
        }))
    }

    fn next(&mut self) -> Result<(Event<'a>, Span), Stop> {
        match self.events.next() {
            Some(Ok((event, span))) => {
                let start = self.offsets.byte(span.start.index());
                let end = self.offsets.byte(span.end.index()).max(start);
                Ok((
                    event,
                    Span {
                        file: self.id,
                        start,
                        end,
                    },
                ))
            }
            Some(Err(error)) => {
                let at = self.offsets.byte(error.marker().index());
                let span = Span {
                    file: self.id,
                    start: at,
                    end: at,
                };
                self.stop(
                    Diagnostic::new(Code::YamlSyntax, span, "this is not YAML")
                        .label(error.info().to_lowercase())
                        .help_if(meant(error.info())),
                )
            }
            None => Err(Stop),
        }
    }

    fn stop<T>(&mut self, diagnostic: Diagnostic) -> Result<T, Stop> {
        self.diagnostics.push(diagnostic);
        Err(Stop)
    }

    fn node(&mut self, event: Event<'a>, span: Span) -> Result<Node, Stop> {
        match event {
            Event::Alias(_) => {
                self.anchor(span, "this stands for something written elsewhere");
                Ok(Node {
                    value: Value::Refused,
                    span,
                })
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.properties(span, anchor, tag.is_some());
                Ok(self.scalar(&text, style, span))
            }
            Event::SequenceStart(anchor, tag) => {
                self.properties(span, anchor, tag.is_some());
                self.list(span)
            }
            Event::MappingStart(anchor, tag) => {
                self.properties(span, anchor, tag.is_some());
                self.mapping(span)
            }
            _ => Ok(Node {
                value: Value::Nothing,
                span,
            }),
        }
    }

    fn anchor(&mut self, span: Span, label: &str) {
        self.diagnostics.push(
            Diagnostic::new(Code::Anchor, span, "anchors and aliases are not accepted")
                .label(label)
                .help("write out what is meant: a reader must see it in place"),
        );
    }

    fn properties(&mut self, span: Span, anchor: usize, tagged: bool) {
        let first_word = self.text.get(span.start..span.end).unwrap_or("");
        let length = first_word
            .find(char::is_whitespace)
            .unwrap_or(first_word.len());
        let place = Span {
            end: span.start + length,
            ..span
        };
        if anchor != 0 {
            self.anchor(place, "this names a value for use elsewhere");
        }
        if tagged {
            self.diagnostics.push(
                Diagnostic::new(Code::Tag, place, "tags are not accepted")
                    .help("quote a text that begins with `!`; a tag proper is left out"),
            );
        }
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, span: Span) -> Node {
        let plain = style == ScalarStyle::Plain;
        if plain && matches!(text, "" | "~" | "null" | "Null" | "NULL") {
            return Node {
                value: Value::Nothing,
                span,
            };
        }
        let style = match style {
            ScalarStyle::SingleQuoted => Style::SingleQuoted,
            ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
            ScalarStyle::Plain => Style::Plain,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
        };
        Node {
            value: Value::Text(Text {
                text: text.to_owned(),
                style,
            }),
            span,
        }
    }

    fn deeper(&mut self, span: Span) -> Result<(), Stop> {
        if self.depth == DEPTH {
            return self.stop(Diagnostic::new(
                Code::TooDeep,
                span,
                format!("mappings and lists are nested more than {DEPTH} deep"),
            ));
        }
        self.depth += 1;
        Ok(())
    }

    fn list(&mut self, start: Span) -> Result<Node, Stop> {
        self.deeper(start)?;
        let mut items = Vec::new();
        let end = loop {
            let (event, span) = self.next()?;
            if event == Event::SequenceEnd {
                break span;
            }
            items.push(self.node(event, span)?);
        };
        self.depth -= 1;
        let span = self.around(start, items.last().map(|item| item.span), end);
        Ok(Node {
            value: Value::List(items),
            span,
        })
    }

    fn mapping(&mut self, start: Span) -> Result<Node, Stop> {
        self.deeper(start)?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen: HashMap<String, Span> = HashMap::new();
        let end = loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                break span;
            }
            let key = self.node(event, span)?;
            let (event, span) = self.next()?;
            let value = self.node(event, span)?;
            let Some(key) = self.key(key) else { continue };
            if let Some(first) = seen.get(&key.value) {
                self.diagnostics.push(
                    key.diagnostic(
                        Code::DuplicateKey,
                        format!("`{}` stands twice in this mapping", key.value),
                    )
                    .label("again here")
                    .also(*first, "first here"),
                );
                continue;
            }
            seen.insert(key.value.clone(), key.span);
            entries.push(Entry { key, value });
        };
        self.depth -= 1;
        let span = self.around(start, entries.last().map(|entry| entry.value.span), end);
        Ok(Node {
            value: Value::Mapping(entries),
            span,
        })
    }

    fn key(&mut self, key: Node) -> Option<Spanned<String>> {
        let text = match key.value {
            Value::Text(text) => text.text,
            // `null: x` and `~: x` name a key as well as any other word.
            Value::Nothing => self
                .text
                .get(key.span.start..key.span.end)
                .unwrap_or("")
                .to_owned(),
            Value::Refused => return None,
            Value::List(_) | Value::Mapping(_) => {
                self.diagnostics.push(Diagnostic::new(
                    Code::KeyNotText,
                    key.span,
                    "a key is a text, not a list or mapping",
                ));
                return None;
            }
        };
        if text == "<<" {
            self.diagnostics.push(
                Diagnostic::new(Code::MergeKey, key.span, "merge keys are not accepted")
                    .help("write out what is meant: a reader must see it in place"),
            );
            return None;
        }
        Some(Spanned::new(text, key.span))
    }

    /// Of a block collection the parser gives no end worth showing; its last part has one. Of one in
    /// braces or brackets the end that it gives takes in a comment behind.
    fn around(&self, start: Span, last: Option<Span>, end: Span) -> Span {
        let closing = self.text.get(end.start..end.end).unwrap_or("");
        let until = if closing.starts_with(['}', ']']) {
            Span {
                end: end.start + 1,
                ..end
            }
        } else {
            last.unwrap_or(start)
        };
        start.to(until)
    }
}
