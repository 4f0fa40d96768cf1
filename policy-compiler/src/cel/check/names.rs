//! From `token.ticket.id` to a variable, and what is left to a field of a value.
//!
//! Whether a variable may be absent decides how it may be read: a plain read of what may be
//! absent does not compile in a policy, because the request without it would fail the rule.

use std::ops::Range;

use remit_engine::plan::{Datum, ElementKind, Field, Function, Presence, Slot};

use super::{Checked, Checker, messages, type_term};
use crate::cel::environment::{Chain, Resolved, Step, StepForm};
use crate::cel::issue::Issue;
use crate::cel::syntax::{Access, Expression, Kind, NameScope, Word};
use crate::cel::term::{Reading, Term, TermKind};
use crate::cel::types::Ty;
use crate::diagnostic::did_you_mean;

/// Reads an expression as a chain of names, if it is one.
pub(super) fn chain_of(expression: &Expression) -> Option<Chain> {
    let range = expression.range.clone();
    let (of, step) = match &expression.kind {
        Kind::Name { name, scope } => {
            return Some(Chain {
                root: name.clone(),
                scope: *scope,
                root_range: range.clone(),
                steps: Vec::new(),
                range,
            });
        }
        Kind::Member { of, name, access } => {
            let step = Step {
                name: name.text.clone(),
                access: *access,
                form: StepForm::Member,
                range: name.range.clone(),
            };
            (of, step)
        }
        Kind::Index { of, index, access } => match &index.kind {
            Kind::Literal(Datum::String(name)) => {
                let step = Step {
                    name: name.clone(),
                    access: *access,
                    form: StepForm::Index,
                    range: index.range.clone(),
                };
                (of, step)
            }
            _ => return None,
        },
        _ => return None,
    };
    let mut chain = chain_of(of)?;
    chain.steps.push(step);
    chain.range = range;
    Some(chain)
}

/// The names of types, which are values.
fn type_name(name: &str) -> Option<Ty> {
    Some(match name {
        "bool" => Ty::Bool,
        "bytes" => Ty::Bytes,
        "double" => Ty::Double,
        "int" => Ty::Int,
        "uint" => Ty::Uint,
        "string" => Ty::String,
        "list" => Ty::list(Ty::Dyn),
        "map" => Ty::map(Ty::Dyn, Ty::Dyn),
        "null_type" => Ty::Null,
        "type" => Ty::Type(Box::new(Ty::Dyn)),
        "optional_type" => Ty::optional(Ty::Dyn),
        "net.IP" => Ty::Ip,
        "net.CIDR" => Ty::Cidr,
        "google.protobuf.Timestamp" => Ty::Timestamp,
        "google.protobuf.Duration" => Ty::Duration,
        _ => return None,
    })
}

/// Strings, each there where its calls are: `[?(calls > 0 ? optional.of(value) : optional.none())]`.
fn touched(values: Vec<(Slot, String)>, range: &Range<usize>) -> TermKind {
    let term = |kind, ty| Term {
        kind,
        ty,
        range: range.clone(),
    };
    let elements = values.into_iter().map(|(slot, value)| {
        let calls = term(TermKind::Slot(slot, Reading::Value), Ty::Int);
        let none = Term::constant(Datum::Int(0), range.clone());
        let were = TermKind::Call(Function::Greater, vec![calls, none]);
        let value = Term::constant(Datum::String(value), range.clone());
        let ty = Ty::optional(Ty::String);
        let there = term(
            TermKind::Call(Function::OptionalOf, vec![value]),
            ty.clone(),
        );
        let absent = term(
            TermKind::Call(Function::OptionalNone, Vec::new()),
            ty.clone(),
        );
        let were = Box::new(term(were, Ty::Bool));
        let kind = TermKind::Choose(were, Box::new(there), Box::new(absent));
        (term(kind, ty), ElementKind::Optional)
    });
    TermKind::List(elements.collect())
}

impl Checker<'_> {
    /// A chain that names a variable, whole. `None` where it is something else: a local variable,
    /// or a variable with fields behind it.
    pub(super) fn chain(&mut self, expression: &Expression) -> Option<Checked<Term>> {
        let chain = chain_of(expression)?;
        if chain.scope == NameScope::Inner && self.locals.find(&chain.root).is_some() {
            return None;
        }
        match self.environment.resolve(&chain) {
            Resolved::Variable {
                slot,
                ty,
                presence,
                used,
            } if used == chain.steps.len() => {
                let reading = match self.reading(&chain, &ty, presence) {
                    Ok(reading) => reading,
                    Err(issue) => return Some(self.refuse(*issue)),
                };
                let ty = match reading {
                    Reading::Optional => Ty::optional(ty),
                    Reading::Value | Reading::Presence => ty,
                };
                Some(Ok(Term {
                    kind: TermKind::Slot(slot, reading),
                    ty,
                    range: chain.range,
                }))
            }
            Resolved::Touched { values, used } if used == chain.steps.len() => {
                let list = touched(values, &chain.range);
                Some(self.term(list, Ty::list(Ty::String), &chain.range))
            }
            Resolved::Variable { .. } | Resolved::Touched { .. } => None,
            Resolved::Group(name) => {
                let message = format!("`{name}` stands for several values");
                Some(self.refuse(messages::not_a_value(&chain.range, &message)))
            }
            Resolved::Refused(issue) => Some(self.refuse(*issue)),
            Resolved::Nothing => {
                if let Some(ty) = type_name(&chain.text()) {
                    return Some(Ok(type_term(&chain.text(), ty, &chain.range)));
                }
                let issue = self.environment.unknown(&chain);
                let locals: Vec<&str> = self.locals.names().collect();
                let near = did_you_mean(&chain.root, locals);
                Some(self.refuse(issue.help_if(near)))
            }
        }
    }

    /// How a variable is read.
    fn reading(&self, chain: &Chain, ty: &Ty, presence: Presence) -> Result<Reading, Box<Issue>> {
        if !self.is_policy() {
            return Ok(Reading::Value);
        }
        // `principal` and the like are names of optionals; there is no other way to write them.
        let is_bare = chain.steps.is_empty();
        match presence {
            _ if chain.says_optional() => Ok(Reading::Optional),
            Presence::Mandatory => Ok(Reading::Value),
            Presence::Optional if is_bare => Ok(Reading::Optional),
            Presence::Optional if self.facts.knows(chain) => Ok(Reading::Value),
            Presence::Optional => Err(Box::new(messages::optional_read(
                &chain.text(),
                &chain.text_optional(),
                ty,
                &chain.range,
            ))),
        }
    }

    /// `of.name` where that is no variable.
    pub(super) fn member(
        &mut self,
        of: &Expression,
        name: &Word,
        access: Access,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let whole = chain_of(of).map(|chain| chain.with(&name.text, &name.range));
        let of = self.expression(of)?;
        self.field(of, &name.text, &name.range, access, whole, range)
    }

    /// A field of a value.
    pub(super) fn field(
        &mut self,
        of: Term,
        name: &str,
        at: &Range<usize>,
        access: Access,
        chain: Option<Chain>,
        range: &Range<usize>,
    ) -> Checked<Term> {
        let (base, is_optional) = match self.known(&of.ty) {
            Ty::Optional(inner) => (self.known(&inner), true),
            other => (other, false),
        };
        let ty = match &base {
            Ty::Dyn | Ty::Variable(_) => Ty::Dyn,
            Ty::Map(key, value) => {
                if !matches!(self.known(key), Ty::String | Ty::Dyn | Ty::Variable(_)) {
                    return self.refuse(messages::no_member(&base, name, at));
                }
                value.as_ref().clone()
            }
            Ty::Object(fields) => match fields.iter().find(|field| field.name == name) {
                Some(field) => {
                    let guarded = is_optional || access == Access::Optional;
                    self.present_field(field, guarded, chain.as_ref(), range)?;
                    Ty::from(&field.ty)
                }
                None => {
                    let names = fields.iter().map(|field| field.name.as_str());
                    let issue = messages::no_member(&base, name, at);
                    return self.refuse(issue.help_if(did_you_mean(name, names)));
                }
            },
            other => {
                let issue = messages::no_member(other, name, at);
                return self.refuse(issue);
            }
        };
        let (kind, ty) = match (access, is_optional) {
            (Access::Plain, false) => (TermKind::Field(Box::new(of), name.to_owned()), ty),
            (Access::Plain, true) | (Access::Optional, _) => (
                TermKind::OptionalField(Box::new(of), name.to_owned()),
                Ty::optional(ty),
            ),
        };
        self.term(kind, ty, range)
    }

    /// A field that may be absent is read as one, or behind a test.
    fn present_field(
        &mut self,
        field: &Field,
        guarded: bool,
        chain: Option<&Chain>,
        range: &Range<usize>,
    ) -> Checked<()> {
        if !self.is_policy() || field.presence == Presence::Mandatory || guarded {
            return Ok(());
        }
        let known = chain.is_some_and(|chain| self.facts.knows(chain));
        if known {
            return Ok(());
        }
        let (text, optional) = match chain {
            Some(chain) => (chain.text(), chain.text_optional()),
            None => (field.name.clone(), format!("….?{}", field.name)),
        };
        let ty = Ty::from(&field.ty);
        self.object(messages::optional_read(&text, &optional, &ty, range))
    }

    /// `has(of.name)`.
    pub(super) fn has(
        &mut self,
        of: &Expression,
        name: &Word,
        range: &Range<usize>,
    ) -> Checked<Term> {
        if let Some(chain) = chain_of(of)
            && (chain.scope == NameScope::Root || self.locals.find(&chain.root).is_none())
        {
            let chain = chain.with(&name.text, &name.range);
            match self.environment.resolve(&chain) {
                Resolved::Variable { slot, used, .. } if used == chain.steps.len() => {
                    let kind = TermKind::Slot(slot, Reading::Presence);
                    return self.term(kind, Ty::Bool, range);
                }
                Resolved::Group(group) => {
                    let message = format!("`{group}` stands for several values");
                    return self.refuse(messages::not_a_value(range, &message));
                }
                Resolved::Touched { used, .. } if used == chain.steps.len() => {
                    let message = format!("`{}` is always there", chain.text());
                    let issue = messages::not_a_value(range, &message);
                    return self.refuse(issue);
                }
                Resolved::Refused(issue) => return self.refuse(*issue),
                Resolved::Variable { .. } | Resolved::Touched { .. } | Resolved::Nothing => {}
            }
        }
        let of = self.expression(of)?;
        let base = match self.known(&of.ty) {
            Ty::Optional(inner) => self.known(&inner),
            other => other,
        };
        match &base {
            Ty::Dyn | Ty::Variable(_) | Ty::Map(..) => {}
            Ty::Object(fields) => {
                let names = || fields.iter().map(|field| field.name.as_str());
                if !names().any(|known| known == name.text) {
                    let issue = messages::no_member(&base, &name.text, &name.range);
                    return self.refuse(issue.help_if(did_you_mean(&name.text, names())));
                }
            }
            other => {
                let issue = messages::no_member(other, &name.text, &name.range);
                return self.refuse(issue);
            }
        }
        let kind = TermKind::HasField(Box::new(of), name.text.clone());
        self.term(kind, Ty::Bool, range)
    }
}
