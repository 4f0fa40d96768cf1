//! Macros, on our own tree: what binds a variable or takes its operand as it is written.
//!
//! The parser's own would take a variable only where it is a plain word, and `cel.iterVar(0, 0)`
//! names one too: operands are expanded first, so that it is a name when its macro is. A call
//! with another number of operands than any macro has stays a call.

mod operands;

use remit_engine::plan::{FoldKind, OptionalMapResult};

use super::SyntaxError;
use crate::cel::syntax::{Expression, Kind, NameScope, Word};
use operands::Operands;

/// A call, as it is written.
pub(super) struct Call {
    pub(super) function: Word,
    pub(super) receiver: Option<Box<Expression>>,
    pub(super) arguments: Vec<Expression>,
}

impl Call {
    /// What it is if no macro is.
    pub(super) fn plain(self) -> Kind {
        let Self {
            function,
            receiver,
            arguments,
        } = self;
        Kind::Call {
            function,
            receiver,
            arguments,
        }
    }

    /// What it stands for.
    pub(super) fn expand(self) -> Result<Kind, SyntaxError> {
        let count = self.arguments.len();
        let of = match self.receiver.as_deref().map(|receiver| &receiver.kind) {
            None => Of::Nothing,
            Some(Kind::Name { name, scope }) if name == "cel" && *scope == NameScope::Inner => {
                Of::Cel
            }
            Some(_) => Of::Value,
        };
        match Macro::named(of, &self.function.text, count) {
            Some(found) => found.expand(self),
            None => Ok(self.plain()),
        }
    }
}

/// What a function is called on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Nothing,
    /// `cel`, where macros of that name space are.
    Cel,
    Value,
}

#[derive(Clone, Copy)]
enum Macro {
    Has,
    Bind,
    Block,
    /// `cel.index(N)`.
    Index,
    /// `cel.iterVar(N, M)`, `cel.accuVar(N, M)`, with what their names begin with.
    Numbered(&'static str),
    Fold(FoldKind, Variables, Filter),
    OptionalMap(OptionalMapResult),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Variables {
    One,
    Two,
}

/// Whether an operand before the last says which elements count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filter {
    None,
    First,
}

impl Macro {
    fn named(of: Of, name: &str, arguments: usize) -> Option<Self> {
        let one = |kind| Some(Self::Fold(kind, Variables::One, Filter::None));
        let two = |kind| Some(Self::Fold(kind, Variables::Two, Filter::None));
        let two_filtered = |kind| Some(Self::Fold(kind, Variables::Two, Filter::First));
        match (of, name, arguments) {
            (Of::Nothing, "has", 1) => Some(Self::Has),
            (Of::Nothing, ..) => None,
            (Of::Cel, "bind", 3) => Some(Self::Bind),
            (Of::Cel, "block", 2) => Some(Self::Block),
            (Of::Cel, "index", 1) => Some(Self::Index),
            (Of::Cel, "iterVar", 2) => Some(Self::Numbered("@it")),
            (Of::Cel, "accuVar", 2) => Some(Self::Numbered("@ac")),
            (_, "all", 2) => one(FoldKind::All),
            (_, "all", 3) => two(FoldKind::All),
            (_, "exists", 2) => one(FoldKind::Exists),
            (_, "exists", 3) => two(FoldKind::Exists),
            (_, "exists_one" | "existsOne", 2) => one(FoldKind::ExistsOne),
            (_, "exists_one" | "existsOne", 3) => two(FoldKind::ExistsOne),
            (_, "filter", 2) => one(FoldKind::Filter),
            (_, "map", 2) => one(FoldKind::Map),
            (_, "map", 3) => Some(Self::Fold(FoldKind::Map, Variables::One, Filter::First)),
            (_, "sortBy", 2) => one(FoldKind::SortBy),
            (_, "transformList", 3) => two(FoldKind::Map),
            (_, "transformList", 4) => two_filtered(FoldKind::Map),
            (_, "transformMap", 3) => two(FoldKind::TransformMap),
            (_, "transformMap", 4) => two_filtered(FoldKind::TransformMap),
            (_, "transformMapEntry", 3) => two(FoldKind::TransformMapEntry),
            (_, "transformMapEntry", 4) => two_filtered(FoldKind::TransformMapEntry),
            (_, "optMap", 2) => Some(Self::OptionalMap(OptionalMapResult::Value)),
            (_, "optFlatMap", 2) => Some(Self::OptionalMap(OptionalMapResult::Optional)),
            _ => None,
        }
    }

    fn expand(self, call: Call) -> Result<Kind, SyntaxError> {
        let mut operands = Operands::of(call);
        match self {
            Self::Has => {
                let (of, name) = operands.member()?;
                Ok(Kind::Has { of, name })
            }
            Self::Bind => Ok(Kind::Bind {
                name: operands.variable("first")?,
                value: operands.boxed()?,
                body: operands.boxed()?,
            }),
            Self::Block => Ok(Kind::Block {
                values: operands.values()?,
                body: operands.boxed()?,
            }),
            Self::Index => Ok(name(format!("@index{}", operands.number()?))),
            Self::Numbered(kind) => {
                let (depth, position) = (operands.number()?, operands.number()?);
                Ok(name(format!("{kind}:{depth}:{position}")))
            }
            Self::OptionalMap(result) => Ok(Kind::OptionalMap {
                name: operands.variable("first")?,
                body: operands.boxed()?,
                optional: operands.receiver()?,
                result,
            }),
            Self::Fold(kind, variables, filter) => {
                let (key, element) = match variables {
                    Variables::One => (None, operands.variable("first")?),
                    Variables::Two => {
                        let (key, element) = operands.two_variables()?;
                        (Some(key), element)
                    }
                };
                let filter = match filter {
                    Filter::None => None,
                    Filter::First => Some(operands.boxed()?),
                };
                Ok(Kind::Fold {
                    kind,
                    key,
                    element,
                    filter,
                    body: operands.boxed()?,
                    word: operands.function(),
                    range: operands.receiver()?,
                })
            }
        }
    }
}

fn name(name: String) -> Kind {
    Kind::Name {
        name,
        scope: NameScope::Inner,
    }
}

#[cfg(test)]
mod tests;
