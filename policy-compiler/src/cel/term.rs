//! A condition, typed.

use std::ops::Range;

use remit_engine::plan::{Datum, Operator, Ordering, Scalar, Slot, TextTest};

use super::types::ValueType;

/// An expression with its type.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub(super) kind: TermKind,
    pub(super) ty: ValueType,
    /// Its bytes in the condition.
    pub(super) range: Range<usize>,
}

/// What a term is: the plan's nodes as a tree.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum TermKind {
    Constant(Datum),
    Read(Slot),
    Not(Box<Term>),
    Negate(Box<Term>),
    And(Box<Term>, Box<Term>),
    Or(Box<Term>, Box<Term>),
    Choose(Box<Term>, Box<Term>, Box<Term>),
    Equal(Box<Term>, Box<Term>),
    Compare(Ordering, Box<Term>, Box<Term>),
    Arithmetic(Operator, Box<Term>, Box<Term>),
    In(Box<Term>, Box<Term>),
    Index(Box<Term>, Box<Term>),
    Text(TextTest, Box<Term>, Box<Term>),
    Size(Box<Term>),
    HasValue(Box<Term>),
    Value(Box<Term>),
    OrValue(Box<Term>, Box<Term>),
}

impl Term {
    /// A constant.
    pub(super) fn constant(datum: Datum, range: Range<usize>) -> Self {
        Self {
            ty: (&datum).into(),
            kind: TermKind::Constant(datum),
            range,
        }
    }

    /// `true` or `false`.
    pub(super) fn bool(value: bool, range: Range<usize>) -> Self {
        Self::constant(Datum::Scalar(Scalar::Bool(value)), range)
    }

    /// The value of a constant.
    pub(super) fn as_constant(&self) -> Option<&Datum> {
        match &self.kind {
            TermKind::Constant(datum) => Some(datum),
            _ => None,
        }
    }

    /// The value of a constant condition.
    pub(super) fn constant_bool(&self) -> Option<bool> {
        match self.as_constant() {
            Some(Datum::Scalar(Scalar::Bool(value))) => Some(*value),
            _ => None,
        }
    }

    /// The terms that it is made of.
    pub(super) fn operands(&self) -> Vec<&Term> {
        match &self.kind {
            TermKind::Constant(_) | TermKind::Read(_) => Vec::new(),
            TermKind::Not(a)
            | TermKind::Negate(a)
            | TermKind::Size(a)
            | TermKind::HasValue(a)
            | TermKind::Value(a) => vec![a],
            TermKind::And(a, b)
            | TermKind::Or(a, b)
            | TermKind::Equal(a, b)
            | TermKind::Compare(_, a, b)
            | TermKind::Arithmetic(_, a, b)
            | TermKind::In(a, b)
            | TermKind::Index(a, b)
            | TermKind::Text(_, a, b)
            | TermKind::OrValue(a, b) => vec![a, b],
            TermKind::Choose(c, a, b) => vec![c, a, b],
        }
    }
}
