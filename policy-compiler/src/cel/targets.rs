//! What calls are told apart by: expressions whose values together are a target.

use std::collections::HashMap;
use std::ops::Range;

use remit_engine::plan::{Counts, OperationId, Plan, ProgramId, Slot};

use super::check::{self, Outcome};
use super::env::{Trust, trust};
use super::issue::Issue;
use super::lower::{LowerError, Lowering};
use super::parse::{self, Comments, SyntaxError};
use super::scope::{Reader, Scope};
use super::syntax::Expression;
use super::term::Term;
use super::types::Ty;
use super::{Written, cost, trust as trusted};
use crate::diagnostic::{Code, Diagnostics, Severity};
use crate::resolve::history::Remembered;
use crate::resolve::{DeclaredClaim, OpenTargets, Past, TargetsOf};
use crate::source::Sources;

/// Targets whose expressions were checked.
pub(super) struct Told<'a> {
    of: TargetsOf,
    operations: &'a [OperationId],
    by: Vec<(Outcome, Written<'a>)>,
}

type Claims = [HashMap<Vec<String>, DeclaredClaim>];

/// Checks all of them; those in which something is wrong are left out.
pub(super) fn check<'a>(
    open: &'a [OpenTargets<'a>],
    (plan, claims, past): (&Plan, &Claims, &Past<'_>),
    sources: &'a Sources,
    diagnostics: &mut Diagnostics,
) -> Vec<Told<'a>> {
    let written = open.iter().flat_map(|one| one.by);
    let texts: Vec<&str> = written.map(|one| one.value.text.as_str()).collect();
    let mut parsed = parse::parse_all(&texts, Comments::Refuse).into_iter();
    let mut told = Vec::new();
    for targets in open {
        let scope = Scope {
            plan,
            claims,
            issuers: &targets.issuers,
            operations: &targets.operations,
            reader: match targets.of {
                TargetsOf::Limit(_) => Reader::Limit,
                TargetsOf::Memories(_) => Reader::Same,
            },
            per: targets.per,
            past,
        };
        let mut by = Vec::new();
        for (condition, parsed) in targets.by.iter().zip(&mut parsed) {
            let written = Written {
                condition,
                source: sources.text(condition.span),
            };
            match one(parsed, written, &scope) {
                Ok((outcome, warning)) => {
                    let warning = warning.map(|warning| written.diagnostic(warning));
                    warning.into_iter().for_each(|one| diagnostics.push(one));
                    by.push((outcome, written));
                }
                Err(issues) => {
                    let issues = issues.into_iter().map(|issue| written.diagnostic(issue));
                    issues.for_each(|issue| diagnostics.push(issue));
                }
            }
        }
        if by.len() == targets.by.len() {
            let of = targets.of.clone();
            told.push(Told {
                of,
                operations: &targets.operations,
                by,
            });
        }
    }
    told
}

fn one(
    parsed: Result<Expression, SyntaxError>,
    written: Written<'_>,
    scope: &Scope<'_>,
) -> Result<(Outcome, Option<Issue>), Vec<Issue>> {
    let expression = parsed.map_err(|error| vec![error.issue(written.text())])?;
    let outcome = check::check(&expression, scope)?;
    let whole = 0..written.text().trim_end().len();
    let term = &outcome.term;
    let issues = [
        is_none(term, &whole),
        of_history(term, &whole),
        claimed(term, &whole),
        of_transaction(term),
        cost::too_expensive(term, scope),
        constant(term, &whole),
    ];
    let (errors, mut warnings): (Vec<Issue>, Vec<Issue>) = issues
        .into_iter()
        .flatten()
        .partition(|issue| issue.code.severity() == Severity::Error);
    if errors.is_empty() {
        return Ok((outcome, warnings.pop()));
    }
    Err(errors)
}

/// What has no value that can be told from others by its bytes.
fn is_none(term: &Term, whole: &Range<usize>) -> Option<Issue> {
    let inner = match &term.ty {
        Ty::Optional(inner) => inner,
        ty => ty,
    };
    if matches!(inner, Ty::String | Ty::Int | Ty::Uint | Ty::Bool) {
        return None;
    }
    let message = "calls cannot be told apart by this";
    Some(
        Issue::new(Code::NotATarget, whole, message)
            .label(format!("this is {}", term.ty))
            .help("a string, int, uint or bool can, and an optional of one: `string(…)` makes a text of others"),
    )
}

/// What was done before is not what a call is about.
fn of_history(term: &Term, whole: &Range<usize>) -> Option<Issue> {
    let mut reads = false;
    term.for_each_slot(&mut |slot| reads |= is_history(slot));
    let message = "calls cannot be told apart by what was done before";
    reads.then(|| {
        Issue::new(Code::NotATarget, whole, message)
            .help("tell them apart by the token, the path, the query or the body")
    })
}

fn is_history(slot: &Slot) -> bool {
    matches!(
        slot,
        Slot::HistoryCalls(_)
            | Slot::HistoryFirst(_)
            | Slot::HistoryLast(_)
            | Slot::HistoryDenials(_)
            | Slot::HistoryTarget(_)
    )
}

/// Whoever sends the request would choose the target himself.
fn claimed(term: &Term, whole: &Range<usize>) -> Option<Issue> {
    let mut is_claimed = false;
    term.for_each_slot(&mut |slot| is_claimed |= trust(slot) == Trust::Claimed);
    let message = "calls would be told apart by what the client claims about itself";
    is_claimed.then(|| {
        Issue::new(Code::ClaimedOnly, whole, message)
            .label("whoever sends the request chooses this value")
            .help("sent the same each time, it would make one target of all: tell calls apart by the token, the path, the query or the body")
    })
}

/// The same of a transaction token: whether one stands beside the credential is the client's choice.
fn of_transaction(term: &Term) -> Option<Issue> {
    let range = trusted::of_transaction(term)?;
    let message = "a transaction token can be left out, and all calls would be one target";
    Some(
        Issue::new(Code::OnlyNarrows, &range, message)
            .label("the client chooses whether there is one")
            .help("tell calls apart by the token, the path, the query or the body"),
    )
}

fn constant(term: &Term, whole: &Range<usize>) -> Option<Issue> {
    term.as_constant()?;
    let message = "this is the same for every request";
    Some(
        Issue::new(Code::ConstantCondition, whole, message)
            .help("take it out: it tells no call from another"),
    )
}

/// What came of lowering targets.
pub(super) struct Lowered<'a> {
    /// Their programs, with their texts.
    pub(super) programs: Vec<(ProgramId, Written<'a>)>,
    /// What does not fit.
    pub(super) refused: Vec<(LowerError, Written<'a>)>,
}

/// Lowers what was checked into the plan.
pub(super) fn lower<'a>(
    plan: &mut Plan,
    targets: &[Told<'a>],
    lowering: &mut Lowering,
    remembered: &mut Remembered,
) -> Lowered<'a> {
    let mut lowered = Lowered {
        programs: Vec::new(),
        refused: Vec::new(),
    };
    for Told { of, operations, by } in targets {
        let mut programs = Vec::with_capacity(by.len());
        for (outcome, written) in by {
            match lowering.inline(&outcome.term, outcome.locals) {
                Ok(id) => {
                    lowered.programs.push((id, *written));
                    programs.push(id);
                }
                Err(error) => lowered.refused.push((error, *written)),
            }
        }
        match of {
            TargetsOf::Limit(id) => {
                if let Some(limit) = plan.history.limits.get_mut(id.index()) {
                    limit.counts = Counts::Distinct(programs);
                }
            }
            TargetsOf::Memories(memories) => {
                for memory in memories {
                    remembered.targets(*memory, &programs, operations);
                }
            }
        }
    }
    lowered
}
