//! The tree of an expression as it was written, with places; macros are expanded.
//!
//! Our own, so that what checks it does not hang on the parser's way of spelling operators, and
//! so that every node knows the text that it stands for.

use std::ops::Range;

use remit_engine::plan::{Datum, ElementKind, FoldKind, Function, OptionalMapResult};

/// An expression and its bytes in the text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expression {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A constant: null, bool, int, uint, double, string or bytes.
    Literal(Datum),
    /// A variable, type or the first part of a qualified name.
    Name { name: String, scope: NameScope },
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
    /// `function(…)`, `receiver.function(…)`; `math.greatest(…)` has the receiver `math`.
    Call {
        function: Word,
        receiver: Option<Box<Expression>>,
        arguments: Vec<Expression>,
    },
    /// `[a, ?b]`.
    List(Vec<(Expression, ElementKind)>),
    /// `{a: b, ?c: d}`.
    Map(Vec<(Expression, Expression, ElementKind)>),
    /// `Type{field: value}`.
    Message {
        name: Word,
        fields: Vec<(Word, Expression, ElementKind)>,
    },
    /// `!a`.
    Not(Box<Expression>),
    /// An operator of one operand: [`Function::Negate`].
    Negate(Box<Expression>),
    /// An operator between two operands.
    Binary(Binary, Box<Expression>, Box<Expression>),
    /// `c ? a : b`.
    Choose(Box<Expression>, Box<Expression>, Box<Expression>),
    /// `range.all(x, p)` and its kind.
    Fold {
        kind: FoldKind,
        /// The macro's name, as it was written.
        word: Word,
        range: Box<Expression>,
        /// The first of two variables.
        key: Option<Word>,
        element: Word,
        /// `map(x, p, t)`: `p`.
        filter: Option<Box<Expression>>,
        body: Box<Expression>,
    },
    /// `cel.bind(name, value, body)`.
    Bind {
        name: Word,
        value: Box<Expression>,
        body: Box<Expression>,
    },
    /// `cel.block([…], body)`: each value is bound to `@index0` and so on, for those behind it and
    /// the body.
    Block {
        values: Vec<Expression>,
        body: Box<Expression>,
    },
    /// `optional.optMap(name, body)`, `optional.optFlatMap(name, body)`.
    OptionalMap {
        optional: Box<Expression>,
        name: Word,
        body: Box<Expression>,
        result: OptionalMapResult,
    },
}

/// A name and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

/// From where a name is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameScope {
    /// `name`: local variables, then the container and what is around it.
    Inner,
    /// `.name`: the outermost.
    Root,
}

/// Whether a member may be absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// It must be there.
    Plain,
    /// `.?`, `[?…]`: it may not.
    Optional,
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Binary {
    And,
    Or,
    Equal,
    NotEqual,
    /// One that is a function of the engine: `<`, `+`, `in` and the like.
    Function(Function),
}

impl Binary {
    /// As it is written.
    #[cfg(test)]
    pub(super) fn symbol(self) -> &'static str {
        match self {
            Self::And => "&&",
            Self::Or => "||",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Function(function) => function.name(),
        }
    }
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

    /// The expressions that it is made of.
    pub(super) fn parts(&self) -> Vec<&Expression> {
        match &self.kind {
            Kind::Literal(_) | Kind::Name { .. } => Vec::new(),
            Kind::Member { of, .. } | Kind::Has { of, .. } => vec![of],
            Kind::Index { of, index, .. } => vec![of, index],
            Kind::Call {
                receiver,
                arguments,
                ..
            } => receiver.as_deref().into_iter().chain(arguments).collect(),
            Kind::List(elements) => elements.iter().map(|(element, _)| element).collect(),
            Kind::Map(entries) => entries
                .iter()
                .flat_map(|(key, value, _)| [key, value])
                .collect(),
            Kind::Message { fields, .. } => fields.iter().map(|(_, value, _)| value).collect(),
            Kind::Not(a) | Kind::Negate(a) => vec![a],
            Kind::Binary(_, a, b) => vec![a, b],
            Kind::Choose(c, a, b) => vec![c, a, b],
            Kind::Fold {
                range,
                filter,
                body,
                ..
            } => {
                let mut parts: Vec<&Expression> = vec![range];
                parts.extend(filter.as_deref());
                parts.push(body);
                parts
            }
            Kind::Bind { value, body, .. } => vec![value, body],
            Kind::Block { values, body } => values.iter().chain([body.as_ref()]).collect(),
            Kind::OptionalMap { optional, body, .. } => vec![optional, body],
        }
    }
}
