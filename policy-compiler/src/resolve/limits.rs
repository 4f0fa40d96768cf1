//! Limits of tasks: what each counts, of which calls, and by which keys.

mod held;

use std::collections::HashMap;

use remit_engine::plan::{
    Beyond, Counts, Effect, Fleet, IssuerId, Limit, LimitId, Mode, OperationId, Per, Window,
    history_key,
};

use super::labels::Vocabulary;
use super::selection::{Selected, Selector};
use super::{OpenTargets, OperationFacts, Resolver, TargetsOf, index};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{self, Counting, DEFAULT_KEEP, DEFAULT_ROOM, Document, Selection};
use crate::source::{Span, Spanned};

/// A limit that counts only from a call on.
struct Since<'d> {
    limit: LimitId,
    per: Per,
    selection: &'d Spanned<Selection>,
}

/// What comes of the limits of all tasks.
#[derive(Default)]
struct Made<'d> {
    limits: Vec<Limit>,
    targets: Vec<OpenTargets<'d>>,
    since: Vec<Since<'d>>,
}

impl Resolver {
    pub(super) fn limits<'d>(
        &mut self,
        document: &'d Document,
        facts: &[OperationFacts<'d>],
        vocabulary: &Vocabulary<'d>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<OpenTargets<'d>> {
        let mut made = Made::default();
        let mut of_tasks = Vec::new();
        let mut ids = given_ids(document);
        let selector = Selector::new(document, vocabulary, facts, &self.plan);
        for (task, planned) in document.tasks.iter().zip(&self.plan.tasks) {
            let first = made.limits.len();
            for written in &task.limits {
                if !is_new(&written.id, &mut ids, diagnostics) {
                    continue;
                }
                self.held(document, written, &planned.issuers, diagnostics);
                let covered = match &written.operations {
                    Some(selection) => match selector.select(selection, diagnostics) {
                        Selected::Operations(operations) => operations,
                        Selected::Unclear => continue,
                    },
                    None => self.allowed(planned),
                };
                if covered.is_empty() {
                    diagnostics.push(covers_nothing(written));
                    continue;
                }
                if written.beyond.value == Beyond::Approval {
                    let span = written.beyond.span;
                    self.can_be_approved(&planned.issuers, &covered, span, diagnostics);
                }
                made.add(written, &planned.issuers, covered, facts);
            }
            of_tasks.push((first..made.limits.len()).map(|at| LimitId(index(at))));
        }
        for (task, limits) in self.plan.tasks.iter_mut().zip(of_tasks) {
            task.limits = limits.collect();
        }
        let Made {
            limits,
            targets,
            since,
        } = made;
        self.plan.history.limits = limits;
        for one in since {
            self.since(&one, diagnostics);
        }
        targets
    }

    /// Lets a limit count only from a call on.
    fn since(&mut self, since: &Since<'_>, diagnostics: &mut Diagnostics) {
        // The hook for terms: `resolver.term(since.per, &since.selection.value)` gives the
        // `TermId` that goes here.
        let term = None;
        if term.is_none() {
            diagnostics.push(
                since
                    .selection
                    .diagnostic(
                        Code::Unsupported,
                        "`since` is not supported by this version of remit",
                    )
                    .label(format!("of calls per {}", document::per_name(since.per)))
                    .help("take it out: this version would not enforce it"),
            );
        }
        if let Some(limit) = self.plan.history.limits.get_mut(since.limit.index()) {
            limit.since = term;
        }
    }

    /// The operations that some allow of a task selects.
    fn allowed(&self, task: &remit_engine::plan::Task) -> Vec<OperationId> {
        let rules = &self.plan.rules;
        let allows = |id: &remit_engine::plan::RuleId| {
            let rule = rules.get(id.index());
            rule.is_some_and(|rule| rule.effect == Effect::Allow)
        };
        let operations = task.rules.iter();
        operations
            .filter(|(_, rules)| rules.always.iter().any(allows))
            .map(|(operation, _)| *operation)
            .collect()
    }

    /// Says how much is kept, where anything is, and complains of what would not fit.
    pub(super) fn remembers(&mut self, document: &Document, diagnostics: &mut Diagnostics) {
        self.plan.fleet = document.fleet.as_ref().map(|fleet| Fleet {
            cluster: fleet.cluster.value.clone(),
            domain: fleet.domain.clone(),
            timeout: fleet.timeout,
        });
        let history = &mut self.plan.history;
        if history.limits.is_empty() && history.memories.is_empty() {
            return;
        }
        let written = document.history.as_ref();
        history.capacity = written.map_or(DEFAULT_ROOM, |one| one.room);
        history.keep = written.map_or(DEFAULT_KEEP, |one| one.keep);
        self.fits(document, diagnostics);
    }
}

impl<'d> Made<'d> {
    fn add(
        &mut self,
        written: &'d document::Limit,
        issuers: &[IssuerId],
        covered: Vec<OperationId>,
        facts: &[OperationFacts<'_>],
    ) {
        if let Some(at_most) = &written.at_most {
            let id = LimitId(index(self.limits.len()));
            // The programs of `distinct` are put in when they are compiled.
            let (kind, counts) = match written.counts {
                Counting::Calls => ("calls", Counts::Calls),
                Counting::Cost => ("cost", Counts::Calls),
                Counting::Distinct(_) => ("distinct", Counts::Distinct(Vec::new())),
                Counting::Denials => ("denials", Counts::Denials),
            };
            let operations = match written.counts {
                // It is requests that count, whatever they ask for.
                Counting::Denials => Vec::new(),
                Counting::Cost => weighed(&covered, |operation| cost(facts, operation)),
                Counting::Calls | Counting::Distinct(_) => weighed(&covered, |_| 1),
            };
            let window = written.window.as_ref().map(|window| window.value);
            let mut limit = planned(written, kind, counts, at_most.value, window);
            limit.operations = operations;
            limit.beyond = written.beyond.value;
            limit.fleet = written.fleet.as_ref().map(|fleet| fleet.value);
            self.limits.push(limit);
            if let Some(selection) = &written.since {
                let per = written.per.value;
                self.since.push(Since {
                    limit: id,
                    per,
                    selection,
                });
            }
            if let Counting::Distinct(by) = &written.counts {
                self.targets.push(OpenTargets {
                    of: TargetsOf::Limit(id),
                    issuers: issuers.to_vec(),
                    operations: covered,
                    by: &by.value,
                });
            }
        }
        if let Some(idle) = &written.idle {
            let limit = planned(written, "idle", Counts::Idle, idle.value, None);
            self.limits.push(limit);
        }
    }
}

/// A limit with what all have.
fn planned(
    written: &document::Limit,
    kind: &str,
    counts: Counts,
    at_most: u32,
    window: Option<Window>,
) -> Limit {
    let id = written.id.value.as_str();
    let per = written.per.value;
    Limit {
        id: id.to_owned(),
        key: history_key(&["limit", document::per_name(per), kind, id]),
        mode: Mode::Enforce,
        per,
        counts,
        operations: Vec::new(),
        at_most,
        window,
        since: None,
        beyond: Beyond::Refuse,
        fleet: None,
    }
}

fn weighed(
    operations: &[OperationId],
    weight: impl Fn(OperationId) -> u32,
) -> Vec<(OperationId, u32)> {
    operations.iter().map(|one| (*one, weight(*one))).collect()
}

fn cost(facts: &[OperationFacts<'_>], operation: OperationId) -> u32 {
    let fact = facts.iter().find(|fact| fact.id == operation);
    fact.map_or(1, |fact| fact.cost)
}

/// The ids that rules have of their own. Those that follow from an operation have a dot in them.
fn given_ids(document: &Document) -> HashMap<&str, (&'static str, Span)> {
    let rules = document.tasks.iter().flat_map(|task| &task.rules);
    let ids = rules.filter_map(|rule| rule.id.as_ref());
    ids.map(|id| (id.value.as_str(), ("rule", id.span)))
        .collect()
}

/// Whether an id is not taken; if it is, that is said.
fn is_new<'d>(
    id: &'d Spanned<String>,
    ids: &mut HashMap<&'d str, (&'static str, Span)>,
    diagnostics: &mut Diagnostics,
) -> bool {
    let Some((what, first)) = ids.insert(&id.value, ("limit", id.span)) else {
        return true;
    };
    let message = match what {
        "limit" => format!("two limits have the id `{}`", id.value),
        what => format!("a {what} and a limit have the id `{}`", id.value),
    };
    diagnostics.push(
        id.diagnostic(Code::DuplicateRule, message)
            .label("again here")
            .also(first, "first here")
            .help("records name both by their ids: give each its own"),
    );
    false
}

fn covers_nothing(written: &document::Limit) -> Diagnostic {
    let (span, help) = match &written.operations {
        Some(Selection::Selector { span, .. }) => (
            *span,
            "it counts nothing until an operation has this class and these labels",
        ),
        Some(Selection::Named(names)) => (
            names.first().map_or(written.id.span, |name| name.span),
            "it counts nothing until there is such an operation",
        ),
        None => (
            written.id.span,
            "the task allows nothing that it could count",
        ),
    };
    let message = "this limit covers no operation";
    Diagnostic::new(Code::RuleWithoutOperation, span, message).help(help)
}
