//! Computing what is constant, with the engine's own evaluator: what would fail at every request
//! fails here, and a constant is what the request would have come to.

use remit_engine::cel::{Automata, Bindings, Budget, Code, EvalError, Silent, evaluate};
use remit_engine::plan::{Datum, ElementKind, ProgramId};

use super::lower::Lowering;
use super::term::{Term, TermKind};

/// What came of folding a term.
pub(super) enum Folded {
    /// The term, or the constant that it comes to.
    Term(Term),
    /// It fails whatever the request is.
    Fails(Term, EvalError),
}

/// Most values in a constant: a larger one is computed when it is needed.
const VALUES: usize = 1024;

/// The term, or the constant that it comes to.
pub(super) fn fold(term: Term) -> Folded {
    let term = match logical(term) {
        Ok(decided) => return Folded::Term(decided),
        Err(term) => term,
    };
    if !is_constant(&term) {
        return Folded::Term(term);
    }
    match compute(&term) {
        Ok(Some(datum)) if values(&datum) <= VALUES => Folded::Term(Term {
            kind: TermKind::Constant(datum),
            ..term
        }),
        Ok(_) | Err(EvalError::Budget) => Folded::Term(term),
        Err(error) => Folded::Fails(term, error),
    }
}

/// `&&`, `||` and `? :` where a constant decides, or leaves the decision to the other side.
fn logical(term: Term) -> Result<Term, Term> {
    let Term { kind, ty, range } = term;
    let (kind, kept) = match kind {
        TermKind::And(a, b) => joined(TermKind::And, a, b, false),
        TermKind::Or(a, b) => joined(TermKind::Or, a, b, true),
        TermKind::Choose(condition, a, b) => match condition.constant_bool() {
            Some(true) => (a.kind, true),
            Some(false) => (b.kind, true),
            None => (TermKind::Choose(condition, a, b), false),
        },
        other => (other, false),
    };
    let term = Term { kind, ty, range };
    if kept { Ok(term) } else { Err(term) }
}

/// A constant that decides does so whatever the other side comes to, an error too; one that does
/// not leaves the other side.
fn joined(
    kind: fn(Box<Term>, Box<Term>) -> TermKind,
    a: Box<Term>,
    b: Box<Term>,
    decisive: bool,
) -> (TermKind, bool) {
    match (a.constant_bool(), b.constant_bool()) {
        (Some(value), _) | (_, Some(value)) if value == decisive => {
            (TermKind::Constant(Datum::Bool(decisive)), true)
        }
        (Some(_), _) if b.ty == super::types::Ty::Bool => (b.kind, true),
        (_, Some(_)) if a.ty == super::types::Ty::Bool => (a.kind, true),
        _ => (kind(a, b), false),
    }
}

/// Whether everything that it is made of is constant already, or bound within.
fn is_constant(term: &Term) -> bool {
    match &term.kind {
        TermKind::Constant(_)
        | TermKind::Slot(..)
        | TermKind::Local(_)
        | TermKind::Matches(..)
        | TermKind::Fails => false,
        TermKind::List(elements) => {
            elements.iter().all(|(_, kind)| *kind == ElementKind::Plain) && operands_constant(term)
        }
        TermKind::Bind { .. } | TermKind::OptionalMap { .. } | TermKind::Fold(_) => {
            term.is_closed()
        }
        _ => operands_constant(term),
    }
}

fn operands_constant(term: &Term) -> bool {
    term.operands()
        .into_iter()
        .all(|operand| operand.as_constant().is_some())
}

fn compute(term: &Term) -> Result<Option<Datum>, EvalError> {
    let mut lowering = Lowering::default();
    // What is too large to be lowered is said when the whole condition is.
    let Ok(program) = lowering.constant(term) else {
        return Ok(None);
    };
    let parts = lowering.finish();
    let automata = Automata::default();
    let code = Code {
        slots: &parts.slots,
        programs: &parts.programs,
        zones: &parts.zones,
        automata: &automata,
    };
    let program: ProgramId = program;
    let budget = Budget::new();
    let value = evaluate(code, program, &Bindings::default(), &budget, &mut Silent)?;
    Ok(Datum::try_from(&value).ok())
}

fn values(datum: &Datum) -> usize {
    1 + match datum {
        Datum::List(elements) => elements.iter().map(values).sum(),
        Datum::Map(entries) => entries
            .iter()
            .map(|(key, value)| values(key) + values(value))
            .sum(),
        Datum::String(text) => text.len() / 16,
        Datum::Bytes(octets) => octets.len() / 16,
        Datum::Optional(Some(value)) => values(value),
        _ => 0,
    }
}
