//! Tasks and their rules.

use std::collections::{BTreeMap, HashMap};

use remit_engine::plan::{Effect, IssuerId, Mode, Rule, RuleId, RuleSet, Task};

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
            let issuers = self.task_issuers(task, diagnostics);
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
                    demand: None,
                });
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
            tasks.push(Task {
                name: task.name.value.clone(),
                issuers,
                agents: task.agents.iter().map(|one| one.pattern.clone()).collect(),
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
                delegation: None,
                ends_with: Vec::new(),
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

    fn task_issuers(&self, task: &document::Task, diagnostics: &mut Diagnostics) -> Vec<IssuerId> {
        let mut found = Vec::new();
        for name in &task.issuers {
            let names = || self.plan.issuers.iter().map(|issuer| issuer.name.as_str());
            match names().position(|known| known == name.value) {
                Some(position) => {
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
            let mut known = false;
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
                        .help("observe a deny or require; to try an allow, put it into a task of its own"),
                    ),
                    Effect::Deny | Effect::Require => rule.mode = Mode::Observe,
                }
            }
            if !known && !left_out {
                let limiting = self
                    .plan
                    .rules
                    .iter()
                    .filter(|rule| rule.effect != Effect::Allow);
                let names: Vec<&str> = limiting.map(|rule| rule.id.as_str()).collect();
                diagnostics.push(
                    id.diagnostic(
                        Code::UnknownName,
                        format!("there is no deny or require `{}`", id.value),
                    )
                    .help_if(did_you_mean(&id.value, names)),
                );
            }
        }
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
