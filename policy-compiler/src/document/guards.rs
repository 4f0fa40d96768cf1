//! Reading `guards`: what holds over all tasks.

use remit_engine::plan::{Effect, Per};

use super::fields::{Fields, missing};
use super::{Guard, Selection, scalars, tasks};
use crate::diagnostic::{Code, Diagnostics};
use crate::yaml::{Node, Value};

/// What a guard can do; exactly one of them.
pub(super) const FORMS: &[(&str, Effect)] = &[("deny", Effect::Deny), ("require", Effect::Require)];
const FORMS_LATER: &[&str] = &["limit"];
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
];
pub(super) const PER: &[(&str, Per)] = &[
    ("agent_and_principal", Per::AgentAndPrincipal),
    ("principal", Per::Principal),
];
/// What stands for all operations that need a token.
pub(super) const ALL: &str = "*";

/// Reads one guard.
pub(super) fn read(node: &Node, diagnostics: &mut Diagnostics) -> Option<Guard> {
    let (form, effect) = form(node, diagnostics)?;
    let (what, known) = match effect {
        Effect::Require => ("a guard that requires", REQUIRE),
        Effect::Deny | Effect::Allow => ("a guard that denies", DENY),
    };
    let fields = Fields::open(node, what, node.span, known, FORMS_LATER, diagnostics)?;
    let operations = fields
        .get(form)
        .and_then(|node| selection(node, diagnostics));
    let per = match fields.get("per") {
        Some(node) => scalars::word(node, "a subject that guards know", PER, &[], diagnostics)?,
        None => Per::AgentAndPrincipal,
    };
    let rule = tasks::fields_of_rule(&fields, node, effect, operations, diagnostics);
    Some(Guard { rule, per })
}

/// The form of a guard; what is wrong with it is said.
fn form(node: &Node, diagnostics: &mut Diagnostics) -> Option<(&'static str, Effect)> {
    let Value::Mapping(entries) = &node.value else {
        super::fields::wrong_kind(node, "a guard, which is a mapping,", diagnostics);
        return None;
    };
    if let Some(later) = entries
        .iter()
        .find(|entry| FORMS_LATER.contains(&entry.key.value.as_str()))
    {
        diagnostics.push(super::fields::unsupported(&later.key));
        return None;
    }
    let key_of = |form: &str| entries.iter().find(|entry| entry.key.value == form);
    let mut written = FORMS
        .iter()
        .filter_map(|form| Some((*form, &key_of(form.0)?.key)));
    let Some((first, _)) = written.next() else {
        diagnostics.push(missing("deny", "a guard", node.span).help("or `require`"));
        return None;
    };
    if let Some((second, key)) = written.next() {
        diagnostics.push(
            key.diagnostic(
                Code::UnknownKey,
                format!("`{}` and `{}` exclude each other", first.0, second.0),
            )
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
