//! The type checker: from what was written to typed terms.
//!
//! One checker for three profiles. For policies it is strict: operands must have types that the
//! operation takes and that can make a difference. Where there is no term, the proof that the
//! reason was said stands in its place; the other operand is checked all the same.

mod calls;
mod containers;
mod facts;
mod messages;
mod names;
mod operators;
mod scopes;

use std::ops::Range;

use remit_engine::plan::{Datum, FoldKind, Function, LocalId};

use super::environment::{Environment, Profile};
use super::fold::{self, Folded};
use super::infer::Inference;
use super::issue::Issue;
use super::syntax::{Binary, Expression, Kind};
use super::term::{Term, TermKind};
use super::types::Ty;

use facts::Facts;
use scopes::Locals;

/// Proof that the reason for there being no term is among the issues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Refused(());

/// A term, or the proof that was said why there is none.
pub(super) type Checked<T> = Result<T, Refused>;

/// An expression that was checked.
#[derive(Debug)]
pub(super) struct Outcome {
    pub(super) term: Term,
    /// How many places its local variables take.
    pub(super) locals: u32,
}

/// Checks an expression.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn check(
    expression: &Expression,
    environment: &dyn Environment,
) -> Result<Outcome, Vec<Issue>> {
    let mut checker = Checker {
        environment,
        inference: Inference::default(),
        issues: Vec::new(),
        locals: Locals::default(),
        facts: Facts::default(),
    };
    let term = checker.expression(expression);
    match term {
        Ok(mut term) if checker.issues.is_empty() => {
            checker.finish(&mut term);
            Ok(Outcome {
                term,
                locals: checker.locals.places(),
            })
        }
        Ok(_) | Err(Refused(())) => Err(checker.issues),
    }
}

/// Checks a condition: an expression that is true or false.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn check_condition(
    expression: &Expression,
    environment: &dyn Environment,
) -> Result<Outcome, Vec<Issue>> {
    let outcome = check(expression, environment)?;
    match &outcome.term.ty {
        Ty::Bool => Ok(outcome),
        other => Err(vec![messages::not_boolean(other, &expression.range)]),
    }
}

pub(super) struct Checker<'a> {
    environment: &'a dyn Environment,
    inference: Inference,
    issues: Vec<Issue>,
    locals: Locals,
    facts: Facts,
}

impl Checker<'_> {
    fn is_policy(&self) -> bool {
        self.environment.profile() == Profile::Policy
    }

    fn is_unchecked(&self) -> bool {
        self.environment.profile() == Profile::Unchecked
    }

    /// Says why there is no term. An expression that is not checked has one all the same, which
    /// fails when it is looked at.
    fn refuse(&mut self, issue: Issue) -> Checked<Term> {
        if self.is_unchecked() {
            return Ok(Term {
                kind: TermKind::Fails,
                ty: Ty::Dyn,
                range: issue.range,
            });
        }
        self.issues.push(issue);
        Err(Refused(()))
    }

    /// Says why something is wrong that has no term of its own.
    fn object(&mut self, issue: Issue) -> Checked<()> {
        if self.is_unchecked() {
            return Ok(());
        }
        self.issues.push(issue);
        Err(Refused(()))
    }

    /// A type as far as it is known by now.
    fn known(&self, ty: &Ty) -> Ty {
        self.inference.resolve(ty)
    }

    /// Makes a term, computing what is constant.
    fn term(&mut self, kind: TermKind, ty: Ty, range: &Range<usize>) -> Checked<Term> {
        let term = Term {
            kind,
            ty,
            range: range.clone(),
        };
        match fold::fold(term) {
            Folded::Term(term) => Ok(term),
            Folded::Fails(term, error) => {
                if self.is_policy() {
                    return self.refuse(messages::always_fails(range, &error.to_string()));
                }
                Ok(term)
            }
        }
    }

    /// Types that are known at the end.
    fn finish(&self, term: &mut Term) {
        term.ty = self.inference.finish(&term.ty);
        for operand in term.operands_mut() {
            self.finish(operand);
        }
    }

    /// Checks several expressions, all of them even if one is refused.
    fn expressions<'e>(
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
    fn expression(&mut self, expression: &Expression) -> Checked<Term> {
        let range = &expression.range;
        if let Some(result) = self.chain(expression) {
            return result;
        }
        match &expression.kind {
            Kind::Literal(datum) => Ok(Term::constant(datum.clone(), range.clone())),
            Kind::Name { name, .. } => self.local(name, range),
            Kind::Member { of, name, access } => self.member(of, name, *access, range),
            Kind::Index { of, index, access } => self.index(of, index, *access, range),
            Kind::Has { of, name } => self.has(of, name, range),
            Kind::Call {
                function,
                receiver,
                arguments,
            } => self.call(function, receiver.as_deref(), arguments, range),
            Kind::List(elements) => self.list(elements, range),
            Kind::Map(entries) => self.map(entries, range),
            Kind::Message { name, .. } => self.refuse(messages::message_literal(name)),
            Kind::Not(operand) => {
                let operand = self.expression(operand)?;
                self.bool(&operand)?;
                self.term(TermKind::Not(Box::new(operand)), Ty::Bool, range)
            }
            Kind::Negate(operand) => {
                let operand = self.expression(operand)?;
                self.operator(Function::Negate, vec![operand], range)
            }
            Kind::Binary(Binary::And, a, b) => self.and(a, b, range),
            Kind::Binary(Binary::Or, a, b) => self.or(a, b, range),
            Kind::Binary(Binary::Function(Function::In), element, list) => {
                self.membership(element, list, range)
            }
            Kind::Binary(operator, a, b) => {
                let (a, b) = (self.expression(a), self.expression(b));
                self.binary(*operator, a?, b?, range)
            }
            Kind::Choose(condition, a, b) => self.choose(condition, a, b, range),
            Kind::Fold { .. } => self.fold(expression),
            Kind::Bind { name, value, body } => self.bind(name, value, body, range),
            Kind::Block { values, body } => self.block(values, body, range),
            Kind::OptionalMap {
                optional,
                name,
                body,
                result,
            } => self.optional_map(optional, name, body, *result, range),
        }
    }

    fn bool(&mut self, term: &Term) -> Checked<()> {
        match self.known(&term.ty) {
            Ty::Bool | Ty::Dyn | Ty::Variable(_) => Ok(()),
            Ty::Wrapper(inner) if *inner == Ty::Bool => Ok(()),
            other => self.object(messages::wrong_operand(&other, &term.range, "a bool")),
        }
    }
}

/// The type that a comprehension has, given that of its body and of what it ranges over.
fn fold_type(kind: FoldKind, element: &Ty, key: &Ty, body: &Ty) -> Ty {
    match kind {
        FoldKind::All | FoldKind::Exists | FoldKind::ExistsOne => Ty::Bool,
        FoldKind::Filter | FoldKind::SortBy => Ty::list(element.clone()),
        FoldKind::Map => Ty::list(body.clone()),
        FoldKind::TransformMap => Ty::map(key.clone(), body.clone()),
        FoldKind::TransformMapEntry => body.clone(),
    }
}

fn local_term(local: LocalId, ty: Ty, range: &Range<usize>) -> Term {
    Term {
        kind: TermKind::Local(local),
        ty,
        range: range.clone(),
    }
}

/// A type's name as a value.
fn type_term(name: &str, ty: Ty, range: &Range<usize>) -> Term {
    Term {
        kind: TermKind::Constant(Datum::Type(name.to_owned())),
        ty: Ty::Type(Box::new(ty)),
        range: range.clone(),
    }
}
