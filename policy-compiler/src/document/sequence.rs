//! Reading what a rule asks of calls before: `after`, `not_after`, `within`, `same`.

use super::fields::{Fields, some_items, wrong_kind};
use super::{Selection, scalars, tasks};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::{Span, Spanned};
use crate::yaml::{Node, Text, Value};

/// The keys that ask something by themselves.
pub(super) const ASKING: &[&str] = &["after", "not_after"];

/// Longest time, in seconds, in which something can have been: as long as anything is kept.
pub(super) const LONGEST: u32 = 30 * 24 * 3600;
/// Most expressions that together are one target.
pub(super) const TOGETHER: usize = 8;

/// What a rule asks of calls before.
#[derive(Debug, Default)]
pub(crate) struct Sequence {
    /// Calls that must have been.
    pub(crate) after: Option<Spanned<Selection>>,
    /// Calls that must not have been.
    pub(crate) not_after: Option<Spanned<Selection>>,
    /// How long ago at most, in seconds; without it, ever.
    pub(crate) within: Option<Spanned<u32>>,
    /// What they must have been about, as the call now is; without it, anything.
    pub(crate) same: Vec<Spanned<Text>>,
}

/// Reads it of a rule; `None` where the rule asks nothing of calls before.
pub(super) fn read(rule: &Fields<'_>, diagnostics: &mut Diagnostics) -> Option<Sequence> {
    let calls = |key: &str, diagnostics: &mut Diagnostics| {
        let node = rule.get(key)?;
        let selection = tasks::some_selection(node, diagnostics)?;
        let span = rule
            .place(key)
            .map_or(node.span, |key| from(key, node.span));
        Some(Spanned::new(selection, span))
    };
    let after = calls("after", diagnostics);
    let not_after = calls("not_after", diagnostics);
    let within = rule.get("within").and_then(|node| {
        let seconds = scalars::duration(node, 1, LONGEST, diagnostics)?;
        Some(Spanned::new(seconds, node.span))
    });
    let same = match rule.get("same") {
        Some(node) => expressions(node, diagnostics),
        None => Vec::new(),
    };
    let is_asked = ASKING.iter().any(|key| rule.get(key).is_some());
    for key in ["within", "same"] {
        if let Some(span) = rule.place(key).filter(|_| !is_asked) {
            let message = format!("`{key}` says nothing without `after` or `not_after`");
            diagnostics.push(Diagnostic::new(Code::MissingKey, span, message));
        }
    }
    if let (Some(within), Some(_)) = (rule.place("within"), rule.place("same")) {
        diagnostics.push(
            Diagnostic::new(
                Code::UnknownKey,
                within,
                "`within` and `same` exclude each other",
            )
            .help("of what calls were about no times are kept: take one of the two out"),
        );
    }
    is_asked.then_some(Sequence {
        after,
        not_after,
        within,
        same,
    })
}

/// A key with its value.
fn from(key: Span, value: Span) -> Span {
    Span {
        start: key.start,
        ..value
    }
}

/// Expressions in CEL, at least one.
pub(super) fn expressions(node: &Node, diagnostics: &mut Diagnostics) -> Vec<Spanned<Text>> {
    let mut expressions = Vec::new();
    for item in some_items(Some(node), diagnostics) {
        match &item.value {
            Value::Text(text) => expressions.push(Spanned::new(text.clone(), item.span)),
            Value::Nothing | Value::Refused | Value::List(_) | Value::Mapping(_) => {
                wrong_kind(item, "an expression", diagnostics);
            }
        }
    }
    if let Some(more) = expressions.get(TOGETHER) {
        let message = format!("more than {TOGETHER} expressions cannot be one target");
        diagnostics.push(Diagnostic::new(Code::BadValue, more.span, message));
    }
    expressions
}
