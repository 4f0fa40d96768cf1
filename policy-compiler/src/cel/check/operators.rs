//! Operators.

use std::ops::Range;

use remit_engine::plan::{Operator, Ordering, ScalarType};

use super::{Checked, Checker};
use crate::cel::syntax::{Binary, Expression};
use crate::cel::term::{Term, TermKind};
use crate::cel::types::{ValueType, scalars_can_equal};

impl Checker<'_> {
    /// An operator between two operands, but for `in`, which is not only about its operands.
    pub(super) fn binary(
        &mut self,
        operator: Binary,
        a: Term,
        b: Term,
        range: &Range<usize>,
    ) -> Checked<Term> {
        match operator {
            Binary::And => self.logical(TermKind::And, a, b, range),
            Binary::Or => self.logical(TermKind::Or, a, b, range),
            Binary::Equal => self.equal(a, b, range),
            Binary::NotEqual => {
                let equal = self.equal(a, b, range)?;
                self.term(TermKind::Not(Box::new(equal)), ValueType::BOOL, range)
            }
            Binary::Compare(ordering) => self.compare(ordering, a, b, range),
            Binary::Arithmetic(operator) => self.arithmetic(operator, a, b, range),
            Binary::In => self.in_list(a, b, range),
        }
    }

    fn logical(
        &mut self,
        kind: fn(Box<Term>, Box<Term>) -> TermKind,
        a: Term,
        b: Term,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let (first, second) = (self.bool(&a), self.bool(&b));
        first.and(second)?;
        self.term(kind(Box::new(a), Box::new(b)), ValueType::BOOL, range)
    }

    pub(super) fn equal(&mut self, a: Term, b: Term, range: &Range<usize>) -> Checked<Term> {
        self.both_present(&a, &b)?;
        if !a.ty.can_equal(b.ty) {
            return self.mismatch(&a, &b, range, "they can never be equal");
        }
        self.term(
            TermKind::Equal(Box::new(a), Box::new(b)),
            ValueType::BOOL,
            range,
        )
    }

    fn compare(
        &mut self,
        ordering: Ordering,
        a: Term,
        b: Term,
        range: &Range<usize>,
    ) -> Checked<Term> {
        self.both_present(&a, &b)?;
        let ordered = match (a.ty, b.ty) {
            (ValueType::Scalar(a), ValueType::Scalar(b)) => scalars_can_equal(a, b),
            _ => false,
        };
        if !ordered {
            return self.mismatch(&a, &b, range, "they have no order");
        }
        let kind = TermKind::Compare(ordering, Box::new(a), Box::new(b));
        self.term(kind, ValueType::BOOL, range)
    }

    fn arithmetic(
        &mut self,
        operator: Operator,
        a: Term,
        b: Term,
        range: &Range<usize>,
    ) -> Checked<Term> {
        self.both_present(&a, &b)?;
        let fits = match (a.ty, b.ty) {
            (ValueType::INT, ValueType::INT) => true,
            (ValueType::Scalar(ScalarType::Double), ValueType::Scalar(ScalarType::Double)) => {
                operator != Operator::Remainder
            }
            (ValueType::STRING, ValueType::STRING) => operator == Operator::Add,
            _ => false,
        };
        if !fits {
            let symbol = Binary::Arithmetic(operator).symbol();
            return self.mismatch(&a, &b, range, &format!("`{symbol}` does not take them"));
        }
        let ty = a.ty;
        self.term(
            TermKind::Arithmetic(operator, Box::new(a), Box::new(b)),
            ty,
            range,
        )
    }

    /// `condition ? a : b`.
    pub(super) fn choose(
        &mut self,
        condition: Term,
        a: Term,
        b: Term,
        range: &Range<usize>,
    ) -> Checked<Term> {
        self.bool(&condition)?;
        let Some(ty) = a.ty.join(b.ty) else {
            return self.mismatch(&a, &b, range, "both branches of `? :` must have one type");
        };
        let kind = TermKind::Choose(Box::new(condition), Box::new(a), Box::new(b));
        self.term(kind, ty, range)
    }

    /// `list[index]`.
    pub(super) fn index(
        &mut self,
        of: &Expression,
        index: &Expression,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let (of, index) = (self.expression(of), self.expression(index));
        let (of, index) = (of?, index?);
        let ValueType::List(element) = of.ty else {
            return self.wrong_operand(&of, "a list");
        };
        if index.ty != ValueType::INT {
            return self.wrong_operand(&index, "an int");
        }
        let kind = TermKind::Index(Box::new(of), Box::new(index));
        self.term(kind, ValueType::Scalar(element), range)
    }
}
