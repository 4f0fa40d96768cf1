//! Whether an allow rests only on what the client claims.
//!
//! Every way in which a condition can come true is looked at: one that reads something, and
//! nothing but claimed values, lets whoever sends the request let himself through.

use std::collections::HashMap;
use std::ops::Range;

use remit_engine::plan::{FoldKind, LocalId, Slot};

use super::env::{Trust, trust};
use super::term::{Term, TermKind};

/// The part of the condition that rests on claimed values alone, if there is one.
pub(super) fn claimed_only(term: &Term) -> Option<Range<usize>> {
    ways(term, Wanted::True, &mut Names::new())
        .into_iter()
        .find(|way| way.reads == Reads::Claimed)
        .map(|way| way.range)
}

/// The first part that reads the transaction token, if there is one.
pub(super) fn of_transaction(term: &Term) -> Option<Range<usize>> {
    let reads = match &term.kind {
        TermKind::Slot(slot, _) => matches!(
            slot,
            Slot::TransactionClaim(_)
                | Slot::TransactionId
                | Slot::TransactionSubject
                | Slot::TransactionWorkload
        ),
        _ => false,
    };
    if reads {
        return Some(term.range.clone());
    }
    term.operands().into_iter().find_map(of_transaction)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    True,
    False,
}

/// What a way to come true reads.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reads {
    Nothing,
    Claimed,
    Better,
}

/// What names are bound to.
type Names = HashMap<LocalId, Reads>;

struct Way {
    reads: Reads,
    range: Range<usize>,
}

/// Beyond so many ways they are no longer told apart: a condition is then as good as its best
/// and as bad as its worst part, and counts as bad.
const WAYS: usize = 256;

fn ways(term: &Term, wanted: Wanted, names: &mut Names) -> Vec<Way> {
    match (&term.kind, wanted) {
        (TermKind::Not(inner), Wanted::True) => ways(inner, Wanted::False, names),
        (TermKind::Not(inner), Wanted::False) => ways(inner, Wanted::True, names),
        (TermKind::Or(a, b), Wanted::True) | (TermKind::And(a, b), Wanted::False) => {
            let mut either = ways(a, wanted, names);
            either.extend(ways(b, wanted, names));
            either
        }
        (TermKind::And(a, b), Wanted::True) | (TermKind::Or(a, b), Wanted::False) => {
            both(&ways(a, wanted, names), &ways(b, wanted, names), term)
        }
        // Each condition of a choice is looked at twice, those within it four times, and so on.
        (TermKind::Choose(..), _) if choices(term) > CHOICES => {
            let mut claimed = false;
            term.for_each_slot(&mut |slot| claimed |= trust(slot) == Trust::Claimed);
            let reads = if claimed {
                Reads::Claimed
            } else {
                Reads::Better
            };
            vec![Way {
                reads,
                range: term.range.clone(),
            }]
        }
        (TermKind::Choose(condition, a, b), _) => {
            let mut either = both(
                &ways(condition, Wanted::True, names),
                &ways(a, wanted, names),
                term,
            );
            either.extend(both(
                &ways(condition, Wanted::False, names),
                &ways(b, wanted, names),
                term,
            ));
            either
        }
        // One element decides, so that every way of the body is one of the whole, together with
        // what is ranged over.
        (TermKind::Fold(fold), _) if decides_alone(fold.kind, wanted) && fold.filter.is_none() => {
            let over = [Way {
                reads: reads(&fold.range, names),
                range: fold.range.range.clone(),
            }];
            both(&over, &ways(&fold.body, wanted, names), term)
        }
        // A name stands for what it is bound to.
        (TermKind::Bind { local, value, body }, _) => {
            let bound = reads(value, names);
            names.insert(*local, bound);
            ways(body, wanted, names)
        }
        (TermKind::Equal(a, b), _) if b.constant_bool().is_some() => {
            let same = b.constant_bool() == Some(wanted == Wanted::True);
            let wanted = if same { Wanted::True } else { Wanted::False };
            ways(a, wanted, names)
        }
        // A constant that is not what is wanted is no way at all.
        (TermKind::Constant(_), _) => {
            let fits = term.constant_bool() == Some(wanted == Wanted::True);
            let way = Way {
                reads: Reads::Nothing,
                range: term.range.clone(),
            };
            fits.then_some(way).into_iter().collect()
        }
        _ => vec![Way {
            reads: reads(term, names),
            range: term.range.clone(),
        }],
    }
}

/// Choices within each other beyond which their ways are no longer told apart.
const CHOICES: usize = 6;

/// How many choices stand within each other.
fn choices(term: &Term) -> usize {
    let own = usize::from(matches!(term.kind, TermKind::Choose(..)));
    let within = term.operands().into_iter().map(choices).max();
    own + within.unwrap_or(0)
}

fn decides_alone(kind: FoldKind, wanted: Wanted) -> bool {
    matches!(
        (kind, wanted),
        (FoldKind::Exists, Wanted::True) | (FoldKind::All, Wanted::False)
    )
}

fn both(first: &[Way], second: &[Way], term: &Term) -> Vec<Way> {
    if first.len().saturating_mul(second.len()) > WAYS {
        let worst = first
            .iter()
            .chain(second)
            .any(|way| way.reads == Reads::Claimed);
        let reads = if worst { Reads::Claimed } else { Reads::Better };
        return vec![Way {
            reads,
            range: term.range.clone(),
        }];
    }
    let mut joined = Vec::new();
    for a in first {
        for b in second {
            let range = if a.reads == Reads::Nothing {
                &b.range
            } else {
                &a.range
            };
            joined.push(Way {
                reads: together(a.reads, b.reads),
                range: range.clone(),
            });
        }
    }
    joined
}

fn together(a: Reads, b: Reads) -> Reads {
    match (a, b) {
        (Reads::Better, _) | (_, Reads::Better) => Reads::Better,
        (Reads::Claimed, _) | (_, Reads::Claimed) => Reads::Claimed,
        (Reads::Nothing, Reads::Nothing) => Reads::Nothing,
    }
}

fn reads(term: &Term, names: &Names) -> Reads {
    let own = match &term.kind {
        TermKind::Slot(slot, _) => match trust(slot) {
            Trust::Claimed => Reads::Claimed,
            Trust::Verified | Trust::Observed => Reads::Better,
        },
        TermKind::Local(local) => names.get(local).copied().unwrap_or(Reads::Nothing),
        _ => Reads::Nothing,
    };
    let operands = term.operands().into_iter();
    operands
        .map(|operand| reads(operand, names))
        .fold(own, together)
}
