//! What is odd about conditions that compile: that one can never hold, or that a claim of any
//! type is compared with values of two types.

use std::collections::HashMap;

use remit_engine::cel::Value;
use remit_engine::plan::{Datum, Function, Slot};

use super::issue::Issue;
use super::term::{Term, TermKind};
use crate::diagnostic::Code;

/// A condition that asks one value to be two things at once.
pub(super) fn never_holds(term: &Term) -> Option<Issue> {
    let mut asked: HashMap<String, Vec<(Asked, &Term)>> = HashMap::new();
    let mut parts = Vec::new();
    conjuncts(term, &mut parts);
    for part in parts {
        let Some((key, wanted)) = asks(part) else {
            continue;
        };
        let earlier = asked.entry(key).or_default();
        if let Some((other, first)) = earlier.iter().find(|(other, _)| !wanted.fits(other)) {
            let message = "this condition can never hold";
            return Some(Issue {
                also: Some((first.range.clone(), format!("this asks for {other}"))),
                ..Issue::new(Code::NeverHolds, &part.range, message)
                    .label(format!("and this for {wanted}"))
                    .help("join alternatives with `||`, or take the rule out")
            });
        }
        earlier.push((wanted, part));
    }
    None
}

/// What a part of a condition asks of a value.
enum Asked {
    /// To be one of these.
    OneOf(Vec<Datum>),
    /// To be none of these.
    NoneOf(Vec<Datum>),
}

impl Asked {
    /// Whether a value can be both.
    fn fits(&self, other: &Self) -> bool {
        let equal = |a: &Datum, b: &Datum| Value::from(a).equals(&b.into());
        let among = |one: &Datum, many: &[Datum]| many.iter().any(|other| equal(one, other));
        match (self, other) {
            (Self::OneOf(a), Self::OneOf(b)) => a.iter().any(|one| among(one, b)),
            (Self::OneOf(a), Self::NoneOf(b)) | (Self::NoneOf(b), Self::OneOf(a)) => {
                a.iter().any(|one| !among(one, b))
            }
            (Self::NoneOf(_), Self::NoneOf(_)) => true,
        }
    }
}

impl std::fmt::Display for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (not, values) = match self {
            Self::OneOf(values) => ("", values),
            Self::NoneOf(values) => ("anything but ", values),
        };
        let shown: Vec<String> = values
            .iter()
            .take(3)
            .map(|value| Value::from(value).to_string())
            .collect();
        let more = if values.len() > shown.len() {
            ", …"
        } else {
            ""
        };
        write!(f, "{not}{}{more}", shown.join(" or "))
    }
}

fn conjuncts<'t>(term: &'t Term, parts: &mut Vec<&'t Term>) {
    if let TermKind::And(a, b) = &term.kind {
        conjuncts(a, parts);
        conjuncts(b, parts);
    } else {
        parts.push(term);
    }
}

/// The value that is asked something, by how it is read, and what.
fn asks(term: &Term) -> Option<(String, Asked)> {
    let against = |a: &Term, b: &Term| {
        let pair =
            |key: &Term, constant: &Term| Some((read_as(key)?, constant.as_constant()?.clone()));
        pair(a, b).or_else(|| pair(b, a))
    };
    match &term.kind {
        TermKind::Equal(a, b) => {
            let (key, value) = against(a, b)?;
            Some((key, Asked::OneOf(vec![value])))
        }
        TermKind::NotEqual(a, b) => {
            let (key, value) = against(a, b)?;
            Some((key, Asked::NoneOf(vec![value])))
        }
        TermKind::Call(Function::In, operands) => match operands.as_slice() {
            [key, list] => match list.as_constant()? {
                Datum::List(values) => Some((read_as(key)?, Asked::OneOf(values.clone()))),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// How an input is read: the same way of reading the same input gives the same value.
fn read_as(term: &Term) -> Option<String> {
    match &term.kind {
        TermKind::Slot(slot, reading) => Some(format!("{slot:?} {reading:?}")),
        TermKind::OptionalOrValue(optional, other) => Some(format!(
            "{} or {:?}",
            read_as(optional)?,
            other.as_constant()?
        )),
        _ => None,
    }
}

/// Which types a claim that may be of any type was compared with so far, in any rule.
#[derive(Debug, Default)]
pub(super) struct Compared(HashMap<String, &'static str>);

impl Compared {
    /// Looks at another condition.
    pub(super) fn look(&mut self, term: &Term) -> Vec<Issue> {
        let mut issues = Vec::new();
        self.visit(term, &mut issues);
        issues
    }

    fn visit(&mut self, term: &Term, issues: &mut Vec<Issue>) {
        if let TermKind::Equal(a, b) | TermKind::NotEqual(a, b) = &term.kind {
            for (claim, constant) in [(a, b), (b, a)] {
                issues.extend(self.compare(claim, constant));
            }
        }
        if let TermKind::Call(Function::In, operands) = &term.kind
            && let [claim, list] = operands.as_slice()
        {
            issues.extend(self.compare(claim, list));
        }
        for operand in term.operands() {
            self.visit(operand, issues);
        }
    }

    fn compare(&mut self, claim: &Term, constant: &Term) -> Option<Issue> {
        let TermKind::Slot(slot @ Slot::Claim(_), _) = &claim.kind else {
            return None;
        };
        if claim.ty != super::types::Ty::Dyn {
            return None;
        }
        let kind = kind(constant.as_constant()?)?;
        let known = *self.0.entry(format!("{slot:?}")).or_insert(kind);
        (known != kind).then(|| {
            let message = "this claim is compared with values of two types";
            Issue::new(Code::ComparedWithTwoTypes, &claim.range, message)
                .label(format!("with a {kind} here, with a {known} elsewhere"))
                .help(
                    "declare it with the one type that it has: a value of another is then refused",
                )
        })
    }
}

/// Numbers are of one kind: they stand on one line.
fn kind(datum: &Datum) -> Option<&'static str> {
    Some(match datum {
        Datum::Bool(_) => "bool",
        Datum::Int(_) | Datum::Uint(_) | Datum::Double(_) => "number",
        Datum::String(_) => "string",
        Datum::Bytes(_) => "bytes",
        Datum::List(elements) => return elements.first().and_then(kind),
        _ => return None,
    })
}
