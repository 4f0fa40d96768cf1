//! What is said about a text that is not a condition.

use std::ops::Range;

use super::SyntaxError;
use super::mistakes;
use crate::cel::issue::Issue;
use crate::cel::scan::{CHAIN, LENGTH, TOKENS};
use crate::diagnostic::Code;

/// What a condition is told that has no tree.
fn syntax(range: &Range<usize>, label: &str) -> Issue {
    Issue::new(Code::ConditionSyntax, range, "this condition is not CEL").label(label)
}

fn too_long(range: &Range<usize>, message: String) -> Issue {
    Issue::new(Code::ConditionTooLong, range, message).help("split the rule into several")
}

impl SyntaxError {
    /// What is said about it.
    pub(in crate::cel) fn issue(&self, text: &str) -> Issue {
        let whole = 0..text.trim_end().len();
        let at = |range: &Range<usize>| text.get(range.clone()).unwrap_or("");
        match self {
            Self::TooLong { bytes } => too_long(
                &whole,
                format!("the condition has {bytes} bytes, more than {LENGTH}"),
            ),
            Self::TooManyTokens => too_long(
                &whole,
                format!("the condition has more than {TOKENS} parts"),
            ),
            Self::TooDeep { range, levels } => too_long(
                range,
                format!("brackets or operators are nested more than {levels} deep"),
            ),
            Self::ChainTooLong { range } => too_long(
                range,
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
                Issue {
                    also: Some((opening.clone(), "this bracket is open".to_owned())),
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
