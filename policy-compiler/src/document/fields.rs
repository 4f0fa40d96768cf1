//! Reading mappings whose keys are known, and values of a known kind.

use std::collections::HashMap;

use super::owners::Owners;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean, listing};
use crate::source::{Span, Spanned};
use crate::yaml::{Entry, Node, Value};

/// A mapping whose keys were checked.
pub(crate) struct Fields<'a> {
    what: &'static str,
    at: Span,
    entries: &'a [Entry],
}

impl<'a> Fields<'a> {
    /// Opens a mapping: `what` it describes, for messages; `at`, the place for what is missing;
    /// `known` keys; keys that are `later` versions' affair.
    pub(crate) fn open(
        node: &'a Node,
        what: &'static str,
        at: Span,
        known: &[&str],
        later: &[&str],
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let fields = Self::of(node, what, at, diagnostics)?;
        for Entry { key, .. } in fields.entries {
            if later.contains(&key.value.as_str()) {
                diagnostics.push(unsupported(key));
            } else {
                fields.check(key, known, None, diagnostics);
            }
        }
        Some(fields)
    }

    /// The same where keys that are not known may belong elsewhere: `elsewhere` says so.
    pub(crate) fn open_with(
        node: &'a Node,
        what: &'static str,
        at: Span,
        known: &[&str],
        elsewhere: impl Fn(&str) -> Option<String>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        let fields = Self::of(node, what, at, diagnostics)?;
        for Entry { key, .. } in fields.entries {
            fields.check(key, known, elsewhere(&key.value), diagnostics);
        }
        Some(fields)
    }

    fn of(
        node: &'a Node,
        what: &'static str,
        at: Span,
        diagnostics: &mut Diagnostics,
    ) -> Option<Self> {
        if let Value::Mapping(entries) = &node.value {
            return Some(Self { what, at, entries });
        }
        wrong_kind(node, &format!("{what}, which is a mapping,"), diagnostics);
        None
    }

    fn check(
        &self,
        key: &Spanned<String>,
        known: &[&str],
        elsewhere: Option<String>,
        diagnostics: &mut Diagnostics,
    ) {
        if known.contains(&key.value.as_str()) {
            return;
        }
        let near = match &elsewhere {
            Some(_) => None,
            None => did_you_mean(&key.value, known.iter().copied()),
        };
        let message = format!("`{}` is not a key of {}", key.value, self.what);
        diagnostics.push(
            key.diagnostic(Code::UnknownKey, message)
                .help(format!("the keys are {}", listing(known.iter().copied())))
                .help_if(elsewhere)
                .help_if(near),
        );
    }

    /// The value of a key that may be left out.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Node> {
        self.entries
            .iter()
            .find(|entry| entry.key.value == key)
            .map(|entry| &entry.value)
    }

    /// Where a key stands, if it does.
    pub(crate) fn place(&self, key: &str) -> Option<Span> {
        let mut entries = self.entries.iter();
        let found = entries.find(|entry| entry.key.value == key)?;
        Some(found.key.span)
    }

    /// The value of a key that must be there.
    pub(crate) fn require(&self, key: &str, diagnostics: &mut Diagnostics) -> Option<&'a Node> {
        let found = self.get(key);
        if found.is_none() {
            diagnostics.push(missing(key, self.what, self.at));
        }
        found
    }
}

/// A key is missing.
pub(crate) fn missing(key: &str, what: &str, at: Span) -> Diagnostic {
    Diagnostic::new(
        Code::MissingKey,
        at,
        format!("{what} needs the key `{key}`"),
    )
}

/// Part of the language, but not of this version of it.
pub(crate) fn unsupported(word: &Spanned<String>) -> Diagnostic {
    word.diagnostic(
        Code::Unsupported,
        format!("`{}` is not supported by this version of remit", word.value),
    )
    .help("take it out: this version would not enforce it")
}

/// Complains about another kind of value than expected, unless it was refused already.
pub(crate) fn wrong_kind(node: &Node, expected: &str, diagnostics: &mut Diagnostics) {
    if node.value == Value::Refused {
        return;
    }
    let message = format!("{expected} is expected here");
    diagnostics.push(
        Diagnostic::new(Code::WrongKind, node.span, message)
            .label(format!("this is {}", node.value.kind())),
    );
}

/// A text.
pub(crate) fn text(node: &Node, diagnostics: &mut Diagnostics) -> Option<Spanned<String>> {
    if let Value::Text(text) = &node.value {
        return Some(Spanned::new(text.text.clone(), node.span));
    }
    wrong_kind(node, "a text", diagnostics);
    None
}

/// The items of a list; none where there is no list.
pub(crate) fn items<'a>(node: Option<&'a Node>, diagnostics: &mut Diagnostics) -> &'a [Node] {
    let Some(node) = node else { return &[] };
    if let Value::List(items) = &node.value {
        return items;
    }
    wrong_kind(node, "a list", diagnostics);
    &[]
}

/// The items of a list that must have some: an empty one would cover or accept nobody.
pub(crate) fn some_items<'a>(node: Option<&'a Node>, diagnostics: &mut Diagnostics) -> &'a [Node] {
    let found = items(node, diagnostics);
    if let Some(node) = node.filter(|node| node.value == Value::List(Vec::new())) {
        let message = "this list must not be empty";
        diagnostics.push(
            Diagnostic::new(Code::BadValue, node.span, message)
                .help("an empty list would leave nobody and nothing"),
        );
    }
    found
}

/// The entries of a mapping whose keys are the author's names; none where there is no mapping.
pub(crate) fn entries<'a>(node: Option<&'a Node>, diagnostics: &mut Diagnostics) -> &'a [Entry] {
    let Some(node) = node else { return &[] };
    if let Value::Mapping(entries) = &node.value {
        return entries;
    }
    wrong_kind(node, "a mapping", diagnostics);
    &[]
}

/// Complains about names that are defined twice.
pub(crate) fn distinct<'a>(
    what: &str,
    names: impl Iterator<Item = &'a Spanned<String>>,
    owners: &Owners,
    diagnostics: &mut Diagnostics,
) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for name in names {
        match seen.get(name.value.as_str()) {
            Some(first) => diagnostics.push(
                name.diagnostic(
                    Code::DuplicateName,
                    format!("the {what} `{}` is defined twice", name.value),
                )
                .label(owners.place("again here", name.span.file))
                .also(*first, owners.place("first here", first.file)),
            ),
            None => {
                seen.insert(&name.value, name.span);
            }
        }
    }
}
