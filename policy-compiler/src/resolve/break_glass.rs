//! What is allowed in an emergency.

use remit_engine::plan::{BreakGlass, Effect, IssuerId, LimitId, Profile, RuleId};

use super::labels::Vocabulary;
use super::selection::{Selected, Selector};
use super::{OpenRule, OperationFacts, Resolver, index};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::document::{self, Document};
use crate::source::{Span, Spanned};

impl Resolver {
    pub(super) fn exceptions<'d>(
        &mut self,
        document: &'d Document,
        facts: &[OperationFacts<'d>],
        vocabulary: &Vocabulary<'d>,
        open: &[OpenRule<'_>],
        diagnostics: &mut Diagnostics,
    ) {
        for written in &document.break_glass {
            let mut rules = self.plan.rules.iter().zip(open);
            if let Some((_, rule)) = rules.find(|(rule, _)| rule.id == written.id.value) {
                diagnostics.push(same_id(&written.id, "rule", rule.span));
            }
            let of_tasks = document.tasks.iter().flat_map(|task| &task.limits);
            let mut limits = of_tasks.chain(&document.guarding);
            if let Some(limit) = limits.find(|limit| limit.id.value == written.id.value) {
                diagnostics.push(same_id(&written.id, "limit", limit.id.span));
            }
        }
        let selector = Selector::new(document, vocabulary, facts, &self.plan);
        let mut exceptions = Vec::new();
        for written in &document.break_glass {
            let issuers = match &written.issuers {
                Some(names) => self.accepted(names, diagnostics),
                None => self.authenticating(),
            };
            super::warn_outside(&written.agents, &self.plan, &issuers, diagnostics);
            let selected = selector.select(&written.allow, diagnostics);
            let Selected::Operations(operations) = selected else {
                continue;
            };
            let mut overrides: Vec<RuleId> = Vec::new();
            let mut lifted: Vec<LimitId> = Vec::new();
            for name in &written.overrides {
                let limits = self.lifted(&name.value);
                if limits.is_empty() {
                    overrides.extend(self.overridden(document, name, diagnostics));
                }
                lifted.extend(limits);
            }
            overrides.sort_unstable();
            overrides.dedup();
            lifted.sort_unstable();
            lifted.dedup();
            exceptions.push(BreakGlass {
                id: written.id.value.clone(),
                issuers,
                agents: patterns(&written.agents),
                operations,
                overrides,
                lifted,
                until: written.until.value,
                reason: written.reason.clone(),
            });
        }
        self.plan.break_glass = exceptions;
    }

    /// Every issuer whose tokens say who asks.
    fn authenticating(&self) -> Vec<IssuerId> {
        let issuers = self.plan.issuers.iter().enumerate();
        issuers
            .filter(|(_, issuer)| issuer.profile != Profile::TxnToken)
            .map(|(position, _)| IssuerId(index(position)))
            .collect()
    }

    /// The limit of this id, with its idle end.
    fn lifted(&self, id: &str) -> Vec<LimitId> {
        let limits = self.plan.history.limits.iter().enumerate();
        let found = limits.filter(|(_, limit)| limit.id == id);
        found
            .map(|(position, _)| LimitId(index(position)))
            .collect()
    }

    fn overridden(
        &self,
        document: &Document,
        name: &Spanned<String>,
        diagnostics: &mut Diagnostics,
    ) -> Option<RuleId> {
        let limiting = || {
            let rules = self.plan.rules.iter().enumerate();
            rules.filter(|(_, rule)| rule.effect != Effect::Allow)
        };
        if let Some((position, _)) = limiting().find(|(_, rule)| rule.id == name.value) {
            return Some(RuleId(index(position)));
        }
        // A rule that selects no operation is no part of the plan, and nothing to override.
        let of_tasks = document.tasks.iter().flat_map(|task| &task.rules);
        let guards = document.guards.iter().map(|guard| &guard.rule);
        let mut written = of_tasks.chain(guards);
        let left_out = written.any(|rule| {
            let id = rule.id.as_ref().is_some_and(|id| id.value == name.value);
            id && rule.effect != Effect::Allow
        });
        let of_tasks = document.tasks.iter().flat_map(|task| &task.limits);
        let mut limits = of_tasks.chain(&document.guarding);
        let left_out = left_out || limits.any(|limit| limit.id.value == name.value);
        if !left_out {
            let limits = self.plan.history.limits.iter();
            let limiting = limiting().map(|(_, rule)| rule.id.as_str());
            let names: Vec<&str> = limiting
                .chain(limits.map(|limit| limit.id.as_str()))
                .collect();
            diagnostics.push(
                name.diagnostic(
                    Code::UnknownName,
                    format!("there is no deny, require, guard or limit `{}`", name.value),
                )
                .help_if(did_you_mean(&name.value, names)),
            );
        }
        None
    }
}

fn same_id(id: &Spanned<String>, what: &str, first: Span) -> Diagnostic {
    let message = format!("a {what} and an exception have the id `{}`", id.value);
    id.diagnostic(Code::DuplicateRule, message)
        .label("again here")
        .also(first, "first here")
        .help("records name both by their ids: give each its own")
}

/// Patterns as the plan has them.
pub(super) fn patterns(written: &[document::WrittenPattern]) -> Vec<remit_engine::plan::Pattern> {
    written.iter().map(|one| one.pattern.clone()).collect()
}
