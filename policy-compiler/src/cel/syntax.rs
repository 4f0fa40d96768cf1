//! The tree of a condition as it was written, with places.
//!
//! Our own, so that what checks it does not hang on the parser's way of spelling operators, and
//! so that every node knows the text that it stands for.

use std::ops::Range;

use remit_engine::plan::{Operator, Ordering, Scalar};

/// An expression and its bytes in the condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expression {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A constant.
    Literal(Scalar),
    /// A variable.
    Name(String),
    /// `of.name`, `of.?name`.
    Member {
        of: Box<Expression>,
        name: Word,
        access: Access,
    },
    /// `of[index]`, `of[?index]`.
    Index {
        of: Box<Expression>,
        index: Box<Expression>,
        access: Access,
    },
    /// `has(of.name)`.
    Has { of: Box<Expression>, name: Word },
    /// `function(…)`, `receiver.function(…)`.
    Call {
        function: Word,
        receiver: Option<Box<Expression>>,
        arguments: Vec<Expression>,
    },
    /// `[…]`.
    List(Vec<Expression>),
    /// `!a`.
    Not(Box<Expression>),
    /// `-a`.
    Negate(Box<Expression>),
    /// An operator between two operands.
    Binary(Binary, Box<Expression>, Box<Expression>),
    /// `c ? a : b`.
    Choose(Box<Expression>, Box<Expression>, Box<Expression>),
    /// What this version does not have.
    Unsupported(Unsupported),
}

/// A name and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

/// Whether a member may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// It must be there.
    Plain,
    /// `.?`: it may not.
    Optional,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    And,
    Or,
    Equal,
    NotEqual,
    Compare(Ordering),
    Arithmetic(Operator),
    In,
}

impl Binary {
    /// As it is written.
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::And => "&&",
            Self::Or => "||",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::In => "in",
            Self::Compare(Ordering::Less) => "<",
            Self::Compare(Ordering::LessOrEqual) => "<=",
            Self::Compare(Ordering::Greater) => ">",
            Self::Compare(Ordering::GreaterOrEqual) => ">=",
            Self::Arithmetic(Operator::Add) => "+",
            Self::Arithmetic(Operator::Subtract) => "-",
            Self::Arithmetic(Operator::Multiply) => "*",
            Self::Arithmetic(Operator::Divide) => "/",
            Self::Arithmetic(Operator::Remainder) => "%",
        }
    }
}

/// Parts of CEL that this version does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unsupported {
    /// `all`, `exists` and the like.
    Comprehension(Word),
    /// `{…}`.
    Map,
    /// `Type{…}`.
    Message,
    /// `b'…'`.
    Bytes,
    /// `1u`.
    Unsigned,
    /// `null`.
    Null,
    /// `[?…]`.
    OptionalElement,
}

impl Expression {
    /// How deep the tree is, a leaf being 1.
    pub(super) fn depth(&self) -> usize {
        1 + self
            .parts()
            .into_iter()
            .map(Expression::depth)
            .max()
            .unwrap_or(0)
    }

    fn parts(&self) -> Vec<&Expression> {
        match &self.kind {
            Kind::Literal(_) | Kind::Name(_) | Kind::Unsupported(_) => Vec::new(),
            Kind::Member { of, .. } | Kind::Has { of, .. } => vec![of],
            Kind::Index { of, index, .. } => vec![of, index],
            Kind::Call {
                receiver,
                arguments,
                ..
            } => receiver.as_deref().into_iter().chain(arguments).collect(),
            Kind::List(elements) => elements.iter().collect(),
            Kind::Not(a) | Kind::Negate(a) => vec![a],
            Kind::Binary(_, a, b) => vec![a, b],
            Kind::Choose(c, a, b) => vec![c, a, b],
        }
    }
}
