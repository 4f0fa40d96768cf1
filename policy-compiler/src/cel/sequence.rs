//! What rules ask of calls before, as terms.

use remit_engine::plan::{Datum, Duration, Function, MemoryId, Slot};

use super::term::{Reading, Term, TermKind};
use super::types::Ty;
use crate::resolve::sequence::{Asked, Past, Sequence, Wanted};
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
