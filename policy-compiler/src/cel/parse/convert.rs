//! From the parser's tree to ours.
//!
//! The parser keeps for each node the place of one token, an operator or bracket mostly, and
//! nothing of grouping brackets. From our own tokens comes the rest: a member's name, a
//! function's name, where a bracket closes, what is in brackets of its own.

use std::ops::Range;

use cel::common::ast::{
    CallExpr, EntryExpr, Expr, IdedEntryExpr, IdedExpr, LiteralValue, SelectExpr, SourceInfo,
};
use remit_engine::plan::{Datum, ElementKind};

use super::SyntaxError;
use super::macros;
use super::operator::Operator;
use super::places::Places;
use crate::cel::scan::Tokens;
use crate::cel::syntax::{Access, Expression, Kind, NameScope, Word};

/// What an expression is, and its bytes.
type Placed = (Kind, Range<usize>);

pub(super) struct Converter<'a> {
    places: Places<'a>,
    info: &'a SourceInfo,
}

impl<'a> Converter<'a> {
    pub(super) fn new(text: &'a str, tokens: &'a Tokens, info: &'a SourceInfo) -> Self {
        Self {
            places: Places { text, tokens },
            info,
        }
    }

    pub(super) fn expression(&self, tree: IdedExpr) -> Result<Expression, SyntaxError> {
        let at = self.place(tree.id);
        let (kind, range) = match tree.expr {
            Expr::Literal(value) => self.literal(value, at),
            Expr::Ident(name) => self.name(&name, at),
            Expr::Select(SelectExpr { operand, field, .. }) => {
                let of = self.boxed(*operand)?;
                self.member(of, field, at, Access::Plain)
            }
            Expr::List(list) => {
                let kinds = (0..).map(|at| kind(list.optional_indices.contains(&at)));
                let elements = self.expressions(list.elements)?;
                let list = elements.into_iter().zip(kinds).collect();
                (Kind::List(list), at..self.places.closing(at))
            }
            Expr::Map(map) => (self.map(map.entries)?, at..self.places.closing(at)),
            Expr::Struct(message) => {
                let name = Word {
                    range: self.places.qualified(&message.type_name, at),
                    text: message.type_name,
                };
                let range = name.range.start..self.places.closing(at);
                let fields = self.fields(message.entries)?;
                (Kind::Message { name, fields }, range)
            }
            Expr::Call(call) => self.call(call, at)?,
            // Nothing that parses has such a part: macros are ours.
            Expr::Comprehension(_) | Expr::Unspecified => return Err(self.unknown()),
        };
        Ok(Expression { kind, range })
    }

    fn boxed(&self, tree: IdedExpr) -> Result<Box<Expression>, SyntaxError> {
        self.expression(tree).map(Box::new)
    }

    fn expressions(&self, trees: Vec<IdedExpr>) -> Result<Vec<Expression>, SyntaxError> {
        trees
            .into_iter()
            .map(|tree| self.expression(tree))
            .collect()
    }

    fn literal(&self, value: LiteralValue, at: usize) -> Placed {
        let token = self.places.token(at);
        // The sign is part of the number, and a token of its own. `-0` does not say that it has one.
        let signed = match &value {
            LiteralValue::Int(value) => *value.inner() <= 0,
            LiteralValue::Double(value) => value.inner().is_sign_negative(),
            _ => false,
        };
        let sign = self.places.minus(at).filter(|_| signed);
        let start = sign.unwrap_or(token.start);
        let value = match value {
            LiteralValue::Boolean(value) => Datum::Bool(value.into_inner()),
            LiteralValue::Int(value) => Datum::Int(value.into_inner()),
            LiteralValue::UInt(value) => Datum::Uint(value.into_inner()),
            LiteralValue::Double(value) => Datum::Double(value.into_inner()),
            LiteralValue::String(value) => Datum::String(value.into_inner()),
            LiteralValue::Bytes(value) => Datum::Bytes(value.into_inner()),
            LiteralValue::Null => Datum::Null,
        };
        (Kind::Literal(value), start..token.end)
    }

    fn name(&self, name: &str, at: usize) -> Placed {
        let token = self.places.token(at);
        let (name, scope, start) = match name.strip_prefix('.') {
            Some(name) => {
                let dot = self.places.before(at);
                let start = dot.map_or(token.start, |dot| dot.start);
                (name, NameScope::Root, start)
            }
            None => (name, NameScope::Inner, token.start),
        };
        let name = name.to_owned();
        (Kind::Name { name, scope }, start..token.end)
    }

    /// A member, whose place is the dot.
    fn member(&self, of: Box<Expression>, name: String, dot: usize, access: Access) -> Placed {
        let behind = match access {
            Access::Plain => 1,
            Access::Optional => 2,
        };
        let range = self.places.behind(dot, behind);
        let whole = self.places.grouped(&of.range).start..range.end;
        let name = Word { text: name, range };
        (Kind::Member { of, name, access }, whole)
    }

    fn map(&self, entries: Vec<IdedEntryExpr>) -> Result<Kind, SyntaxError> {
        let entries = entries.into_iter().map(|entry| match entry.expr {
            EntryExpr::MapEntry(entry) => {
                let key = self.expression(entry.key)?;
                let value = self.expression(entry.value)?;
                Ok((key, value, kind(entry.optional)))
            }
            EntryExpr::StructField(_) => Err(self.unknown()),
        });
        entries.collect::<Result<_, _>>().map(Kind::Map)
    }

    fn fields(
        &self,
        entries: Vec<IdedEntryExpr>,
    ) -> Result<Vec<(Word, Expression, ElementKind)>, SyntaxError> {
        let fields = entries.into_iter().map(|entry| match entry.expr {
            EntryExpr::StructField(field) => {
                let colon = self.place(entry.id);
                let name = Word {
                    text: field.field,
                    range: self.places.before(colon).unwrap_or(colon..colon),
                };
                let value = self.expression(field.value)?;
                Ok((name, value, kind(field.optional)))
            }
            EntryExpr::MapEntry(_) => Err(self.unknown()),
        });
        fields.collect()
    }

    fn call(&self, call: CallExpr, at: usize) -> Result<Placed, SyntaxError> {
        let CallExpr {
            func_name,
            target,
            args,
        } = call;
        if target.is_none()
            && let Some(operator) = Operator::named(&func_name)
        {
            let operands = self.expressions(args)?;
            return self
                .operator(operator, operands, at)
                .ok_or_else(|| self.unknown());
        }
        let arguments = self.expressions(args)?;
        let end = self.places.closing(at);
        let range = self.places.before(at).unwrap_or(at..at);
        // `.f(…)` names the outermost `f`; there are no others.
        let name = func_name.strip_prefix('.');
        let function = Word {
            text: name.unwrap_or(&func_name).to_owned(),
            range: range.clone(),
        };
        let start = match name {
            Some(_) => self.places.before(range.start).unwrap_or(range).start,
            None => range.start,
        };
        let receiver = target.map(|target| self.boxed(*target)).transpose()?;
        let start = receiver
            .as_ref()
            .map_or(start, |receiver| self.places.grouped(&receiver.range).start);
        let call = macros::Call {
            function,
            receiver,
            arguments,
        };
        let kind = match name {
            // No macro goes by that name.
            Some(_) => call.plain(),
            None => call.expand()?,
        };
        Ok((kind, start..end))
    }

    fn operator(&self, operator: Operator, operands: Vec<Expression>, at: usize) -> Option<Placed> {
        let mut operands = operands.into_iter().map(Box::new);
        let first = operands.next()?;
        let inner = match operator {
            // The brackets around the operator are not its operand's.
            Operator::Not | Operator::Negate => self.places.grouped_behind(at, &first.range),
            _ => self.places.grouped(&first.range),
        };
        // A sign that comes twice is none, and is not in the tree: `--a + b`.
        let start = self.places.signed(inner.start);
        Some(match operator {
            Operator::Not => (Kind::Not(first), at..inner.end),
            Operator::Negate => (Kind::Negate(first), at..inner.end),
            Operator::Member => match operands.next()?.kind {
                Kind::Literal(Datum::String(name)) => {
                    self.member(first, name, at, Access::Optional)
                }
                _ => return None,
            },
            Operator::Index(access) => {
                let index = operands.next()?;
                let of = first;
                let range = inner.start..self.places.closing(at);
                (Kind::Index { of, index, access }, range)
            }
            Operator::Binary(binary) => {
                let second = operands.next()?;
                let range = start..self.places.grouped(&second.range).end;
                (Kind::Binary(binary, first, second), range)
            }
            Operator::Choose => {
                let (second, third) = (operands.next()?, operands.next()?);
                let range = start..self.places.grouped(&third.range).end;
                (Kind::Choose(first, second, third), range)
            }
        })
    }

    fn place(&self, id: u64) -> usize {
        self.info
            .offset_for(id)
            .map_or(0, |(start, _)| start as usize)
    }

    fn unknown(&self) -> SyntaxError {
        SyntaxError::Other {
            range: 0..self.places.tokens.end(),
        }
    }
}

fn kind(optional: bool) -> ElementKind {
    if optional {
        ElementKind::Optional
    } else {
        ElementKind::Plain
    }
}
