//! The functions that conditions can call.

use std::ops::Range;

use remit_engine::plan::{TextTest, Type};

use super::check::{Checked, Checker};
use super::syntax::{Expression, Word};
use super::term::{Term, TermKind};
use super::types::ValueType;
use crate::diagnostic::{Code, did_you_mean, listing};

/// A function: how it is called and with how many arguments.
struct Function {
    name: &'static str,
    style: Style,
    arguments: usize,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `function(…)`.
    Global,
    /// `receiver.function(…)`.
    Receiver,
}

#[derive(Clone, Copy)]
enum What {
    Text(TextTest),
    Size,
    HasValue,
    Value,
    OrValue,
}

const FUNCTIONS: &[Function] = &[
    function(
        "startsWith",
        Style::Receiver,
        1,
        What::Text(TextTest::StartsWith),
    ),
    function(
        "endsWith",
        Style::Receiver,
        1,
        What::Text(TextTest::EndsWith),
    ),
    function(
        "contains",
        Style::Receiver,
        1,
        What::Text(TextTest::Contains),
    ),
    function("size", Style::Receiver, 0, What::Size),
    function("size", Style::Global, 1, What::Size),
    function("hasValue", Style::Receiver, 0, What::HasValue),
    function("value", Style::Receiver, 0, What::Value),
    function("orValue", Style::Receiver, 1, What::OrValue),
];

const fn function(name: &'static str, style: Style, arguments: usize, what: What) -> Function {
    Function {
        name,
        style,
        arguments,
        what,
    }
}

impl Checker<'_> {
    /// A call of a function.
    pub(super) fn call(
        &mut self,
        function: &Word,
        receiver: Option<&Expression>,
        arguments: &[Expression],
        range: &Range<usize>,
    ) -> Checked<Term> {
        let style = if receiver.is_some() {
            Style::Receiver
        } else {
            Style::Global
        };
        let named = |known: &&Function| known.name == function.text && known.style == style;
        let Some(found) = FUNCTIONS.iter().find(named) else {
            return self.unknown_function(function, style);
        };
        let given = arguments.len();
        let wrong_number = |checker: &mut Self| {
            let takes = counted(found.arguments);
            let message = format!("`{}` takes {takes} here, not {given}", found.name);
            checker.refuse(checker.written.diagnostic(
                Code::WrongArguments,
                &function.range,
                message,
            ))
        };
        if given != found.arguments {
            return wrong_number(self);
        }
        let mut operands = self
            .expressions(receiver.into_iter().chain(arguments))?
            .into_iter();
        match (found.what, operands.next(), operands.next()) {
            (What::Text(test), Some(text), Some(part)) => {
                let (first, second) = (self.string(&text), self.string(&part));
                first.and(second)?;
                let kind = TermKind::Text(test, Box::new(text), Box::new(part));
                self.term(kind, ValueType::BOOL, range)
            }
            (What::Size, Some(sized), None) => {
                if !matches!(
                    sized.ty,
                    ValueType::List(_) | ValueType::EmptyList | ValueType::STRING
                ) {
                    return self.wrong_operand(&sized, "a string or list");
                }
                self.term(TermKind::Size(Box::new(sized)), ValueType::INT, range)
            }
            (What::HasValue, Some(optional), None) => {
                self.optional(&optional, function)?;
                self.term(
                    TermKind::HasValue(Box::new(optional)),
                    ValueType::BOOL,
                    range,
                )
            }
            (What::Value, Some(optional), None) => {
                let ty = self.optional(&optional, function)?;
                self.term(TermKind::Value(Box::new(optional)), ty.into(), range)
            }
            (What::OrValue, Some(optional), Some(default)) => {
                let ty = ValueType::from(self.optional(&optional, function)?);
                if ty.join(default.ty) != Some(ty) {
                    return self.wrong_operand(&default, &format!("a {ty}"));
                }
                let kind = TermKind::OrValue(Box::new(optional), Box::new(default));
                self.term(kind, ty, range)
            }
            // The table's number of arguments does not fit what is done with them.
            (What::Text(_) | What::Size | What::HasValue | What::Value | What::OrValue, _, _) => {
                wrong_number(self)
            }
        }
    }

    /// The type inside an optional.
    fn optional(&mut self, term: &Term, function: &Word) -> Checked<Type> {
        if let ValueType::Optional(ty) = term.ty {
            return Ok(ty);
        }
        let message = format!("`{}` is for values that may be absent", function.text);
        self.refuse(
            self.written
                .diagnostic(Code::TypeMismatch, &term.range, message)
                .label(format!("this is always there: {}", term.ty))
                .help(format!("leave `.{}(…)` out", function.text)),
        )
    }

    fn unknown_function(&mut self, function: &Word, style: Style) -> Checked<Term> {
        let mut names: Vec<&str> = FUNCTIONS.iter().map(|known| known.name).collect();
        names.push("has");
        names.dedup();
        let known = FUNCTIONS.iter().find(|known| known.name == function.text);
        let help = match (known, style) {
            (Some(known), Style::Global) => Some(format!("write `value.{}(…)`", known.name)),
            (Some(known), Style::Receiver) => Some(format!("write `{}(value)`", known.name)),
            (None, _) if function.text == "matches" => {
                Some("patterns are not supported: use startsWith, endsWith or contains".to_owned())
            }
            (None, _) => did_you_mean(&function.text, names.iter().copied()),
        };
        let message = format!(
            "the function `{}` is not supported by this version of remit",
            function.text
        );
        self.refuse(
            self.written
                .diagnostic(Code::UnsupportedCel, &function.range, message)
                .help(format!("functions are {}", listing(names.iter().copied())))
                .help_if(help),
        )
    }
}

fn counted(arguments: usize) -> String {
    match arguments {
        0 => "no argument".to_owned(),
        1 => "one argument".to_owned(),
        more => format!("{more} arguments"),
    }
}
