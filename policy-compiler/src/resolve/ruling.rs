//! The rules of all tasks and guards, one after the other as the plan has them.

use std::collections::HashMap;

use remit_engine::plan::{Effect, IssuerId, Mode, OperationId, Rule, RuleId};

use super::history::Remembered;
use super::selection::Selected;
use super::sequence::Asking;
use super::{OpenRule, index};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{self, Selection};
use crate::source::{Span, Spanned};

/// The rules so far.
#[derive(Default)]
pub(super) struct Ruling<'d> {
    pub(super) rules: Vec<Rule>,
    /// For each of them, what is left to do.
    pub(super) open: Vec<OpenRule<'d>>,
    /// What they ask of calls before.
    pub(super) remembered: Remembered,
    /// Ids that are taken.
    ids: HashMap<String, Span>,
    /// Ids that follow from the operation: they need only differ within the task.
    given: HashMap<String, Span>,
    /// Rules without an operation: no request reaches them, so the plan does without.
    idle: usize,
}

/// A rule of the plan, and the operations that it is about.
pub(super) type Added<'a> = (RuleId, &'a [OperationId]);

impl<'d> Ruling<'d> {
    /// What comes next are rules of another task.
    pub(super) fn begin_task(&mut self) {
        self.given.clear();
    }

    /// How many were looked at without anything being wrong.
    pub(super) fn count(&self) -> usize {
        self.rules.len() + self.idle
    }

    /// Adds a rule for tokens of some issuers. `None` where no request reaches it, or something is
    /// wrong with it.
    pub(super) fn add(
        &mut self,
        rule: &'d document::Rule,
        asking: &Asking<'_, 'd>,
        issuers: &[IssuerId],
        diagnostics: &mut Diagnostics,
    ) -> Option<Added<'_>> {
        let selection = rule.operations.as_ref()?;
        let selected = asking.selector.select(selection, diagnostics);
        let Selected::Operations(operations) = selected else {
            return None;
        };
        let seen = match rule.id {
            Some(_) => &mut self.ids,
            None => &mut self.given,
        };
        let id = rule_id(rule, selection, seen, diagnostics)?;
        if operations.is_empty() {
            self.idle += 1;
            diagnostics.push(selects_nothing(rule, selection));
            return None;
        }
        let sequence = asking.of(rule, &operations, &mut self.remembered, diagnostics)?;
        let position = RuleId(index(self.rules.len()));
        self.rules.push(Rule {
            id,
            effect: rule.effect,
            mode: Mode::Enforce,
            condition: None,
            demand: rule.demand.as_ref().map(|demand| demand.value.clone()),
        });
        self.open.push(OpenRule {
            effect: rule.effect,
            selection,
            issuers: issuers.to_vec(),
            operations,
            when: rule.when.as_ref(),
            sequence,
            span: rule.id.as_ref().map_or(rule.span, |id| id.span),
        });
        let added = self.open.last()?;
        Some((position, &added.operations))
    }
}

fn selects_nothing(rule: &document::Rule, selection: &Selection) -> Diagnostic {
    let span = match selection {
        Selection::Selector { span, .. } => *span,
        Selection::Named(names) => names.first().map_or(rule.span, |name| name.span),
    };
    match rule.effect {
        Effect::Allow => Diagnostic::new(
            Code::SelectsNothing,
            span,
            "this allow selects no operation",
        )
        .help("no operation has this class and these labels together"),
        Effect::Deny | Effect::Require => Diagnostic::new(
            Code::RuleWithoutOperation,
            span,
            "this rule selects no operation",
        )
        .help("it protects nothing until an operation has this class and these labels"),
    }
}

/// The id of a rule: its own, or what the operation is called.
fn rule_id(
    rule: &document::Rule,
    selection: &Selection,
    seen: &mut HashMap<String, Span>,
    diagnostics: &mut Diagnostics,
) -> Option<String> {
    let id = match (&rule.id, selection) {
        (Some(id), _) => id.clone(),
        (None, Selection::Named(names)) if names.len() == 1 => {
            Spanned::new(names.first()?.value.clone(), rule.span)
        }
        (None, _) => {
            // A deny or require without an id was complained about when it was read.
            if rule.effect == Effect::Allow {
                diagnostics.push(
                    Diagnostic::new(Code::MissingKey, rule.span, "this allow needs the key `id`")
                        .help("only an allow of one operation can be called after it"),
                );
            }
            return None;
        }
    };
    if let Some(first) = seen.get(&id.value) {
        diagnostics.push(
            id.diagnostic(
                Code::DuplicateRule,
                format!("two rules have the id `{}`", id.value),
            )
            .label("again here")
            .also(*first, "first here")
            .help("records name a rule by its id: give each its own"),
        );
        return None;
    }
    seen.insert(id.value.clone(), id.span);
    Some(id.value)
}
