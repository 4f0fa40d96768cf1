//! Reading `guards`: what holds over all tasks.

use remit_engine::plan::{Effect, Per};

use super::fields::{Fields, missing, wrong_kind};
use super::{Guard, Limit, Selection, limits, scalars, tasks};
use crate::diagnostic::{Code, Diagnostics};
use crate::source::Spanned;
use crate::yaml::{Node, Value};

/// What a guard can do; exactly one of them.
const FORMS: &[(&str, Form)] = &[
    ("deny", Form::Rule(Effect::Deny)),
    ("require", Form::Rule(Effect::Require)),
    ("limit", Form::Limit),
];
pub(super) const DENY: &[&str] = &[
    "id",
    "deny",
    "when",
    "after",
    "not_after",
    "within",
    "same",
    "per",
];
pub(super) const REQUIRE: &[&str] = &[
    "id",
    "require",
    "when",
    "after",
    "not_after",
    "within",
    "same",
    "per",
    "possession",
    "first_use",
    "authentication",
    "approval",
];
pub(super) const LIMIT: &[&str] = &[
    "id", "limit", "at_most", "distinct", "cost", "window", "per", "since", "beyond",
];
pub(super) const PER: &[(&str, Per)] = &[
    ("agent_and_principal", Per::AgentAndPrincipal),
    ("principal", Per::Principal),
];
/// What stands for all operations that need a token.
pub(super) const ALL: &str = "*";

#[derive(Clone, Copy)]
enum Form {
    Rule(Effect),
    Limit,
}

/// A guard.
pub(super) enum Read {
    Rule(Guard),
    Limit(Limit),
}

/// Reads one guard.
pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> Option<Read> {
    let (key, form) = form(node, diagnostics)?;
    let (what, known) = match form {
        Form::Rule(Effect::Require) => ("a guard that requires", REQUIRE),
        Form::Rule(Effect::Deny | Effect::Allow) => ("a guard that denies", DENY),
        Form::Limit => ("a guard that limits", LIMIT),
    };
    let fields = Fields::open(node, what, node.span, known, &[], diagnostics)?;
    let operations = fields.get(key);
    let operations = operations.and_then(|node| selection(node, diagnostics));
    let per = match fields.get("per") {
        Some(node) => {
            let per = scalars::word(node, "a subject that guards know", PER, &[], diagnostics)?;
            Spanned::new(per, node.span)
        }
        None => Spanned::new(Per::AgentAndPrincipal, node.span),
    };
    match form {
        Form::Rule(effect) => {
            let rule = tasks::fields_of_rule(&fields, node, effect, operations, diagnostics);
            let per = per.value;
            Some(Read::Rule(Guard { rule, per }))
        }
        Form::Limit => {
            let counting = limits::counting(&fields, what, node, per, diagnostics)?;
            let operations = Some(operations?);
            Some(Read::Limit(Limit {
                operations,
                ..counting
            }))
        }
    }
}

/// The form of a guard; what is wrong with it is said.
fn form(node: &Node, diagnostics: &mut Diagnostics) -> Option<(&'static str, Form)> {
    let Value::Mapping(entries) = &node.value else {
        wrong_kind(node, "a guard, which is a mapping,", diagnostics);
        return None;
    };
    let key_of = |form: &str| entries.iter().find(|entry| entry.key.value == form);
    let mut written = FORMS
        .iter()
        .filter_map(|form| Some((*form, &key_of(form.0)?.key)));
    let Some((first, _)) = written.next() else {
        diagnostics.push(missing("deny", "a guard", node.span).help("or `require` or `limit`"));
        return None;
    };
    if let Some((second, key)) = written.next() {
        let message = format!("`{}` and `{}` exclude each other", first.0, second.0);
        diagnostics.push(
            key.diagnostic(Code::UnknownKey, message)
                .help("make them two guards"),
        );
        return None;
    }
    Some(first)
}

/// Operations, or all of them.
fn selection(node: &Node, diagnostics: &mut Diagnostics) -> Option<Selection> {
    match &node.value {
        Value::Text(text) if text.text == ALL => Some(Selection::Selector {
            class: None,
            labels: Vec::new(),
            span: node.span,
        }),
        _ => tasks::some_selection(node, diagnostics),
    }
}
