//! Operators.

use std::ops::Range;

use remit_engine::plan::{Datum, Function};

use super::facts::When;
use super::{Checked, Checker, messages};
use crate::cel::declarations;
use crate::cel::syntax::{Binary, Expression};
use crate::cel::term::{Term, TermKind};
use crate::cel::types::Ty;

impl Checker<'_> {
    /// An operator between two operands that are looked at both.
    pub(super) fn binary(
        &mut self,
        operator: Binary,
        a: Term,
        b: Term,
        range: &Range<usize>,
    ) -> Checked<Term> {
        match operator {
            Binary::And => self.joined(TermKind::And, a, b, range),
            Binary::Or => self.joined(TermKind::Or, a, b, range),
            Binary::Equal => self.equal(TermKind::Equal, a, b, range),
            Binary::NotEqual => self.equal(TermKind::NotEqual, a, b, range),
            Binary::Function(function) => self.operator(function, vec![a, b], range),
        }
    }

    /// `a && b`: `b` may rest on what `a` asked.
    pub(super) fn and(
        &mut self,
        a: &Expression,
        b: &Expression,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let first = self.expression(a);
        let second = self.knowing(a, When::True, b);
        self.joined(TermKind::And, first?, second?, range)
    }

    /// `a || b`: `b` may rest on what `a` denied.
    pub(super) fn or(
        &mut self,
        a: &Expression,
        b: &Expression,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let first = self.expression(a);
        let second = self.knowing(a, When::False, b);
        self.joined(TermKind::Or, first?, second?, range)
    }

    /// Checks an expression that is looked at only where another came to something.
    fn knowing(&mut self, fact: &Expression, when: When, then: &Expression) -> Checked<Term> {
        let known = self.facts.mark();
        self.facts.learn(fact, when);
        let term = self.expression(then);
        self.facts.forget(known);
        term
    }

    fn joined(
        &mut self,
        kind: fn(Box<Term>, Box<Term>) -> TermKind,
        a: Term,
        b: Term,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let (first, second) = (self.bool(&a), self.bool(&b));
        first.and(second)?;
        if self.is_policy() {
            self.reachable(&kind(Box::new(a.clone()), Box::new(b.clone())))?;
        }
        self.term(kind(Box::new(a), Box::new(b)), Ty::Bool, range)
    }

    /// A constant side that decides hides the other, unless that is constant too.
    fn reachable(&mut self, joined: &TermKind) -> Checked<()> {
        let (a, b, decisive) = match joined {
            TermKind::And(a, b) => (a, b, false),
            TermKind::Or(a, b) => (a, b, true),
            _ => return Ok(()),
        };
        for (side, other) in [(a, b), (b, a)] {
            if side.constant_bool() == Some(decisive) && other.as_constant().is_none() {
                let symbol = if decisive { "||" } else { "&&" };
                return self.object(messages::makes_no_difference(
                    &other.range,
                    symbol,
                    decisive,
                ));
            }
        }
        Ok(())
    }

    /// `condition ? a : b`.
    pub(super) fn choose(
        &mut self,
        condition: &Expression,
        a: &Expression,
        b: &Expression,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let checked = self.expression(condition);
        let first = self.knowing(condition, When::True, a);
        let second = self.knowing(condition, When::False, b);
        let (condition, a, b) = (checked?, first?, second?);
        self.bool(&condition)?;
        if self.is_policy()
            && let Some(value) = condition.constant_bool()
        {
            let unreachable = if value { &b } else { &a };
            return self.refuse(messages::unreachable(&unreachable.range, value));
        }
        let joined = self.inference.join(&a.ty, &b.ty);
        let Some(ty) = joined.or_else(|| self.is_unchecked().then_some(Ty::Dyn)) else {
            let why = "both branches of `? :` must have one type";
            return self.mismatch(&a, &b, range, why);
        };
        let kind = TermKind::Choose(Box::new(condition), Box::new(a), Box::new(b));
        self.term(kind, ty, range)
    }

    pub(super) fn equal(
        &mut self,
        kind: fn(Box<Term>, Box<Term>) -> TermKind,
        a: Term,
        b: Term,
        range: &Range<usize>,
    ) -> Checked<Term> {
        self.both_present(&a, &b)?;
        if !self.can_equal(&a.ty, &b.ty) {
            return self.mismatch(&a, &b, range, "they can never be equal");
        }
        self.term(kind(Box::new(a), Box::new(b)), Ty::Bool, range)
    }

    /// Whether values of two types can be equal. JSON does not tell ints from doubles, so that in
    /// policies numbers of any type can be.
    pub(super) fn can_equal(&mut self, a: &Ty, b: &Ty) -> bool {
        if self.is_unchecked() || self.inference.join(a, b).is_some() {
            return true;
        }
        let (a, b) = (self.known(a), self.known(b));
        match (&a, &b) {
            (Ty::List(a), Ty::List(b)) if self.is_policy() => self.can_equal(a, b),
            _ => self.is_policy() && a.is_number() && b.is_number(),
        }
    }

    /// In a policy, neither is an optional: comparing it with a value would never hold.
    pub(super) fn both_present(&mut self, a: &Term, b: &Term) -> Checked<()> {
        if !self.is_policy() {
            return Ok(());
        }
        let mut result = Ok(());
        for term in [a, b] {
            if let ty @ Ty::Optional(_) = self.known(&term.ty) {
                let issue = messages::wrong_operand(&ty, &term.range, "a value");
                result = self.object(issue.help_if(messages::optional_help(&ty)));
            }
        }
        result
    }

    /// An operator that is a function of the engine.
    pub(super) fn operator(
        &mut self,
        function: Function,
        operands: Vec<Term>,
        range: &Range<usize>,
    ) -> Checked<Term> {
        if let [a, b] = operands.as_slice()
            && !matches!(function, Function::Index | Function::OptionalIndex)
        {
            self.both_present(a, b)?;
        }
        if self.is_policy()
            && let Some(why) = fails_always(function, &operands)
        {
            return self.refuse(messages::always_fails(range, why));
        }
        let Some(declaration) = declarations::operator(function) else {
            return self.refuse(messages::not_a_value(range, "no such operator"));
        };
        let types: Vec<Ty> = operands.iter().map(|one| self.known(&one.ty)).collect();
        let results: Vec<Ty> = declaration
            .overloads
            .iter()
            .filter_map(|one| self.inference.call(&types, &one.parameters, &one.result))
            .collect();
        let Some(ty) = self.one_result(results) else {
            if self.is_unchecked() {
                return self.term(TermKind::Call(function, operands), Ty::Dyn, range);
            }
            if let [a, b] = operands.as_slice() {
                let symbol = function.name();
                let has_order = declaration.overloads.len() > 10;
                let why = if has_order && symbol != "+" {
                    "they have no order".to_owned()
                } else {
                    format!("`{symbol}` does not take them")
                };
                return self.mismatch_among(a, b, range, &why, declaration);
            }
            let issue = messages::no_overload(declaration, &types, range);
            return self.refuse(issue);
        };
        self.term(TermKind::Call(function, operands), ty, range)
    }

    /// The type of a call that several overloads take: theirs, if they agree.
    pub(super) fn one_result(&self, results: Vec<Ty>) -> Option<Ty> {
        let mut results = results.iter().map(|ty| self.known(ty));
        let first = results.next()?;
        Some(if results.all(|other| other == first) {
            first
        } else {
            Ty::Dyn
        })
    }

    /// Two operands that do not go together.
    pub(super) fn mismatch(
        &mut self,
        a: &Term,
        b: &Term,
        range: &Range<usize>,
        why: &str,
    ) -> Checked<Term> {
        let (a, b) = (self.known(&a.ty), self.known(&b.ty));
        self.refuse(messages::mismatch(&a, &b, range, why))
    }

    fn mismatch_among(
        &mut self,
        a: &Term,
        b: &Term,
        range: &Range<usize>,
        why: &str,
        declaration: &declarations::Declaration,
    ) -> Checked<Term> {
        let types = [self.known(&a.ty), self.known(&b.ty)];
        let [first, second] = &types;
        let issue = messages::mismatch(first, second, range, why);
        let help = issue.help.clone();
        let close = messages::close_overloads(declaration, &types);
        self.refuse(issue.help_if(close).help_if(help))
    }
}

/// Why an operation fails whatever its other operand is.
fn fails_always(function: Function, operands: &[Term]) -> Option<&'static str> {
    let second = operands.get(1).and_then(Term::as_constant)?;
    match (function, second) {
        (Function::Divide | Function::Remainder, Datum::Int(0) | Datum::Uint(0)) => {
            Some("division by zero")
        }
        (Function::Index, Datum::Int(index)) if *index < 0 => {
            match operands.first().map(|of| &of.ty) {
                Some(Ty::List(_)) => Some("a list has no such element"),
                _ => None,
            }
        }
        _ => None,
    }
}
