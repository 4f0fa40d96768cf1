//! What is said about a text that is not a condition.

use std::ops::Range;

use super::SyntaxError;
use super::mistakes;
use crate::cel::issue::Issue;
use crate::cel::scan::{CHAIN, LENGTH, TOKENS};
use crate::diagnostic::Code;

/// A message, but for where the text stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Explanation {
    pub(super) code: Code,
    pub(super) range: Range<usize>,
    pub(super) message: String,
    pub(super) label: String,
    /// Another place.
    pub(super) also: Option<(Range<usize>, &'static str)>,
    pub(super) help: Option<String>,
}

impl Explanation {
    fn too_long(range: Range<usize>, message: String) -> Self {
        Self {
            code: Code::ConditionTooLong,
            range,
            message,
            label: String::new(),
            also: None,
            help: Some("split the rule into several".to_owned()),
        }
    }

    fn syntax(range: &Range<usize>, label: impl Into<String>) -> Self {
        Self {
            code: Code::ConditionSyntax,
            range: range.clone(),
            message: "this condition is not CEL".to_owned(),
            label: label.into(),
            also: None,
            help: None,
        }
    }

    fn help(self, help: impl Into<String>) -> Self {
        self.help_if(Some(help.into()))
    }

    fn help_if(self, help: Option<String>) -> Self {
        Self { help, ..self }
    }
}

impl SyntaxError {
    /// What is said about it.
    pub(in crate::cel) fn issue(&self, text: &str) -> Issue {
        let Explanation {
            code,
            range,
            message,
            label,
            also,
            help,
        } = self.explain(text);
        Issue {
            also: also.map(|(range, label)| (range, label.to_owned())),
            ..Issue::new(code, &range, message).label(label).help_if(help)
        }
    }

    pub(super) fn explain(&self, text: &str) -> Explanation {
        let whole = 0..text.trim_end().len();
        let at = |range: &Range<usize>| text.get(range.clone()).unwrap_or("");
        let too_long = Explanation::too_long;
        let syntax = |range, label: &str| Explanation::syntax(range, label);
        match self {
            Self::TooLong { bytes } => too_long(
                whole,
                format!("the condition has {bytes} bytes, more than {LENGTH}"),
            ),
            Self::TooManyTokens => {
                too_long(whole, format!("the condition has more than {TOKENS} parts"))
            }
            Self::TooDeep { range, levels } => too_long(
                range.clone(),
                format!("brackets or operators are nested more than {levels} deep"),
            ),
            Self::ChainTooLong { range } => too_long(
                range.clone(),
                format!("more than {CHAIN} operators follow each other"),
            ),
            Self::OpenString { range } => {
                syntax(range, "this string does not end").help(mistakes::open_string(at(range)))
            }
            Self::OpenName { range } => syntax(range, "this name does not end")
                .help("between backticks a member's name has letters, digits, `_.-/` and spaces"),
            Self::BadEscape { range } => syntax(range, "there is no such escape")
                .help("write `\\\\` for a backslash, or the string as `r'…'`"),
            Self::Unclosed { range } => syntax(range, "this bracket is not closed").help_if(
                mistakes::partner(at(range)).map(|bracket| format!("close it with `{bracket}`")),
            ),
            Self::WrongBracket {
                range,
                opening,
                expected,
            } => {
                let label = format!("`{expected}` is expected before `{}`", at(range));
                Explanation {
                    also: Some((opening.clone(), "this bracket is open")),
                    ..syntax(range, &label)
                }
            }
            Self::Comment { range } => syntax(range, "a comment cannot stand in a condition")
                .help("write it above the condition or behind it, after `#`"),
            Self::EndsEarly { at } => syntax(&(*at..*at), "something is missing here"),
            Self::Reserved { range } => {
                let label = format!("`{}` is a reserved word and names nothing", at(range));
                syntax(range, &label).help_if(mistakes::reserved(at(range)).map(str::to_owned))
            }
            Self::Number { range } => {
                syntax(range, "this number is too large").help(mistakes::number(at(range)))
            }
            Self::String { range } => syntax(range, "an escape in it stands for nothing")
                .help(mistakes::string(at(range))),
            Self::Misused { range, label, help } => syntax(range, label).help(help),
            Self::Other { range } => syntax(range, "this cannot be parsed"),
            Self::NoThread => syntax(&whole, "there is no memory to parse it"),
            Self::Unexpected { range } => {
                let label = format!("`{}` is not expected here", at(range));
                syntax(range, &label).help_if(mistakes::unexpected(text, range))
            }
        }
    }
}
