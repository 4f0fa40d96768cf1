//! Operators, as the parser has them.

use cel::common::ast::operators;
use remit_engine::plan::Function;

use crate::cel::syntax::{Access, Binary};

/// What the parser writes as a call of a function with a name of its own.
#[derive(Clone, Copy)]
pub(super) enum Operator {
    Not,
    Negate,
    /// `.?`
    Member,
    Index(Access),
    Binary(Binary),
    Choose,
}

impl Operator {
    pub(super) fn named(name: &str) -> Option<Self> {
        let binary = match name {
            operators::LOGICAL_NOT => return Some(Self::Not),
            operators::NEGATE => return Some(Self::Negate),
            operators::OPT_SELECT => return Some(Self::Member),
            operators::INDEX => return Some(Self::Index(Access::Plain)),
            operators::OPT_INDEX => return Some(Self::Index(Access::Optional)),
            operators::CONDITIONAL => return Some(Self::Choose),
            operators::LOGICAL_AND => Binary::And,
            operators::LOGICAL_OR => Binary::Or,
            operators::EQUALS => Binary::Equal,
            operators::NOT_EQUALS => Binary::NotEqual,
            operators::LESS => Binary::Function(Function::Less),
            operators::LESS_EQUALS => Binary::Function(Function::LessOrEqual),
            operators::GREATER => Binary::Function(Function::Greater),
            operators::GREATER_EQUALS => Binary::Function(Function::GreaterOrEqual),
            operators::ADD => Binary::Function(Function::Add),
            operators::SUBSTRACT => Binary::Function(Function::Subtract),
            operators::MULTIPLY => Binary::Function(Function::Multiply),
            operators::DIVIDE => Binary::Function(Function::Divide),
            operators::MODULO => Binary::Function(Function::Remainder),
            operators::IN => Binary::Function(Function::In),
            _ => return None,
        };
        Some(Self::Binary(binary))
    }
}
