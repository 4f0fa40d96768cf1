//! Tasks and their rules.

use std::collections::{BTreeMap, HashMap};

use remit_engine::plan::{
    Delegation, Demand, Effect, IssuerId, Mode, OperationId, Profile, Rule, RuleId, RuleSet, Task,
};

use super::break_glass::patterns;
use super::issuers::warn_outside;
use super::labels::Vocabulary;
use super::selection::{Selected, Selector};
use super::{OpenRule, OperationFacts, Resolver, index};
use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean, listing};
use crate::document::{self, Document, Selection};
use crate::source::{Span, Spanned};

impl Resolver {
    pub(super) fn tasks<'d>(
        &mut self,
        document: &'d Document,
        facts: &[OperationFacts<'d>],
        vocabulary: &Vocabulary<'d>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<OpenRule<'d>> {
        let mut open = Vec::new();
        let mut tasks = Vec::new();
        let mut rules = Vec::new();
        let mut ids: HashMap<String, Span> = HashMap::new();
        let mut idle = 0;
        let selector = Selector::new(document, vocabulary, facts, &self.plan);
        for task in &document.tasks {
            let issuers = self.accepted(&task.issuers, diagnostics);
            warn_outside(&task.agents, &self.plan, &issuers, diagnostics);
            let mut by_operation: BTreeMap<_, Vec<RuleId>> = BTreeMap::new();
            // Ids that follow from the operation need only differ within the task.
            let mut given: HashMap<String, Span> = HashMap::new();
            for rule in &task.rules {
                let selected = rule
                    .operations
                    .as_ref()
                    .map(|selection| (selection, selector.select(selection, diagnostics)));
                let Some((selection, Selected::Operations(operations))) = selected else {
                    continue;
                };
                let seen = if rule.id.is_some() {
                    &mut ids
                } else {
                    &mut given
                };
                let Some(id) = rule_id(rule, selection, seen, diagnostics) else {
                    continue;
                };
                if operations.is_empty() {
                    // No request reaches the rule, so the plan does without it.
                    idle += 1;
                    diagnostics.push(selects_nothing(rule, selection));
                    continue;
                }
                for operation in &operations {
                    by_operation
                        .entry(*operation)
                        .or_default()
                        .push(RuleId(index(rules.len())));
                }
                rules.push(Rule {
                    id,
                    effect: rule.effect,
                    mode: Mode::Enforce,
                    condition: None,
                    demand: rule.demand.as_ref().map(|demand| demand.value.clone()),
                });
                match rule
                    .demand
                    .as_ref()
                    .map(|demand| (&demand.value, demand.span))
                {
                    Some((Demand::FirstUse { .. }, span)) => {
                        self.needs_task_id(&issuers, span, "first use", diagnostics);
                    }
                    Some((Demand::Approval, span)) => {
                        self.can_be_approved(&issuers, &operations, span, diagnostics);
                    }
                    _ => {}
                }
                open.push(OpenRule {
                    effect: rule.effect,
                    selection,
                    issuers: issuers.clone(),
                    operations,
                    when: rule.when.as_ref(),
                    span: rule.id.as_ref().map_or(rule.span, |id| id.span),
                });
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
            tasks.push(Task {
                name: task.name.value.clone(),
                issuers,
                agents: patterns(&task.agents),
                rules: by_operation
                    .into_iter()
                    .map(|(operation, always)| {
                        let set = RuleSet {
                            always,
                            indexed: None,
                        };
                        (operation, set)
                    })
                    .collect(),
                delegation: task.delegation.as_ref().map(|delegation| Delegation {
                    depth: delegation.depth,
                    to: patterns(&delegation.to),
                }),
                ends_with,
                limits: Vec::new(),
            });
        }
        // INVARIANT: no rule is lost without a reason given. Nothing above loses one; this is what
        // holds if a change there does.
        let written: usize = document.tasks.iter().map(|task| task.rules.len()).sum();
        if let Some(task) = document.tasks.first()
            && written != rules.len() + idle
            && !diagnostics.has_errors()
        {
            let message = "a rule was lost on the way to the plan";
            diagnostics.push(task.name.diagnostic(Code::PlanRefused, message));
        }
        self.plan.tasks = tasks;
        self.plan.rules = rules;
        open
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
        let left_out = document
            .tasks
            .iter()
            .map(|task| task.rules.len())
            .sum::<usize>()
            != open.len();
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
            let mut limits = document.tasks.iter().flat_map(|task| &task.limits);
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
                        format!("there is no deny, require or limit `{}`", id.value),
                    )
                    .help_if(did_you_mean(&id.value, names)),
                );
            }
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
