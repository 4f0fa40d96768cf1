//! The functions that conditions can call.

use std::ops::Range;

use remit_engine::plan::{TextTest, Type};

use super::check::Checker;
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
    function("startsWith", Style::Receiver, 1, What::Text(TextTest::StartsWith)),
    function("endsWith", Style::Receiver, 1, What::Text(TextTest::EndsWith)),
    function("contains", Style::Receiver, 1, What::Text(TextTest::Contains)),
    function("size", Style::Receiver, 0, What::Size),
    function("size", Style::Global, 1, What::Size),
    function("hasValue", Style::Receiver, 0, What::HasValue),
    function("value", Style::Receiver, 0, What::Value),
    function("orValue", Style::Receiver, 1, What::OrValue),
];

const fn function(name: &'static str, style: Style, arguments: usize, what: What) -> Function {
    Function { name, style, arguments, what }
}

impl Checker<'_> {
    pub(super) fn call(
        &mut self,
        function: &Word,
        receiver: Option<&Expression>,
        arguments: &[Expression],
        range: &Range<usize>,
    ) -> Option<Term> {
        let style = if receiver.is_some() { Style::Receiver } else { Style::Global };
        let Some(found) = FUNCTIONS
            .iter()
            .find(|known| known.name == function.text && known.style == style)
        else {
            self.unknown_function(function, style);
            return None;
        };
        if arguments.len() != found.arguments {
            self.error(
                Code::WrongArguments,
                &function.range,
                format!(
                    "`{}` takes {} here, not {}",
                    found.name,
                    counted(found.arguments),
                    arguments.len()
                ),
            );
            return None;
        }
        let operands: Vec<Option<Term>> = receiver
            .into_iter()
            .chain(arguments)
            .map(|operand| self.expression(operand))
            .collect();
        let mut operands = operands.into_iter().collect::<Option<Vec<Term>>>()?.into_iter();
        let first = operands.next()?;
        match found.what {
            What::Text(test) => {
                let second = operands.next()?;
                self.string(&first)?;
                self.string(&second)?;
                self.term(
                    TermKind::Text(test, Box::new(first), Box::new(second)),
                    ValueType::BOOL,
                    range,
                )
            }
            What::Size => {
                let sized =
                    matches!(first.ty, ValueType::List(_) | ValueType::EmptyList | ValueType::STRING);
                if !sized {
                    self.wrong_operand(&first, "a string or list");
                    return None;
                }
                self.term(TermKind::Size(Box::new(first)), ValueType::INT, range)
            }
            What::HasValue => {
                self.optional(&first, function)?;
                self.term(TermKind::HasValue(Box::new(first)), ValueType::BOOL, range)
            }
            What::Value => {
                let ty = self.optional(&first, function)?;
                self.term(TermKind::Value(Box::new(first)), ty.into(), range)
            }
            What::OrValue => {
                let ty = self.optional(&first, function)?;
                let default = operands.next()?;
                if ValueType::from(ty).join(default.ty) != Some(ty.into()) {
                    self.wrong_operand(&default, &format!("a {}", ValueType::from(ty)));
                    return None;
                }
                let kind = TermKind::OrValue(Box::new(first), Box::new(default));
                self.term(kind, ty.into(), range)
            }
        }
    }

    /// The type inside an optional.
    fn optional(&mut self, term: &Term, function: &Word) -> Option<Type> {
        if let ValueType::Optional(ty) = term.ty {
            return Some(ty);
        }
        let diagnostic = self
            .written
            .diagnostic(
                Code::TypeMismatch,
                &term.range,
                format!("`{}` is for values that may be absent", function.text),
            )
            .label(format!("this is a {}, always there", term.ty))
            .help(format!("leave `.{}(…)` out", function.text));
        self.diagnostics.push(diagnostic);
        None
    }

    fn unknown_function(&mut self, function: &Word, style: Style) {
        let other_style = FUNCTIONS.iter().find(|known| known.name == function.text);
        let names = || {
            let mut names: Vec<&str> = FUNCTIONS.iter().map(|known| known.name).collect();
            names.push("has");
            names.dedup();
            names
        };
        let help = match (other_style, style) {
            (Some(known), Style::Global) => Some(format!("write `value.{}(…)`", known.name)),
            (Some(known), Style::Receiver) => Some(format!("write `{}(value)`", known.name)),
            (None, _) if function.text == "matches" => {
                Some("patterns are not supported: use startsWith, endsWith or contains".to_owned())
            }
            (None, _) => did_you_mean(&function.text, names()),
        };
        let diagnostic = self
            .written
            .diagnostic(
                Code::UnsupportedCel,
                &function.range,
                format!("the function `{}` is not supported by this version of remit", function.text),
            )
            .help(format!("functions are {}", listing(names())))
            .help_if(help);
        self.diagnostics.push(diagnostic);
    }
}

fn counted(arguments: usize) -> String {
    match arguments {
        0 => "no argument".to_owned(),
        1 => "one argument".to_owned(),
        more => format!("{more} arguments"),
    }
}
