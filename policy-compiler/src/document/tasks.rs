//! Reading `tasks`.

use remit_engine::limits::{ACTORS, IDENTITY_BYTES};
use remit_engine::plan::Effect;

use super::fields::{Fields, items, some_items, text, wrong_kind};
use super::{
    Delegation, Rule, Selection, Task, demand, limits, operations, pattern, scalars, sequence,
};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::source::Spanned;
use crate::yaml::{Entry, Node, Value};

pub(super) const TASK: &[&str] = &[
    "issuers",
    "agents",
    "allow",
    "deny",
    "require",
    "delegation",
    "ends_with",
    "limits",
];
pub(super) const RULE: &[&str] = &[
    "id",
    "operations",
    "when",
    "after",
    "not_after",
    "within",
    "same",
];
pub(super) const REQUIRE: &[&str] = &[
    "id",
    "operations",
    "when",
    "after",
    "not_after",
    "within",
    "same",
    "possession",
    "first_use",
    "authentication",
    "approval",
];
pub(super) const DELEGATION: &[&str] = &["depth", "to"];
/// The agent itself is the first of the actors that a token may name.
pub(super) const DEEPEST: usize = ACTORS - 1;
pub(super) const SELECTOR: &[&str] = &["class", "labels"];

/// Reads one task.
pub(super) fn read(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<Task> {
    // The name is the value of a claim, so its form is the issuer's affair.
    let name = &entry.key;
    let bad = name.value.is_empty()
        || name.value.len() > IDENTITY_BYTES
        || name
            .value
            .chars()
            .any(|each| each.is_control() || each.is_whitespace());
    if bad {
        diagnostics.push(
            name.diagnostic(
                Code::BadName,
                format!("`{}` cannot be the name of a task", name.value),
            )
            .help("a task's name is what the token's task claim says: a word without white space"),
        );
    }
    let fields = Fields::open(&entry.value, "a task", name.span, TASK, &[], diagnostics)?;
    let issuers = scalars::names(fields.require("issuers", diagnostics), diagnostics);
    let agents = pattern::read(fields.require("agents", diagnostics), diagnostics);
    let mut rules = Vec::new();
    let effects = [
        ("allow", Effect::Allow),
        ("deny", Effect::Deny),
        ("require", Effect::Require),
    ];
    for (key, effect) in effects {
        for item in items(fields.get(key), diagnostics) {
            rules.extend(rule(item, effect, diagnostics));
        }
    }
    let delegation = fields
        .get("delegation")
        .and_then(|node| delegation(node, diagnostics));
    let ends_with = fields
        .get("ends_with")
        .and_then(|node| named(node, diagnostics));
    let limits = items(fields.get("limits"), diagnostics);
    let limits = limits
        .iter()
        .filter_map(|node| limits::read(node, diagnostics))
        .collect();
    Some(Task {
        name: name.clone(),
        issuers,
        agents,
        rules,
        delegation,
        ends_with,
        limits,
    })
}

fn delegation(node: &Node, diagnostics: &mut Diagnostics) -> Option<Delegation> {
    let what = "`delegation`";
    let fields = Fields::open(node, what, node.span, DELEGATION, &[], diagnostics)?;
    let depth = match fields.get("depth") {
        Some(node) => depth(node, diagnostics)?,
        None => 1,
    };
    let to = pattern::read(fields.require("to", diagnostics), diagnostics);
    Some(Delegation { depth, to })
}

fn depth(node: &Node, diagnostics: &mut Diagnostics) -> Option<u32> {
    let written = text(node, diagnostics)?;
    let number: Option<u32> = written.value.parse().ok();
    let fits = |depth: &u32| (1..=DEEPEST).contains(&(*depth as usize));
    if let Some(depth) = number.filter(fits) {
        return Some(depth);
    }
    diagnostics.push(
        written
            .diagnostic(
                Code::BadValue,
                format!("`{}` is not a depth of delegation", written.value),
            )
            .help(format!(
                "it can be from 1 to {DEEPEST}: how often a task is handed on at most"
            )),
    );
    None
}

/// Operations by name, at least one.
pub(super) fn named(node: &Node, diagnostics: &mut Diagnostics) -> Option<Spanned<Selection>> {
    let names: Vec<Spanned<String>> = some_items(Some(node), diagnostics)
        .iter()
        .filter_map(|item| text(item, diagnostics))
        .collect();
    (!names.is_empty()).then(|| Spanned::new(Selection::Named(names), node.span))
}

fn rule(node: &Node, effect: Effect, diagnostics: &mut Diagnostics) -> Option<Rule> {
    if let (Effect::Allow, Value::Text(_)) = (effect, &node.value) {
        let named = text(node, diagnostics)?;
        return Some(Rule {
            effect,
            id: None,
            operations: Some(Selection::Named(vec![named])),
            when: None,
            sequence: None,
            demand: None,
            span: node.span,
        });
    }
    let what = match effect {
        Effect::Allow => "an allow",
        Effect::Deny => "a deny",
        Effect::Require => "a require",
    };
    let known = match effect {
        Effect::Allow | Effect::Deny => RULE,
        Effect::Require => REQUIRE,
    };
    let fields = Fields::open(node, what, node.span, known, &[], diagnostics)?;
    let operations = fields
        .require("operations", diagnostics)
        .and_then(|node| selection(node, diagnostics));
    Some(fields_of_rule(
        &fields,
        node,
        effect,
        operations,
        diagnostics,
    ))
}

/// What rules of tasks and guards have in common.
pub(super) fn fields_of_rule(
    fields: &Fields<'_>,
    node: &Node,
    effect: Effect,
    operations: Option<Selection>,
    diagnostics: &mut Diagnostics,
) -> Rule {
    let id = match effect {
        Effect::Allow => fields.get("id"),
        Effect::Deny | Effect::Require => fields.require("id", diagnostics),
    };
    let id = id.and_then(|node| scalars::name(node, diagnostics));
    let demand = match effect {
        Effect::Require if demand::exactly_one(fields, node, diagnostics) => {
            demand::read(fields, diagnostics)
        }
        Effect::Allow | Effect::Deny | Effect::Require => None,
    };
    let when = fields.get("when");
    let when = when.and_then(|node| match &node.value {
        Value::Text(text) => Some(Spanned::new(text.clone(), node.span)),
        Value::Nothing | Value::Refused | Value::List(_) | Value::Mapping(_) => {
            wrong_kind(node, "a condition", diagnostics);
            None
        }
    });
    Rule {
        effect,
        id,
        operations,
        when,
        sequence: sequence::read(fields, diagnostics),
        demand,
        span: node.span,
    }
}

/// The same as [`selection`], which must name something.
pub(super) fn some_selection(node: &Node, diagnostics: &mut Diagnostics) -> Option<Selection> {
    if let Value::List(_) = &node.value
        && some_items(Some(node), diagnostics).is_empty()
    {
        return None;
    }
    selection(node, diagnostics)
}

/// Operations by name, or a selector.
pub(super) fn selection(node: &Node, diagnostics: &mut Diagnostics) -> Option<Selection> {
    match &node.value {
        Value::Text(_) => Some(Selection::Named(vec![text(node, diagnostics)?])),
        Value::List(items) => {
            let names = items.iter().filter_map(|item| text(item, diagnostics));
            Some(Selection::Named(names.collect()))
        }
        Value::Mapping(_) => {
            let fields = Fields::open(node, "a selector", node.span, SELECTOR, &[], diagnostics)?;
            let class = fields
                .get("class")
                .map(|node| scalars::class(node, diagnostics));
            let labels = operations::labels(fields.get("labels"), diagnostics);
            // A class that cannot be read must not become "any class".
            let class = match class {
                Some(None) => return None,
                Some(class) => class,
                None => None,
            };
            if class.is_none() && labels.is_empty() {
                diagnostics.push(
                    Diagnostic::new(
                        Code::MissingKey,
                        node.span,
                        "a selector without `class` and `labels` would select everything",
                    )
                    .help("say which: `{class: read}`, or name the operations: `[resource.operation]`"),
                );
                return None;
            }
            Some(Selection::Selector {
                class,
                labels,
                span: node.span,
            })
        }
        Value::Nothing | Value::Refused => {
            wrong_kind(node, "a list of operations or a selector", diagnostics);
            None
        }
    }
}
