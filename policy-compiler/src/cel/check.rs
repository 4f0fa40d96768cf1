//! The type checker: from what was written to typed terms.
//!
//! Strict: operands must have types that the operation takes and that can make a difference.
//! Where there is no term, the proof that the reason was said stands in its place; the other
//! operand is checked all the same.

mod lists;
mod operands;
mod operators;

use std::ops::Range;

use remit_engine::plan::{Datum, ScalarType, Slot};

use super::Written;
use super::fold;
use super::paths::{Path, Target};
use super::scope::Scope;
use super::syntax::{Binary, Expression, Kind};
use super::term::{Term, TermKind};
use super::types::ValueType;
use crate::diagnostic::{Code, Diagnostic, Diagnostics, Reported};

/// A term, or the proof that was said why there is none.
pub(super) type Checked<T> = Result<T, Reported>;

/// Checks a condition.
pub(super) fn check(
    expression: &Expression,
    written: Written<'_>,
    scope: Scope<'_>,
    diagnostics: &mut Diagnostics,
) -> Checked<Term> {
    let mut checker = Checker {
        written,
        scope,
        diagnostics,
    };
    let term = checker.expression(expression)?;
    if term.ty == ValueType::BOOL {
        return Ok(term);
    }
    let help = match term.ty {
        ValueType::Optional(_) => "ask `.hasValue()`, or compare `.orValue(…)`",
        ValueType::Scalar(_) | ValueType::List(_) | ValueType::EmptyList => {
            "compare it with something"
        }
    };
    let message = "a condition must be true or false";
    Err(diagnostics.refuse(
        written
            .diagnostic(Code::NotBoolean, &expression.range, message)
            .label(format!("this is {}", described(term.ty)))
            .help(help),
    ))
}

/// A type with its article.
fn described(ty: ValueType) -> String {
    let article = match ty {
        ValueType::Scalar(ScalarType::Int) | ValueType::Optional(_) => "an",
        ValueType::Scalar(_) | ValueType::List(_) | ValueType::EmptyList => "a",
    };
    format!("{article} {ty}")
}

pub(super) struct Checker<'a> {
    pub(super) written: Written<'a>,
    scope: Scope<'a>,
    diagnostics: &'a mut Diagnostics,
}

impl Checker<'_> {
    /// Says why there is no term.
    pub(super) fn refuse<T>(&mut self, diagnostic: Diagnostic) -> Checked<T> {
        Err(self.diagnostics.refuse(diagnostic))
    }

    /// Makes a term, computing what is constant.
    pub(super) fn term(
        &mut self,
        kind: TermKind,
        ty: ValueType,
        range: &Range<usize>,
    ) -> Checked<Term> {
        fold::fold(Term {
            kind,
            ty,
            range: range.clone(),
        })
        .or_else(|failure| {
            let message = "this part fails for every request";
            self.refuse(
                self.written
                    .diagnostic(Code::AlwaysFails, range, message)
                    .label(failure.to_string()),
            )
        })
    }

    /// Checks several expressions, all of them even if one is refused.
    pub(super) fn expressions<'e>(
        &mut self,
        expressions: impl IntoIterator<Item = &'e Expression>,
    ) -> Checked<Vec<Term>> {
        let checked: Vec<Checked<Term>> = expressions
            .into_iter()
            .map(|one| self.expression(one))
            .collect();
        checked.into_iter().collect()
    }

    /// Checks an expression.
    pub(super) fn expression(&mut self, expression: &Expression) -> Checked<Term> {
        let range = &expression.range;
        if let Some(path) = Path::of(expression) {
            return self.path(&path, range);
        }
        match &expression.kind {
            Kind::Literal(scalar) => {
                Ok(Term::constant(Datum::Scalar(scalar.clone()), range.clone()))
            }
            Kind::Name(name) => self.not_a_value(range, &format!("`{name}` is not a value")),
            Kind::Member { of, name, .. } => {
                let of = self.expression(of)?;
                let message = format!("{} has no member `{}`", described(of.ty), name.text);
                self.not_a_value(&name.range, &message)
            }
            Kind::Index { of, index, .. } => self.index(of, index, range),
            Kind::Has { of, name } => match Path::of(of) {
                Some(path) => self.has(&path.with(name, range.clone()), range),
                None => {
                    self.expression(of)?;
                    self.not_a_value(range, "`has` asks for a variable by its name")
                }
            },
            Kind::Call {
                function,
                receiver,
                arguments,
            } => self.call(function, receiver.as_deref(), arguments, range),
            Kind::List(elements) => self.list(elements, range),
            Kind::Not(operand) => {
                let operand = self.expression(operand)?;
                self.bool(&operand)?;
                self.term(TermKind::Not(Box::new(operand)), ValueType::BOOL, range)
            }
            Kind::Negate(operand) => {
                let operand = self.expression(operand)?;
                self.number(&operand)?;
                let ty = operand.ty;
                self.term(TermKind::Negate(Box::new(operand)), ty, range)
            }
            Kind::Binary(Binary::In, element, list) => self.membership(element, list, range),
            Kind::Binary(operator, a, b) => {
                let (a, b) = (self.expression(a), self.expression(b));
                self.binary(*operator, a?, b?, range)
            }
            Kind::Choose(condition, a, b) => {
                let condition = self.expression(condition);
                let (a, b) = (self.expression(a), self.expression(b));
                self.choose(condition?, a?, b?, range)
            }
            Kind::Unsupported(what) => self.unsupported(what, range),
        }
    }

    fn path(&mut self, path: &Path, range: &Range<usize>) -> Checked<Term> {
        match path.resolve(self.scope, self.written) {
            Ok(Target::Variable { slot, ty, presence }) => {
                match path.read_type(ty, presence, self.written) {
                    Ok(ty) => Ok(read(slot, ty, range)),
                    Err(diagnostic) => self.refuse(*diagnostic),
                }
            }
            Ok(Target::Group(name)) => {
                self.not_a_value(range, &format!("`{name}` stands for several values"))
            }
            Err(diagnostic) => self.refuse(*diagnostic),
        }
    }

    /// `has(path)`.
    fn has(&mut self, path: &Path, range: &Range<usize>) -> Checked<Term> {
        match path.resolve(self.scope, self.written) {
            Ok(Target::Variable { slot, ty, .. }) => {
                let read = read(slot, ValueType::Optional(ty), range);
                self.term(TermKind::HasValue(Box::new(read)), ValueType::BOOL, range)
            }
            Ok(Target::Group(name)) => {
                self.not_a_value(range, &format!("`{name}` stands for several values"))
            }
            Err(diagnostic) => self.refuse(*diagnostic),
        }
    }

    fn not_a_value(&mut self, range: &Range<usize>, message: &str) -> Checked<Term> {
        self.refuse(
            self.written
                .diagnostic(Code::NotAValue, range, message)
                .help("name a variable or one of a group's members"),
        )
    }
}

fn read(slot: Slot, ty: ValueType, range: &Range<usize>) -> Term {
    Term {
        kind: TermKind::Read(slot),
        ty,
        range: range.clone(),
    }
}
