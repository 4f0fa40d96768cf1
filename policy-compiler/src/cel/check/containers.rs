//! Lists, maps, indices and membership.

use std::ops::Range;

use remit_engine::plan::{Datum, ElementKind, Function};

use super::{Checked, Checker, messages, names::chain_of};
use crate::cel::environment::Resolved;
use crate::cel::syntax::{Access, Expression, Kind};
use crate::cel::term::{Reading, Term, TermKind};
use crate::cel::types::Ty;

impl Checker<'_> {
    /// A list literal: in a policy, of elements of one type.
    pub(super) fn list(
        &mut self,
        elements: &[(Expression, ElementKind)],
        range: &Range<usize>,
    ) -> Checked<Term> {
        let terms = self.expressions(elements.iter().map(|(element, _)| element))?;
        let kinds = elements.iter().map(|(_, kind)| *kind);
        let terms: Vec<(Term, ElementKind)> = terms.into_iter().zip(kinds).collect();
        let element = self.common(&terms, range)?;
        self.term(TermKind::List(terms), Ty::list(element), range)
    }

    /// The one type of several terms.
    fn common(&mut self, terms: &[(Term, ElementKind)], range: &Range<usize>) -> Checked<Ty> {
        let mut common: Option<(Ty, &Term)> = None;
        for (term, kind) in terms {
            let ty = match (kind, self.known(&term.ty)) {
                (ElementKind::Plain, ty) => ty,
                (ElementKind::Optional, Ty::Optional(inner)) => *inner,
                (ElementKind::Optional, Ty::Dyn | Ty::Variable(_)) => Ty::Dyn,
                (ElementKind::Optional, other) => {
                    let issue = messages::wrong_operand(&other, &term.range, "an optional");
                    self.object(issue)?;
                    Ty::Dyn
                }
            };
            common = Some(match common {
                None => (ty, term),
                Some((so_far, first)) => match self.inference.join(&so_far, &ty) {
                    Some(joined) => (joined, first),
                    None if self.is_policy() => {
                        let range = first.range.start..term.range.end;
                        let why = "elements must have one type";
                        let _ = self.mismatch(first, term, &range, why)?;
                        (Ty::Dyn, first)
                    }
                    None => (Ty::Dyn, first),
                },
            });
        }
        let _ = range;
        Ok(match common {
            Some((ty, _)) => ty,
            None => self.inference.fresh(),
        })
    }

    /// A map literal.
    pub(super) fn map(
        &mut self,
        entries: &[(Expression, Expression, ElementKind)],
        range: &Range<usize>,
    ) -> Checked<Term> {
        let mut made = Vec::with_capacity(entries.len());
        for (key, value, kind) in entries {
            let (key, value) = (self.expression(key), self.expression(value));
            made.push((key?, value?, *kind));
        }
        let keys: Vec<(Term, ElementKind)> = made
            .iter()
            .map(|(key, _, _)| (key.clone(), ElementKind::Plain))
            .collect();
        let values: Vec<(Term, ElementKind)> = made
            .iter()
            .map(|(_, value, kind)| (value.clone(), *kind))
            .collect();
        let ty = Ty::map(self.common(&keys, range)?, self.common(&values, range)?);
        self.term(TermKind::Map(made), ty, range)
    }

    /// `of[index]`, `of[?index]`.
    pub(super) fn index(
        &mut self,
        of: &Expression,
        index: &Expression,
        access: Access,
        range: &Range<usize>,
    ) -> Checked<Term> {
        if let Some(chain) = chain_of(of)
            && self.locals.find(&chain.root).is_none()
            && let Resolved::Group(group) = self.environment.resolve(&chain)
        {
            self.expression(index)?;
            return self.refuse(messages::computed_member(&group, &index.range));
        }
        let whole = match &index.kind {
            Kind::Literal(Datum::String(name)) => {
                chain_of(of).map(|chain| chain.with(name, &index.range))
            }
            _ => None,
        };
        let (of, index) = (self.expression(of), self.expression(index));
        let (of, index) = (of?, index?);
        let base = match self.known(&of.ty) {
            Ty::Optional(inner) => self.known(&inner),
            other => other,
        };
        // A field of an object by its name is a field.
        if let (Ty::Object(_), Some(name)) = (&base, index.constant_text()) {
            let name = name.to_owned();
            let at = index.range.clone();
            return self.field(of, &name, &at, access, whole, range);
        }
        if matches!(base, Ty::Object(_)) {
            return self.refuse(messages::computed_member("the object", &index.range));
        }
        let function = match access {
            Access::Plain => Function::Index,
            Access::Optional => Function::OptionalIndex,
        };
        if self.is_policy()
            && !matches!(base, Ty::List(_) | Ty::Map(..) | Ty::Dyn | Ty::Variable(_))
        {
            return self.refuse(messages::wrong_operand(&base, &of.range, "a list or a map"));
        }
        // Numbers of any type find a list's element where the index is whole.
        self.operator(function, vec![of, index], range)
    }

    /// `element in list`.
    pub(super) fn membership(
        &mut self,
        element: &Expression,
        list: &Expression,
        range: &Range<usize>,
    ) -> Checked<Term> {
        if let Some(chain) = chain_of(list)
            && self.locals.find(&chain.root).is_none()
            && let Resolved::Group(group) = self.environment.resolve(&chain)
        {
            // `'x-name' in request.headers`.
            let key = self.expression(element)?;
            let Some(name) = key.constant_text().map(str::to_owned) else {
                return self.refuse(messages::computed_member(&group, &element.range));
            };
            let chain = chain.with(&name, &element.range);
            return match self.environment.resolve(&chain) {
                Resolved::Variable { slot, .. } => {
                    let kind = TermKind::Slot(slot, Reading::Presence);
                    self.term(kind, Ty::Bool, range)
                }
                Resolved::Refused(issue) => self.refuse(*issue),
                Resolved::Group(_) | Resolved::Touched { .. } | Resolved::Nothing => {
                    self.refuse(messages::computed_member(&group, &element.range))
                }
            };
        }
        let (element, list) = (self.expression(element), self.expression(list));
        let (element, list) = (element?, list?);
        self.both_present(&element, &list)?;
        let elements = match self.known(&list.ty) {
            Ty::List(inner) => Some(*inner),
            Ty::Map(key, _) => Some(*key),
            Ty::Object(_) => Some(Ty::String),
            Ty::Dyn | Ty::Variable(_) => None,
            other => {
                let issue = messages::wrong_operand(&other, &list.range, "a list or a map");
                return self.refuse(issue);
            }
        };
        if let Some(elements) = elements
            && !self.can_equal(&element.ty, &elements)
        {
            return self.mismatch(&element, &list, range, "it can never be in there");
        }
        let kind = TermKind::Call(Function::In, vec![element, list]);
        self.term(kind, Ty::Bool, range)
    }
}
