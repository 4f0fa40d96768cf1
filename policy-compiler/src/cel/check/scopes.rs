//! Local variables, and the expressions that bind them.

use std::ops::Range;

use remit_engine::plan::{Datum, FoldKind, LocalId, OptionalMapResult};

use super::messages;
use super::{Checked, Checker, fold_type, local_term};
use crate::cel::syntax::{Expression, Kind, Word};
use crate::cel::term::{FoldTerm, Term, TermKind};
use crate::cel::types::Ty;

/// Local variables in force, innermost last.
#[derive(Debug, Default)]
pub(super) struct Locals {
    bound: Vec<Bound>,
    places: u32,
}

/// A local variable.
#[derive(Debug, Clone)]
pub(super) struct Bound {
    name: String,
    pub(super) id: LocalId,
    pub(super) ty: Ty,
    /// What it is bound to, where that is a constant.
    pub(super) constant: Option<Datum>,
}

impl Locals {
    pub(super) fn places(&self) -> u32 {
        self.places
    }

    pub(super) fn find(&self, name: &str) -> Option<&Bound> {
        self.bound.iter().rev().find(|bound| bound.name == name)
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.bound.iter().map(|bound| bound.name.as_str())
    }

    fn bind(&mut self, name: &str, ty: Ty) -> LocalId {
        let id = LocalId(self.places);
        self.places += 1;
        self.bound.push(Bound {
            name: name.to_owned(),
            id,
            ty,
            constant: None,
        });
        id
    }

    /// Binds a variable to a term.
    fn bind_to(&mut self, name: &str, value: &Term) -> LocalId {
        let id = self.bind(name, value.ty.clone());
        if let Some(bound) = self.bound.last_mut() {
            bound.constant = value.as_constant().cloned();
        }
        id
    }
}

impl Checker<'_> {
    /// A local variable by its name.
    pub(super) fn local(&mut self, name: &str, range: &Range<usize>) -> Checked<Term> {
        match self.locals.find(name) {
            Some(Bound {
                ty,
                constant: Some(datum),
                ..
            }) => Ok(Term {
                kind: TermKind::Constant(datum.clone()),
                ty: ty.clone(),
                range: range.clone(),
            }),
            Some(bound) => Ok(local_term(bound.id, bound.ty.clone(), range)),
            None => self.refuse(messages::not_a_value(
                range,
                &format!("`{name}` is not a value"),
            )),
        }
    }

    /// Binds a variable.
    fn bind_local(&mut self, name: &str, ty: Ty) -> LocalId {
        self.facts.hide(name);
        self.locals.bind(name, ty)
    }

    /// Binds a variable to a term.
    fn bind_to(&mut self, name: &str, value: &Term) -> LocalId {
        self.facts.hide(name);
        self.locals.bind_to(name, value)
    }

    /// Checks something with variables bound that are gone afterwards.
    fn within<T>(&mut self, check: impl FnOnce(&mut Self) -> Checked<T>) -> Checked<T> {
        let outside = self.locals.bound.len();
        let facts = self.facts.mark();
        let result = check(self);
        self.locals.bound.truncate(outside);
        self.facts.forget(facts);
        result
    }

    pub(super) fn bind(
        &mut self,
        name: &Word,
        value: &Expression,
        body: &Expression,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let value = self.expression(value)?;
        let (local, body) = self.within(|checker| {
            let local = checker.bind_to(&name.text, &value);
            Ok((local, checker.expression(body)?))
        })?;
        let ty = body.ty.clone();
        let kind = TermKind::Bind {
            local,
            value: Box::new(value),
            body: Box::new(body),
        };
        self.term(kind, ty, range)
    }

    /// `cel.block`: a chain of bindings.
    pub(super) fn block(
        &mut self,
        values: &[Expression],
        body: &Expression,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let (bindings, body) = self.within(|checker| {
            let mut bindings = Vec::new();
            for (position, value) in values.iter().enumerate() {
                let value = checker.expression(value)?;
                let name = format!("@index{position}");
                let local = checker.bind_to(&name, &value);
                bindings.push((local, value));
            }
            Ok((bindings, checker.expression(body)?))
        })?;
        bindings.into_iter().rev().try_fold(body, |body, binding| {
            let (local, value) = binding;
            let ty = body.ty.clone();
            let kind = TermKind::Bind {
                local,
                value: Box::new(value),
                body: Box::new(body),
            };
            self.term(kind, ty, range)
        })
    }

    pub(super) fn optional_map(
        &mut self,
        optional: &Expression,
        name: &Word,
        body: &Expression,
        result: OptionalMapResult,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let optional = self.expression(optional)?;
        let inner = match self.known(&optional.ty) {
            Ty::Optional(inner) => *inner,
            Ty::Dyn | Ty::Variable(_) => Ty::Dyn,
            other => {
                let issue = messages::wrong_operand(&other, &optional.range, "an optional");
                return self.refuse(issue);
            }
        };
        let (local, body) = self.within(|checker| {
            let local = checker.bind_local(&name.text, inner);
            Ok((local, checker.expression(body)?))
        })?;
        let ty = match (result, self.known(&body.ty)) {
            (OptionalMapResult::Value, ty) => Ty::optional(ty),
            (OptionalMapResult::Optional, ty @ Ty::Optional(_)) => ty,
            (OptionalMapResult::Optional, Ty::Dyn | Ty::Variable(_)) => Ty::Dyn,
            (OptionalMapResult::Optional, other) => {
                let issue = messages::wrong_operand(&other, &body.range, "an optional");
                return self.refuse(issue);
            }
        };
        let kind = TermKind::OptionalMap {
            optional: Box::new(optional),
            local,
            body: Box::new(body),
            result,
        };
        self.term(kind, ty, range)
    }

    /// A comprehension.
    pub(super) fn fold(&mut self, expression: &Expression) -> Checked<Term> {
        let Kind::Fold {
            kind,
            word,
            range: over,
            key,
            element,
            filter,
            body,
        } = &expression.kind
        else {
            return self.refuse(messages::not_a_value(
                &expression.range,
                "not a comprehension",
            ));
        };
        let over = self.expression(over)?;
        let (first, second) = match self.known(&over.ty) {
            Ty::List(element) => (Ty::Int, *element),
            Ty::Map(key, value) => (*key, *value),
            Ty::Object(_) => (Ty::String, Ty::Dyn),
            Ty::Dyn | Ty::Variable(_) => (Ty::Dyn, Ty::Dyn),
            other => {
                let issue = messages::wrong_operand(&other, &over.range, "a list or a map");
                return self.refuse(issue.help_if(messages::optional_help(&other)));
            }
        };
        // One variable alone is a list's element or a map's key.
        let is_map = matches!(self.known(&over.ty), Ty::Map(..) | Ty::Object(_));
        let element_type = match key {
            None if is_map => first.clone(),
            _ => second,
        };
        let (key_local, element_local, filter, body) = self.within(|checker| {
            let key = key
                .as_ref()
                .map(|key| checker.bind_local(&key.text, first.clone()));
            let local = checker.bind_local(&element.text, element_type.clone());
            let filter = match filter {
                Some(filter) => {
                    let filter = checker.expression(filter)?;
                    checker.bool(&filter)?;
                    Some(filter)
                }
                None => None,
            };
            Ok((key, local, filter, checker.expression(body)?))
        })?;
        match kind {
            FoldKind::All | FoldKind::Exists | FoldKind::ExistsOne | FoldKind::Filter => {
                self.bool(&body)?;
            }
            FoldKind::TransformMapEntry => match self.known(&body.ty) {
                Ty::Map(..) | Ty::Dyn | Ty::Variable(_) => {}
                other => {
                    let issue = messages::wrong_operand(&other, &body.range, "a map");
                    self.object(issue)?;
                }
            },
            FoldKind::Map | FoldKind::TransformMap | FoldKind::SortBy => {}
        }
        let _ = word;
        let ty = fold_type(*kind, &element_type, &first, &body.ty);
        let fold = FoldTerm {
            kind: *kind,
            range: over,
            key: key_local,
            element: element_local,
            filter,
            body,
        };
        self.term(TermKind::Fold(Box::new(fold)), ty, &expression.range)
    }
}
