//! Limits of tasks: what each counts, of which calls, and by which keys.

mod held;

pub(crate) use held::fits;
pub(super) use held::kept;

use std::collections::{BTreeSet, HashMap};

use remit_engine::plan::{
    Beyond, Counts, Effect, Fleet, IssuerId, Limit, LimitId, Mode, OperationId, TermId, Window,
    history_key,
};

use super::history::Remembered;
use super::labels::Vocabulary;
use super::selection::{Selected, Selector};
use super::{OpenTargets, OperationFacts, Resolver, TargetsOf, index};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::document::{self, Counting, Document, Selection};
use crate::source::{Span, Spanned};

/// What comes of the limits of all tasks and guards.
struct Made<'d> {
    limits: Vec<Limit>,
    targets: Vec<OpenTargets<'d>>,
    /// What they count from on.
    remembered: Remembered,
    /// Ids that are taken.
    ids: HashMap<&'d str, (&'static str, Span)>,
}

impl Resolver {
    pub(super) fn limits<'d>(
        &mut self,
        document: &'d Document,
        facts: &[OperationFacts<'d>],
        vocabulary: &Vocabulary<'d>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<OpenTargets<'d>> {
        let selector = Selector::new(document, vocabulary, facts, &self.plan);
        let mut made = Made {
            limits: Vec::new(),
            targets: Vec::new(),
            remembered: std::mem::take(&mut self.remembered),
            ids: given_ids(document),
        };
        let mut of_tasks = Vec::new();
        let mut everyone = BTreeSet::new();
        for (task, planned) in document.tasks.iter().zip(&self.plan.tasks) {
            let first = made.limits.len();
            let issuers = &planned.issuers;
            everyone.extend(issuers.iter().copied());
            for written in &task.limits {
                let without = || self.allowed(planned);
                if let Some(covered) = made.covered(written, &selector, without, diagnostics) {
                    self.limit(document, written, issuers, &covered, diagnostics);
                    made.add(written, issuers, covered, &selector, facts, diagnostics);
                }
            }
            of_tasks.push((first..made.limits.len()).collect::<Vec<_>>());
        }
        let everyone: Vec<IssuerId> = everyone.into_iter().collect();
        let first = made.limits.len();
        for written in &document.guarding {
            if let Some(covered) = made.covered(written, &selector, Vec::new, diagnostics) {
                self.limit(document, written, &everyone, &covered, diagnostics);
                made.add(written, &everyone, covered, &selector, facts, diagnostics);
            }
        }
        for of_task in &mut of_tasks {
            of_task.extend(first..made.limits.len());
        }
        for (task, limits) in self.plan.tasks.iter_mut().zip(of_tasks) {
            task.limits = limits.into_iter().map(|at| LimitId(index(at))).collect();
        }
        let Made {
            limits,
            targets,
            remembered,
            ..
        } = made;
        self.remembered = remembered;
        self.plan.history.guarding = (first..limits.len()).map(|at| LimitId(index(at))).collect();
        self.plan.history.limits = limits;
        targets
    }

    /// What a limit needs of the rest of the policy must be there.
    fn limit(
        &self,
        document: &Document,
        written: &document::Limit,
        issuers: &[IssuerId],
        covered: &[OperationId],
        diagnostics: &mut Diagnostics,
    ) {
        self.held(document, written, issuers, diagnostics);
        if written.beyond.value == Beyond::Approval {
            let span = written.beyond.span;
            self.can_be_approved(issuers, covered, span, diagnostics);
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

    /// Says who counts for all gateways.
    pub(super) fn fleet(&mut self, document: &Document) {
        self.plan.fleet = document.fleet.as_ref().map(|fleet| Fleet {
            cluster: fleet.cluster.value.clone(),
            domain: fleet.domain.clone(),
            timeout: fleet.timeout,
        });
    }
}

/// The calls from the first of which on a limit counts, if it says so. `None` where that could not
/// be understood; that was said.
#[expect(clippy::option_option, reason = "absent and unclear are two things")]
fn since<'d>(
    limit: &'d document::Limit,
    selector: &Selector<'_, 'd>,
    remembered: &mut Remembered,
    diagnostics: &mut Diagnostics,
) -> Option<Option<TermId>> {
    let Some(written) = &limit.since else {
        return Some(None);
    };
    let calls = selector.calls(&written.value, diagnostics)?;
    if calls.iter().all(|calls| calls.operations().is_empty()) {
        let message = "this `since` selects no operation";
        diagnostics.push(
            written
                .diagnostic(Code::RuleWithoutOperation, message)
                .help("nothing counts until there is such an operation"),
        );
    }
    remembered.term(limit.per.value, &calls).map(Some)
}

impl<'d> Made<'d> {
    /// The operations whose calls a limit is about; `without`: those of one that names none. `None`
    /// where there are none, or its id is taken.
    fn covered(
        &mut self,
        written: &'d document::Limit,
        selector: &Selector<'_, 'd>,
        without: impl FnOnce() -> Vec<OperationId>,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<OperationId>> {
        if !is_new(&written.id, &mut self.ids, diagnostics) {
            return None;
        }
        let covered = match &written.operations {
            Some(selection) => match selector.select(selection, diagnostics) {
                Selected::Operations(operations) => operations,
                Selected::Unclear => return None,
            },
            None => without(),
        };
        if covered.is_empty() {
            diagnostics.push(covers_nothing(written));
            return None;
        }
        Some(covered)
    }

    fn add(
        &mut self,
        written: &'d document::Limit,
        issuers: &[IssuerId],
        covered: Vec<OperationId>,
        selector: &Selector<'_, 'd>,
        facts: &[OperationFacts<'_>],
        diagnostics: &mut Diagnostics,
    ) {
        let Some(since) = since(written, selector, &mut self.remembered, diagnostics) else {
            return;
        };
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
            limit.since = since;
            limit.beyond = written.beyond.value;
            limit.fleet = written.fleet.as_ref().map(|fleet| fleet.value);
            self.limits.push(limit);
            if let Counting::Distinct(by) = &written.counts {
                self.targets.push(OpenTargets {
                    of: TargetsOf::Limit(id),
                    per: written.per.value,
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
    let of_tasks = document.tasks.iter().flat_map(|task| &task.rules);
    let guards = document.guards.iter().map(|guard| &guard.rule);
    let rules = of_tasks.chain(guards);
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
