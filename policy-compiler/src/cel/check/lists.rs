//! Lists and membership.

use std::ops::Range;

use remit_engine::plan::{Datum, Scalar, Slot};

use super::{Checked, Checker};
use crate::cel::fold;
use crate::cel::paths::{Path, Target};
use crate::cel::syntax::{Expression, Kind, Word};
use crate::cel::term::{Term, TermKind};
use crate::cel::types::{ValueType, scalars_can_equal};
use crate::diagnostic::Code;

/// Whether a term is a constant or an input that is read without an error. A header is not: it may
/// be repeated.
fn is_read(term: &Term) -> bool {
    match &term.kind {
        TermKind::Constant(_) => true,
        TermKind::Read(slot) => !matches!(slot, Slot::RequestHeader(_)),
        TermKind::OrValue(value, default) => is_read(value) && is_read(default),
        _ => false,
    }
}

impl Checker<'_> {
    /// A list literal. Constant elements only: lists with variables are for `in`.
    pub(super) fn list(&mut self, elements: &[Expression], range: &Range<usize>) -> Checked<Term> {
        let terms = self.expressions(elements)?;
        self.one_type(&terms)?;
        match fold::list(&terms) {
            Some(list) => Ok(Term::constant(Datum::List(list), range.clone())),
            None => self.refuse(
                self.written
                    .diagnostic(
                        Code::UnsupportedCel,
                        range,
                        "a list with variables is not supported here",
                    )
                    .help("variables can stand in a list to the right of `in`"),
            ),
        }
    }

    fn one_type(&mut self, elements: &[Term]) -> Checked<()> {
        let Some(first) = elements.first() else {
            return Ok(());
        };
        for element in elements {
            if !matches!(element.ty, ValueType::Scalar(_)) {
                return self.wrong_operand(element, "a bool, number or string");
            }
            if element.ty != first.ty {
                let range = first.range.start..element.range.end;
                let why = "the elements of a list must have one type";
                return self.mismatch(first, element, &range, why);
            }
        }
        Ok(())
    }

    /// `element in list`.
    pub(super) fn membership(
        &mut self,
        element: &Expression,
        list: &Expression,
        range: &Range<usize>,
    ) -> Checked<Term> {
        if let Some(path) = Path::of(list)
            && let Ok(Target::Group(group)) = path.resolve(self.scope, self.written)
        {
            return self.in_group(element, path, &group, range);
        }
        let element = self.expression(element);
        // `x in [a, b]` is `x == a || x == b` where a or b is not constant.
        if let Kind::List(members) = &list.kind {
            let terms = self.expressions(members);
            let (element, terms) = (element?, terms?);
            if let Some(constants) = fold::list(&terms) {
                self.one_type(&terms)?;
                let list = Term::constant(Datum::List(constants), list.range.clone());
                return self.in_list(element, list, range);
            }
            // The element is read once for each member, and an error in one must not be absorbed
            // by another that fits: both only cost and say what is expected if nothing is computed.
            if let Some(computed) = terms.iter().chain([&element]).find(|term| !is_read(term)) {
                let range = computed.range.clone();
                return self.refuse(
                    self.written
                        .diagnostic(
                            Code::UnsupportedCel,
                            &range,
                            "nothing can be computed around `in` a list with variables",
                        )
                        .help("write it out: `x == a || x == b`"),
                );
            }
            let mut tests = Vec::new();
            for term in terms {
                tests.push(self.equal(element.clone(), term, range)?);
            }
            return self.any(tests, range);
        }
        let list = self.expression(list);
        self.in_list(element?, list?, range)
    }

    pub(super) fn in_list(
        &mut self,
        element: Term,
        list: Term,
        range: &Range<usize>,
    ) -> Checked<Term> {
        self.both_present(&element, &list)?;
        let fits = match (element.ty, list.ty) {
            (_, ValueType::Scalar(_)) => return self.wrong_operand(&list, "a list"),
            (ValueType::Scalar(_), ValueType::EmptyList) => true,
            (ValueType::Scalar(a), ValueType::List(b)) => scalars_can_equal(a, b),
            _ => false,
        };
        if !fits {
            return self.mismatch(&element, &list, range, "the list can never hold it");
        }
        let kind = TermKind::In(Box::new(element), Box::new(list));
        self.term(kind, ValueType::BOOL, range)
    }

    /// `'x-name' in request.headers`.
    fn in_group(
        &mut self,
        element: &Expression,
        group: Path,
        name: &str,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let key = self.expression(element)?;
        if let Some(Datum::Scalar(Scalar::String(key))) = key.as_constant() {
            let word = Word {
                text: key.clone(),
                range: element.range.clone(),
            };
            return self.has(&group.with(&word, range.clone()), range);
        }
        let message = format!("only a constant name can be looked for in `{name}`");
        self.refuse(
            self.written
                .diagnostic(Code::UnsupportedCel, range, message)
                .help("write the name as a string"),
        )
    }

    /// All joined by `||`, as a tree that is no deeper than it must be.
    fn any(&mut self, mut tests: Vec<Term>, range: &Range<usize>) -> Checked<Term> {
        let second = tests.split_off(tests.len() / 2);
        match tests.pop() {
            Some(first) if second.is_empty() => Ok(first),
            Some(first) => {
                tests.push(first);
                let (a, b) = (self.any(tests, range)?, self.any(second, range)?);
                self.term(
                    TermKind::Or(Box::new(a), Box::new(b)),
                    ValueType::BOOL,
                    range,
                )
            }
            None => match second.into_iter().next() {
                Some(only) => Ok(only),
                None => Ok(Term::bool(false, range.clone())),
            },
        }
    }
}
