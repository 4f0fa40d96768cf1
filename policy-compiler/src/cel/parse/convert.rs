//! From the parser's tree to ours.
//!
//! The parser keeps for each node the place of one token, an operator or bracket mostly. From
//! our own tokens comes the rest: a member's name, a function's name, where a bracket closes.

use std::ops::Range;

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SourceInfo, operators};
use remit_engine::plan::{Operator, Ordering, Scalar};

use super::SyntaxError;
use crate::cel::scan::Tokens;
use crate::cel::syntax::{Access, Binary, Expression, Kind, Unsupported, Word};

pub(super) struct Converter<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a Tokens,
    pub(super) info: &'a SourceInfo,
}

impl Converter<'_> {
    pub(super) fn expression(&self, tree: IdedExpr) -> Result<Expression, SyntaxError> {
        let at = self.place(tree.id);
        let (kind, range) = match tree.expr {
            Expr::Literal(literal) => (self.literal(literal), self.token(at.start)),
            Expr::Ident(name) => {
                let range = self.token(at.start);
                (Kind::Name(name.trim_start_matches('.').to_owned()), range)
            }
            Expr::Select(select) => {
                let of = Box::new(self.expression(*select.operand)?);
                if select.test {
                    // The place is the bracket behind `has`.
                    let range = self.call_range(at.start);
                    let name = Word {
                        text: select.field,
                        range: self.before(range.end - 1),
                    };
                    (Kind::Has { of, name }, range)
                } else {
                    self.member(of, select.field, at.start, Access::Plain)
                }
            }
            Expr::List(list) => {
                let range = at.start..self.closing(at.start);
                if !list.optional_indices.is_empty() {
                    (Kind::Unsupported(Unsupported::OptionalElement), range)
                } else {
                    (Kind::List(self.expressions(list.elements)?), range)
                }
            }
            Expr::Map(_) => (
                Kind::Unsupported(Unsupported::Map),
                at.start..self.closing(at.start),
            ),
            Expr::Struct(_) => (
                Kind::Unsupported(Unsupported::Message),
                at.start..self.closing(at.start),
            ),
            Expr::Comprehension(_) => {
                let function = self.function(at.start);
                let range = self.call_range(at.start);
                (
                    Kind::Unsupported(Unsupported::Comprehension(function)),
                    range,
                )
            }
            Expr::Call(call) => self.call(call, at.start)?,
            Expr::Unspecified => {
                return Err(SyntaxError::Other {
                    range: 0..self.text.len(),
                    text: "a part of it cannot be parsed".to_owned(),
                });
            }
        };
        Ok(Expression { kind, range })
    }

    fn expressions(&self, trees: Vec<IdedExpr>) -> Result<Vec<Expression>, SyntaxError> {
        trees
            .into_iter()
            .map(|tree| self.expression(tree))
            .collect()
    }

    fn literal(&self, literal: LiteralValue) -> Kind {
        match literal {
            LiteralValue::Boolean(value) => Kind::Literal(Scalar::Bool(value.into_inner())),
            LiteralValue::Int(value) => Kind::Literal(Scalar::Int(value.into_inner())),
            LiteralValue::Double(value) => Kind::Literal(Scalar::Double(value.into_inner())),
            LiteralValue::String(value) => Kind::Literal(Scalar::String(value.into_inner())),
            LiteralValue::Bytes(_) => Kind::Unsupported(Unsupported::Bytes),
            LiteralValue::UInt(_) => Kind::Unsupported(Unsupported::Unsigned),
            LiteralValue::Null => Kind::Unsupported(Unsupported::Null),
        }
    }

    fn call(&self, call: CallExpr, at: usize) -> Result<(Kind, Range<usize>), SyntaxError> {
        if let Some(receiver) = call.target {
            let receiver = self.expression(*receiver)?;
            let range = receiver.range.start..self.closing(at);
            let arguments = self.expressions(call.args)?;
            let function = self.function(at);
            return Ok((
                Kind::Call {
                    function,
                    receiver: Some(Box::new(receiver)),
                    arguments,
                },
                range,
            ));
        }
        let operator = call.func_name.as_str();
        let known = matches!(
            operator,
            operators::CONDITIONAL
                | operators::LOGICAL_NOT
                | operators::NEGATE
                | operators::INDEX
                | operators::OPT_INDEX
                | operators::OPT_SELECT
        ) || binary(operator).is_some();
        let mut operands = self.expressions(call.args)?.into_iter();
        if !known {
            let function = self.function(at);
            let range = self.call_range(at);
            let arguments = operands.collect();
            return Ok((
                Kind::Call {
                    function,
                    receiver: None,
                    arguments,
                },
                range,
            ));
        }
        let missing = || SyntaxError::Other {
            range: at..at,
            text: "an operand is missing".to_owned(),
        };
        let first = Box::new(operands.next().ok_or_else(missing)?);
        if operator == operators::LOGICAL_NOT || operator == operators::NEGATE {
            let range = at..first.range.end;
            let kind = match operator {
                operators::NEGATE => Kind::Negate(first),
                _ => Kind::Not(first),
            };
            return Ok((kind, range));
        }
        let second = Box::new(operands.next().ok_or_else(missing)?);
        let start = first.range.start;
        Ok(match (operator, binary(operator)) {
            (_, Some(binary)) => {
                let range = start..second.range.end;
                (Kind::Binary(binary, first, second), range)
            }
            (operators::CONDITIONAL, None) => {
                let third = Box::new(operands.next().ok_or_else(missing)?);
                let range = start..third.range.end;
                (Kind::Choose(first, second, third), range)
            }
            (operators::OPT_SELECT, None) => match second.kind {
                Kind::Literal(Scalar::String(name)) => {
                    self.member(first, name, at, Access::Optional)
                }
                _ => return Err(missing()),
            },
            (_, None) => {
                let access = match operator {
                    operators::OPT_INDEX => Access::Optional,
                    _ => Access::Plain,
                };
                (
                    Kind::Index {
                        of: first,
                        index: second,
                        access,
                    },
                    start..self.closing(at),
                )
            }
        })
    }

    /// A member, whose place is the dot.
    fn member(
        &self,
        of: Box<Expression>,
        name: String,
        dot: usize,
        access: Access,
    ) -> (Kind, Range<usize>) {
        let behind = match access {
            Access::Plain => 1,
            Access::Optional => 2,
        };
        let position = self.tokens.at(dot).map(|dot| dot + behind);
        let token = position.and_then(|position| self.tokens.get(position));
        let range = token.map_or(dot..dot + 1, |token| token.range.clone());
        let whole = of.range.start..range.end;
        (
            Kind::Member {
                of,
                name: Word { text: name, range },
                access,
            },
            whole,
        )
    }

    /// The name before a call's bracket.
    fn function(&self, bracket: usize) -> Word {
        let range = self.before(bracket);
        Word {
            text: self.text.get(range.clone()).unwrap_or("").to_owned(),
            range,
        }
    }

    /// The token before the one at an offset.
    fn before(&self, offset: usize) -> Range<usize> {
        let position = self
            .tokens
            .at(offset)
            .and_then(|position| position.checked_sub(1));
        let token = position.and_then(|position| self.tokens.get(position));
        token.map_or(offset..offset, |token| token.range.clone())
    }

    fn call_range(&self, bracket: usize) -> Range<usize> {
        self.function(bracket).range.start..self.closing(bracket)
    }

    fn place(&self, id: u64) -> Range<usize> {
        let (start, stop) = self.info.offset_for(id).unwrap_or((0, 0));
        start as usize..stop as usize + 1
    }

    /// The bytes of the token at an offset.
    fn token(&self, offset: usize) -> Range<usize> {
        let token = self
            .tokens
            .at(offset)
            .and_then(|position| self.tokens.get(position));
        token.map_or(offset..offset, |token| token.range.clone())
    }

    /// Where the bracket at an offset closes.
    fn closing(&self, bracket: usize) -> usize {
        let position = self.tokens.at(bracket);
        position
            .and_then(|position| self.tokens.closing(position))
            .unwrap_or(bracket + 1)
    }
}

fn binary(operator: &str) -> Option<Binary> {
    Some(match operator {
        operators::LOGICAL_AND => Binary::And,
        operators::LOGICAL_OR => Binary::Or,
        operators::EQUALS => Binary::Equal,
        operators::NOT_EQUALS => Binary::NotEqual,
        operators::LESS => Binary::Compare(Ordering::Less),
        operators::LESS_EQUALS => Binary::Compare(Ordering::LessOrEqual),
        operators::GREATER => Binary::Compare(Ordering::Greater),
        operators::GREATER_EQUALS => Binary::Compare(Ordering::GreaterOrEqual),
        operators::ADD => Binary::Arithmetic(Operator::Add),
        operators::SUBSTRACT => Binary::Arithmetic(Operator::Subtract),
        operators::MULTIPLY => Binary::Arithmetic(Operator::Multiply),
        operators::DIVIDE => Binary::Arithmetic(Operator::Divide),
        operators::MODULO => Binary::Arithmetic(Operator::Remainder),
        operators::IN => Binary::In,
        _ => return None,
    })
}
