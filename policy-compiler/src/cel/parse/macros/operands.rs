//! What a macro is called with, and what is wrong with it.

use std::ops::Range;
use std::vec::IntoIter;

use remit_engine::plan::{Datum, ElementKind};

use super::{Call, SyntaxError};
use crate::cel::syntax::{Access, Expression, Kind, NameScope, Word};

/// The operands of a macro, one after the other.
pub(super) struct Operands {
    function: Word,
    receiver: Option<Box<Expression>>,
    rest: IntoIter<Expression>,
}

impl Operands {
    pub(super) fn of(call: Call) -> Self {
        Self {
            function: call.function,
            receiver: call.receiver,
            rest: call.arguments.into_iter(),
        }
    }

    /// They were counted: what is missing here would be a mistake in the table of macros.
    fn missing(&self) -> SyntaxError {
        SyntaxError::Other {
            range: self.function.range.clone(),
        }
    }

    fn next(&mut self) -> Result<Expression, SyntaxError> {
        self.rest.next().ok_or_else(|| self.missing())
    }

    /// The macro's name.
    pub(super) fn function(&self) -> Word {
        self.function.clone()
    }

    pub(super) fn boxed(&mut self) -> Result<Box<Expression>, SyntaxError> {
        self.next().map(Box::new)
    }

    pub(super) fn receiver(&mut self) -> Result<Box<Expression>, SyntaxError> {
        self.receiver.take().ok_or_else(|| self.missing())
    }

    pub(super) fn variable(&mut self, which: &'static str) -> Result<Word, SyntaxError> {
        let Expression { kind, range } = self.next()?;
        match kind {
            Kind::Name {
                name: text,
                scope: NameScope::Inner,
            } => Ok(Word { text, range }),
            _ => Err(Misuse {
                label: format!("a name is expected here: `{}` binds it", self.function.text),
                help: format!("the {which} argument names the variable"),
            }
            .at(range)),
        }
    }

    pub(super) fn two_variables(&mut self) -> Result<(Word, Word), SyntaxError> {
        let key = self.variable("first")?;
        let element = self.variable("second")?;
        if key.text == element.text {
            return Err(Misuse {
                label: format!("both variables are called `{}`", key.text),
                help: "give them different names".to_owned(),
            }
            .at(element.range));
        }
        Ok((key, element))
    }

    /// What `has` asks about.
    pub(super) fn member(&mut self) -> Result<(Box<Expression>, Word), SyntaxError> {
        let Expression { kind, range } = self.next()?;
        match kind {
            Kind::Member {
                of,
                name,
                access: Access::Plain,
            } => Ok((of, name)),
            kind => Err(not_a_member(&kind).at(range)),
        }
    }

    /// The values of a block.
    pub(super) fn values(&mut self) -> Result<Vec<Expression>, SyntaxError> {
        let values = |label: &str| Misuse {
            label: label.to_owned(),
            help: "the first argument of `cel.block` is a list of values".to_owned(),
        };
        let Expression { kind, range } = self.next()?;
        let Kind::List(elements) = kind else {
            return Err(values("a list is expected here, as `[…]`").at(range));
        };
        let elements = elements.into_iter().map(|(element, kind)| match kind {
            ElementKind::Plain => Ok(element),
            ElementKind::Optional => {
                Err(values("an element may not be optional here").at(element.range))
            }
        });
        elements.collect()
    }

    pub(super) fn number(&mut self) -> Result<i64, SyntaxError> {
        let Expression { kind, range } = self.next()?;
        match kind {
            Kind::Literal(Datum::Int(number)) if number >= 0 => Ok(number),
            _ => Err(Misuse {
                label: "a number is expected here, as digits".to_owned(),
                help: format!(
                    "`cel.{}` names a variable by its number",
                    self.function.text
                ),
            }
            .at(range)),
        }
    }
}

/// What is wrong with an operand of a macro.
struct Misuse {
    label: String,
    help: String,
}

impl Misuse {
    fn at(self, range: Range<usize>) -> SyntaxError {
        let Self { label, help } = self;
        SyntaxError::Misused { range, label, help }
    }
}

fn not_a_member(operand: &Kind) -> Misuse {
    let help = match operand {
        Kind::Index { .. } => "ask with `in` whether a map has a key: `'key' in map`",
        Kind::Member { .. } => "write `.` without `?`: `has(a.b)` does not read what it asks about",
        _ => "`has(a.b)` asks whether `a` has a member `b`",
    };
    Misuse {
        label: "a member is expected here, as `a.b`".to_owned(),
        help: help.to_owned(),
    }
}
