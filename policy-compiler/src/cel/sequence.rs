//! What rules ask of calls before, as terms; and what calls were about.

use remit_engine::plan::{Datum, Duration, Function, MemoryId, Slot};

use super::issue::Issue;
use super::scope::Scope;
use super::term::{Reading, Term, TermKind};
use super::types::Ty;
use super::{Written, check, cost, trust};
use crate::diagnostic::Code;
use crate::resolve::OpenRule;
use crate::resolve::sequence::{Asked, Past, Same, Sequence, Wanted};
use crate::source::Span;

/// A part of a rule's condition that does not stand in `when`.
pub(super) struct Clause {
    pub(super) term: Term,
    /// Where it stands.
    pub(super) span: Span,
}

/// The parts that must hold beside `when`.
pub(super) fn clauses(sequence: &Sequence<'_>) -> Vec<Clause> {
    let clause = |asked: &Asked| {
        let was = match &asked.past {
            Past::Ever(term) => {
                let none = Term::constant(Datum::Int(0), 0..0);
                function(
                    Function::Greater,
                    [read(Slot::HistoryCalls(*term), Ty::Int), none],
                    Ty::Bool,
                )
            }
            Past::Within(term, seconds) => {
                let last = Slot::HistoryLast(*term);
                let is_there = slot(last.clone(), Reading::Presence, Ty::Bool);
                let now = read(Slot::Now, Ty::Timestamp);
                let last = read(last, Ty::Timestamp);
                let ago = function(Function::Subtract, [now, last], Ty::Duration);
                let nanos = i64::from(*seconds) * 1_000_000_000;
                let most = Term::constant(Datum::Duration(Duration(nanos)), 0..0);
                let recent = function(Function::LessOrEqual, [ago, most], Ty::Bool);
                bool_term(TermKind::And(Box::new(is_there), Box::new(recent)))
            }
            Past::About(memories) => about(memories),
        };
        let term = match asked.wanted {
            Wanted::Before => was,
            Wanted::NotBefore => bool_term(TermKind::Not(Box::new(was))),
        };
        Clause {
            term,
            span: asked.span,
        }
    };
    sequence.asked.iter().map(clause).collect()
}

/// Whether any of these remembers a call about the same.
fn about(memories: &[MemoryId]) -> Term {
    let each = memories.iter();
    let each = each.map(|memory| read(Slot::HistoryTarget(*memory), Ty::Bool));
    each.reduce(|a, b| bool_term(TermKind::Or(Box::new(a), Box::new(b))))
        .unwrap_or_else(|| Term::constant(Datum::Bool(false), 0..0))
}

fn read(from: Slot, ty: Ty) -> Term {
    slot(from, Reading::Value, ty)
}

fn slot(from: Slot, reading: Reading, ty: Ty) -> Term {
    Term {
        kind: TermKind::Slot(from, reading),
        ty,
        range: 0..0,
    }
}

fn function(function: Function, operands: [Term; 2], ty: Ty) -> Term {
    Term {
        kind: TermKind::Call(function, operands.into()),
        ty,
        range: 0..0,
    }
}

fn bool_term(kind: TermKind) -> Term {
    Term {
        kind,
        ty: Ty::Bool,
        range: 0..0,
    }
}

/// A rule about whatever must mean the same in `same`.
pub(super) fn widened<'a>(rule: &OpenRule<'a>, same: &Same<'_>) -> OpenRule<'a> {
    OpenRule {
        effect: rule.effect,
        selection: rule.selection,
        issuers: same.issuers.clone(),
        operations: same.operations.clone(),
        when: None,
        sequence: Sequence {
            per: rule.sequence.per,
            asked: Vec::new(),
            same: None,
        },
        span: rule.span,
    }
}

/// Checks one of the expressions that together are what a call is about; with it come warnings.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn target(
    parsed: Result<super::Expression, super::SyntaxError>,
    written: Written<'_>,
    scope: &Scope<'_>,
) -> Result<(Term, Vec<Issue>), Vec<Issue>> {
    let expression = parsed.map_err(|error| vec![error.issue(written.text())])?;
    let term = check::check(&expression, scope)?.term;
    let whole = 0..written.text().trim_end().len();
    let mut remembers = false;
    let mut claimed = false;
    term.for_each_slot(&mut |slot| {
        remembers |= is_history(slot);
        claimed |= trust::is_claimed(slot);
    });
    let problem = if !is_scalar(&term.ty) {
        let message = format!("what a call is about cannot be {}", term.ty);
        Some(
            Issue::new(Code::TypeMismatch, &whole, message)
                .help("it can be a string, an int, a uint or a bool, or an optional of those"),
        )
    } else if remembers {
        let message = "what a call is about cannot follow from calls before";
        Some(Issue::new(Code::BadValue, &whole, message))
    } else if claimed {
        let message = "what a call is about would be what the client claims";
        Some(
            Issue::new(Code::ClaimedOnly, &whole, message)
                .label("whoever sends the request chooses this value")
                .help("tell it by the token, the path, the query or the body"),
        )
    } else {
        cost::too_expensive(&term, scope)
    };
    if let Some(problem) = problem {
        return Err(vec![problem]);
    }
    let message = "this is the same for every call";
    let constant = term.is_closed().then(|| {
        Issue::new(Code::ConstantCondition, &whole, message)
            .help("take it out: it tells nothing apart")
    });
    Ok((term, constant.into_iter().collect()))
}

/// Whether values of a type can be told apart once they are only remembered.
fn is_scalar(ty: &Ty) -> bool {
    match ty {
        Ty::Optional(inner) => matches!(**inner, Ty::String | Ty::Int | Ty::Uint | Ty::Bool),
        ty => matches!(ty, Ty::String | Ty::Int | Ty::Uint | Ty::Bool),
    }
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
