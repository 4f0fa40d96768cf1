//! Computing what is constant, with the evaluator's own results: what would fail at every
//! request fails here.

use std::cmp::Ordering as Order;

use remit_engine::plan::{Datum, Operator, Ordering, Scalar, TextTest};

use super::term::{Term, TermKind};

/// Why a constant part has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    #[error("the result is out of range")]
    Overflow,
    #[error("division by zero")]
    DivisionByZero,
    #[error("the list has no such element")]
    NoElement,
}

/// The elements of a list of constants, if all are.
pub(super) fn list(terms: &[Term]) -> Option<Vec<Scalar>> {
    terms.iter().map(|term| scalar(term).cloned()).collect()
}

fn scalar(term: &Term) -> Option<&Scalar> {
    match term.as_constant()? {
        Datum::Scalar(scalar) => Some(scalar),
        Datum::List(_) => None,
    }
}

fn text(term: &Term) -> Option<&str> {
    match scalar(term)? {
        Scalar::String(text) => Some(text),
        Scalar::Bool(_) | Scalar::Int(_) | Scalar::Double(_) => None,
    }
}

fn constants(term: &Term) -> Option<&[Scalar]> {
    match term.as_constant()? {
        Datum::List(list) => Some(list),
        Datum::Scalar(_) => None,
    }
}

/// The term, or the constant that it comes to.
pub(super) fn fold(term: Term) -> Result<Term, Failure> {
    let (ty, range) = (term.ty, term.range.clone());
    let bool = |value: bool| Scalar::Bool(value);
    let folded = match &term.kind {
        TermKind::And(a, b) => return Ok(logical(term.clone(), a, b, true)),
        TermKind::Or(a, b) => return Ok(logical(term.clone(), a, b, false)),
        TermKind::Choose(condition, a, b) => {
            return Ok(match condition.constant_bool() {
                Some(true) => Term {
                    ty,
                    range,
                    ..(**a).clone()
                },
                Some(false) => Term {
                    ty,
                    range,
                    ..(**b).clone()
                },
                None => term,
            });
        }
        TermKind::Not(a) => a.constant_bool().map(|value| bool(!value)),
        TermKind::Negate(a) => match scalar(a) {
            Some(Scalar::Int(value)) => {
                Some(Scalar::Int(value.checked_neg().ok_or(Failure::Overflow)?))
            }
            Some(Scalar::Double(value)) => Some(Scalar::Double(-value)),
            _ => None,
        },
        TermKind::Equal(a, b) => match (a.as_constant(), b.as_constant()) {
            (Some(a), Some(b)) => Some(bool(equal(a, b))),
            _ => None,
        },
        TermKind::Compare(ordering, a, b) => match (scalar(a), scalar(b)) {
            (Some(a), Some(b)) => Some(bool(holds(*ordering, compare(a, b)))),
            _ => None,
        },
        TermKind::Arithmetic(operator, a, b) => match (scalar(a), scalar(b)) {
            (Some(a), Some(b)) => arithmetic(*operator, a, b)?,
            (_, Some(Scalar::Int(0)))
                if matches!(operator, Operator::Divide | Operator::Remainder) =>
            {
                return Err(Failure::DivisionByZero);
            }
            _ => None,
        },
        TermKind::In(a, b) => match (scalar(a), constants(b)) {
            (Some(a), Some(list)) => Some(bool(list.iter().any(|other| scalars_equal(a, other)))),
            (None, Some([])) => Some(bool(false)),
            _ => None,
        },
        TermKind::Index(a, b) => match (constants(a), scalar(b)) {
            (Some(list), Some(Scalar::Int(index))) => {
                let found = usize::try_from(*index)
                    .ok()
                    .and_then(|index| list.get(index));
                Some(found.ok_or(Failure::NoElement)?.clone())
            }
            (_, Some(Scalar::Int(index))) if *index < 0 => {
                return Err(Failure::NoElement);
            }
            _ => None,
        },
        TermKind::Text(test, a, b) => match (text(a), text(b)) {
            (Some(a), Some(b)) => Some(bool(match test {
                TextTest::StartsWith => a.starts_with(b),
                TextTest::EndsWith => a.ends_with(b),
                TextTest::Contains => a.contains(b),
            })),
            _ => None,
        },
        TermKind::Size(a) => {
            let size = match (text(a), constants(a)) {
                (Some(text), _) => Some(text.chars().count()),
                (None, Some(list)) => Some(list.len()),
                (None, None) => None,
            };
            size.and_then(|size| i64::try_from(size).ok())
                .map(Scalar::Int)
        }
        TermKind::Constant(_)
        | TermKind::Read(_)
        | TermKind::HasValue(_)
        | TermKind::Value(_)
        | TermKind::OrValue(..) => None,
    };
    Ok(match folded {
        Some(scalar) => Term {
            kind: TermKind::Constant(Datum::Scalar(scalar)),
            ty,
            range,
        },
        None => term,
    })
}

/// `&&` (neutral: true) and `||` (neutral: false). A decisive constant decides whatever stands on
/// the other side, even where that would fail: so CEL has it.
fn logical(term: Term, a: &Term, b: &Term, neutral: bool) -> Term {
    match (a.constant_bool(), b.constant_bool()) {
        (Some(value), _) | (_, Some(value)) if value != neutral => Term::bool(!neutral, term.range),
        (Some(_), _) => Term {
            range: term.range,
            ..b.clone()
        },
        (_, Some(_)) => Term {
            range: term.range,
            ..a.clone()
        },
        (None, None) => term,
    }
}

fn equal(a: &Datum, b: &Datum) -> bool {
    match (a, b) {
        (Datum::Scalar(a), Datum::Scalar(b)) => scalars_equal(a, b),
        (Datum::List(a), Datum::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| scalars_equal(a, b))
        }
        (Datum::Scalar(_), Datum::List(_)) | (Datum::List(_), Datum::Scalar(_)) => false,
    }
}

fn scalars_equal(a: &Scalar, b: &Scalar) -> bool {
    compare(a, b) == Some(Order::Equal)
}

/// Numbers on one line, exactly; strings by their bytes.
fn compare(a: &Scalar, b: &Scalar) -> Option<Order> {
    match (a, b) {
        (Scalar::Bool(a), Scalar::Bool(b)) => Some(a.cmp(b)),
        (Scalar::Int(a), Scalar::Int(b)) => Some(a.cmp(b)),
        (Scalar::Double(a), Scalar::Double(b)) => a.partial_cmp(b),
        (Scalar::Int(a), Scalar::Double(b)) => int_with_double(*a, *b),
        (Scalar::Double(a), Scalar::Int(b)) => int_with_double(*b, *a).map(Order::reverse),
        (Scalar::String(a), Scalar::String(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

/// No rounding on the way: the double's whole part is an integer of at most 64 bits, or the
/// answer follows from its size.
fn int_with_double(int: i64, double: f64) -> Option<Order> {
    const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
    if double.is_nan() {
        return None;
    }
    if double >= TWO_TO_63 {
        return Some(Order::Less);
    }
    if double < -TWO_TO_63 {
        return Some(Order::Greater);
    }
    let floor = double.floor();
    #[expect(
        clippy::cast_possible_truncation,
        reason = "in range, as just checked, and whole"
    )]
    let whole = floor as i64;
    // Above the floor, the double is greater than an int that equals the floor.
    Some(int.cmp(&whole).then(if double > floor {
        Order::Less
    } else {
        Order::Equal
    }))
}

fn holds(ordering: Ordering, order: Option<Order>) -> bool {
    match ordering {
        Ordering::Less => order.is_some_and(Order::is_lt),
        Ordering::LessOrEqual => order.is_some_and(Order::is_le),
        Ordering::Greater => order.is_some_and(Order::is_gt),
        Ordering::GreaterOrEqual => order.is_some_and(Order::is_ge),
    }
}

fn arithmetic(operator: Operator, a: &Scalar, b: &Scalar) -> Result<Option<Scalar>, Failure> {
    Ok(match (a, b) {
        (Scalar::Int(a), Scalar::Int(b)) => {
            let result = match operator {
                Operator::Add => a.checked_add(*b),
                Operator::Subtract => a.checked_sub(*b),
                Operator::Multiply => a.checked_mul(*b),
                Operator::Divide | Operator::Remainder if *b == 0 => {
                    return Err(Failure::DivisionByZero);
                }
                Operator::Divide => a.checked_div(*b),
                Operator::Remainder => a.checked_rem(*b),
            };
            Some(Scalar::Int(result.ok_or(Failure::Overflow)?))
        }
        (Scalar::Double(a), Scalar::Double(b)) => match operator {
            Operator::Add => Some(Scalar::Double(a + b)),
            Operator::Subtract => Some(Scalar::Double(a - b)),
            Operator::Multiply => Some(Scalar::Double(a * b)),
            Operator::Divide => Some(Scalar::Double(a / b)),
            Operator::Remainder => None,
        },
        (Scalar::String(a), Scalar::String(b)) if operator == Operator::Add => {
            Some(Scalar::String(format!("{a}{b}")))
        }
        _ => None,
    })
}
