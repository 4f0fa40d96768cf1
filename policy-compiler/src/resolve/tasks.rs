//! Tasks and their rules.

use std::collections::{BTreeMap, BTreeSet};

use remit_engine::plan::{
    Delegation, Demand, Effect, IssuerId, Mode, OperationId, Per, Profile, RuleSet, Task,
};

use super::break_glass::patterns;
use super::issuers::warn_outside;
use super::labels::Vocabulary;
use super::ruling::{Added, Ruling};
use super::selection::{Selected, Selector};
use super::sequence::Asking;
use super::{OpenRule, OperationFacts, Resolver, index};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean, listing};
use crate::document::{self, Document};
use crate::source::{Span, Spanned};

impl Resolver {
    pub(super) fn tasks<'d>(
        &mut self,
        document: &'d Document,
        facts: &[OperationFacts<'d>],
        vocabulary: &Vocabulary<'d>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<OpenRule<'d>> {
        let selector = Selector::new(document, vocabulary, facts, &self.plan);
        let accepted: Vec<Vec<IssuerId>> = document
            .tasks
            .iter()
            .map(|task| self.accepted(&task.issuers, diagnostics))
            .collect();
        let all: BTreeSet<IssuerId> = accepted.iter().flatten().copied().collect();
        let all: Vec<IssuerId> = all.into_iter().collect();
        let mut ruling = Ruling::default();
        let mut tasks = Vec::new();
        for (task, issuers) in document.tasks.iter().zip(accepted) {
            warn_outside(&task.agents, &self.plan, &issuers, diagnostics);
            let asking = Asking {
                selector: &selector,
                per: Per::TaskId,
                everyone: &all,
                document,
            };
            let mut by_operation = BTreeMap::new();
            ruling.begin_task();
            for rule in &task.rules {
                let added = ruling.add(rule, &asking, &issuers, diagnostics);
                stand(&mut by_operation, added);
                self.demanded(rule, added, &issuers, diagnostics);
                if let Some(sequence) = &rule.sequence {
                    let first = [&sequence.after, &sequence.not_after];
                    let first = first.into_iter().flatten().next();
                    let span = first.map_or(rule.span, |first| first.span);
                    self.needs_task_id(&issuers, span, "history", diagnostics);
                }
            }
            let allows = task.rules.iter().any(|rule| rule.effect == Effect::Allow);
            if !allows && !diagnostics.has_errors() {
                diagnostics.push(
                    task.name
                        .diagnostic(
                            Code::TaskAllowsNothing,
                            format!("the task `{}` allows nothing", task.name.value),
                        )
                        .help("what no rule under `allow` lets through is denied"),
                );
            }
            let ends_with = self.ends_with(task, &issuers, &selector, diagnostics);
            let task = Task {
                name: task.name.value.clone(),
                issuers,
                agents: patterns(&task.agents),
                rules: Vec::new(),
                delegation: task.delegation.as_ref().map(|delegation| Delegation {
                    depth: delegation.depth,
                    to: patterns(&delegation.to),
                }),
                ends_with,
                limits: Vec::new(),
            };
            tasks.push((task, by_operation));
        }
        // A guard stands also where the task has no rule: an exception may allow the operation.
        ruling.begin_task();
        for guard in &document.guards {
            let asking = Asking {
                selector: &selector,
                per: guard.per,
                everyone: &all,
                document,
            };
            let added = ruling.add(&guard.rule, &asking, &all, diagnostics);
            for (_, by_operation) in &mut tasks {
                stand(by_operation, added);
            }
            self.demanded(&guard.rule, added, &all, diagnostics);
        }
        // INVARIANT: no rule is lost without a reason given. Nothing above loses one; this is what
        // holds if a change there does.
        let of_tasks: usize = document.tasks.iter().map(|task| task.rules.len()).sum();
        if let Some(task) = document.tasks.first()
            && of_tasks + document.guards.len() != ruling.count()
            && !diagnostics.has_errors()
        {
            let message = "a rule was lost on the way to the plan";
            diagnostics.push(task.name.diagnostic(Code::PlanRefused, message));
        }
        let tasks = tasks.into_iter().map(|(task, by_operation)| Task {
            rules: by_operation.into_iter().collect(),
            ..task
        });
        self.plan.tasks = tasks.collect();
        self.plan.rules = ruling.rules;
        self.remembered = ruling.remembered;
        ruling.open
    }

    /// What a require asks for must be there to be asked for.
    fn demanded(
        &self,
        rule: &document::Rule,
        added: Option<Added<'_>>,
        issuers: &[IssuerId],
        diagnostics: &mut Diagnostics,
    ) {
        let (Some(demand), Some((_, operations))) = (&rule.demand, added) else {
            return;
        };
        match demand.value {
            Demand::FirstUse { .. } => {
                self.needs_task_id(issuers, demand.span, "first use", diagnostics);
            }
            Demand::Approval => {
                self.can_be_approved(issuers, operations, demand.span, diagnostics);
            }
            Demand::Possession(_) | Demand::Authentication { .. } => {}
        }
    }

    /// The operations that complete a task id.
    fn ends_with<'d>(
        &self,
        task: &'d document::Task,
        issuers: &[IssuerId],
        selector: &Selector<'_, 'd>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<OperationId> {
        let Some(written) = &task.ends_with else {
            return Vec::new();
        };
        self.needs_task_id(issuers, written.span, "end", diagnostics);
        match selector.select(&written.value, diagnostics) {
            Selected::Operations(operations) => operations,
            Selected::Unclear => Vec::new(),
        }
    }

    /// Complains about issuers whose tokens do not say which run of a task they belong to.
    pub(super) fn needs_task_id(
        &self,
        issuers: &[IssuerId],
        span: Span,
        what: &str,
        diagnostics: &mut Diagnostics,
    ) {
        let issuers = issuers.iter();
        let issuers = issuers.filter_map(|id| self.plan.issuers.get(id.index()));
        let lacking: Vec<&str> = issuers
            .filter(|issuer| issuer.names.task_id.is_none())
            .map(|issuer| issuer.name.as_str())
            .collect();
        if lacking.is_empty() {
            return;
        }
        diagnostics.push(
            Diagnostic::new(
                Code::NeedsTaskId,
                span,
                format!(
                    "the {what} of a run cannot be told with tokens of {}",
                    listing(lacking)
                ),
            )
            .help("name the claim that says which run of the task it is: `names: {task_id: …}`"),
        );
    }

    /// The issuers that are named: those whose tokens can be had alone.
    pub(super) fn accepted(
        &self,
        names: &[Spanned<String>],
        diagnostics: &mut Diagnostics,
    ) -> Vec<IssuerId> {
        let mut found = Vec::new();
        for name in names {
            let names = || self.plan.issuers.iter().map(|issuer| issuer.name.as_str());
            let known = self.plan.issuers.iter().enumerate();
            let known = known
                .into_iter()
                .find(|(_, known)| known.name == name.value);
            match known {
                Some((_, issuer)) if issuer.profile == Profile::TxnToken => {
                    diagnostics.push(only_narrows(name));
                }
                Some((position, _)) => {
                    let id = IssuerId(index(position));
                    if !found.contains(&id) {
                        found.push(id);
                    }
                }
                None => diagnostics.push(
                    name.diagnostic(
                        Code::UnknownName,
                        format!("there is no issuer `{}`", name.value),
                    )
                    .help(format!("the issuers are {}", listing(names())))
                    .help_if(did_you_mean(&name.value, names())),
                ),
            }
        }
        found
    }

    /// Marks the rules that only report.
    pub(super) fn observe(
        &mut self,
        document: &Document,
        open: &[OpenRule<'_>],
        diagnostics: &mut Diagnostics,
    ) {
        let of_tasks: usize = document.tasks.iter().map(|task| task.rules.len()).sum();
        let left_out = of_tasks + document.guards.len() != open.len();
        for id in &document.observe {
            let mut known = self.observe_limit(&id.value);
            for rule in self
                .plan
                .rules
                .iter_mut()
                .filter(|rule| rule.id == id.value)
            {
                known = true;
                match rule.effect {
                    Effect::Allow => diagnostics.push(
                        id.diagnostic(
                            Code::ObserveRefused,
                            format!("`{}` is an allow, which cannot only report", id.value),
                        )
                        .help("observe a deny, require or limit; to try an allow, put it into a task of its own"),
                    ),
                    Effect::Deny | Effect::Require => rule.mode = Mode::Observe,
                }
            }
            let of_tasks = document.tasks.iter().flat_map(|task| &task.limits);
            let mut limits = of_tasks.chain(&document.guarding);
            let is_limit = limits.any(|limit| limit.id.value == id.value);
            if !known && !left_out && !is_limit {
                let limiting = self
                    .plan
                    .rules
                    .iter()
                    .filter(|rule| rule.effect != Effect::Allow);
                let limits = self.plan.history.limits.iter();
                let limiting = limiting.map(|rule| rule.id.as_str());
                let names: Vec<&str> = limiting
                    .chain(limits.map(|limit| limit.id.as_str()))
                    .collect();
                diagnostics.push(
                    id.diagnostic(
                        Code::UnknownName,
                        format!("there is no deny, require, guard or limit `{}`", id.value),
                    )
                    .help_if(did_you_mean(&id.value, names)),
                );
            }
        }
    }
}

/// Puts a rule among those of each operation that it is about.
fn stand(by_operation: &mut BTreeMap<OperationId, RuleSet>, added: Option<Added<'_>>) {
    if let Some((id, operations)) = added {
        for operation in operations {
            by_operation.entry(*operation).or_default().always.push(id);
        }
    }
}

impl Resolver {
    /// Marks a limit, with its idle end, as one that only reports; whether there is one.
    fn observe_limit(&mut self, id: &str) -> bool {
        let mut known = false;
        let limits = self.plan.history.limits.iter_mut();
        for limit in limits.filter(|limit| limit.id == id) {
            limit.mode = Mode::Observe;
            known = true;
        }
        known
    }
}

fn only_narrows(issuer: &Spanned<String>) -> Diagnostic {
    let message = format!("tokens of `{}` say nothing about who asks", issuer.value);
    issuer
        .diagnostic(Code::OnlyNarrows, message)
        .label("it gives out transaction tokens")
        .help("take it out: its tokens are looked at beside the credential, and rules read them as `txn`")
}
