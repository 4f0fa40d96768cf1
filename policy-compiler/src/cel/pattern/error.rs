//! What is wrong with a pattern.

use std::ops::Range;

use super::{AUTOMATON_BYTES, PATTERN_BYTES};

/// Why a pattern does not compile, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub(in crate::cel) struct PatternError {
    fault: Fault,
    range: Range<usize>,
}

impl PatternError {
    /// The bytes of the pattern that it is about.
    pub(in crate::cel) fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// What to write instead.
    pub(in crate::cel) fn help(&self) -> Option<&'static str> {
        self.fault.help()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    #[error("a pattern has at most {PATTERN_BYTES} bytes")]
    TooLong,
    #[error("the pattern's automaton takes more than {} KiB", AUTOMATON_BYTES / 1024)]
    TooLarge,
    #[error("groups stand too deep in one another")]
    TooDeep,
    #[error("a group is not closed")]
    UnclosedGroup,
    #[error("there is no group to close here")]
    UnopenedGroup,
    #[error("a class is not closed")]
    UnclosedClass,
    #[error("there is nothing to repeat here")]
    NothingToRepeat,
    #[error("what is repeated is repeated again")]
    RepeatedTwice,
    #[error("a repetition goes up to 1000, the lower number first")]
    BadRepetition,
    #[error("the range `{0}` runs backwards")]
    BackwardRange(String),
    #[error("RE2 has no escape `{0}`")]
    UnknownEscape(String),
    #[error("a `\\` at the end escapes nothing")]
    EscapesNothing,
    #[error("RE2 has no backreferences")]
    Backreference,
    #[error("RE2 has no look-around")]
    LookAround,
    #[error("RE2 has no groups that begin with `{0}`")]
    UnknownGroup(String),
    #[error("RE2 has no flag `{0}`")]
    UnknownFlag(char),
    #[error("flags are not closed")]
    UnclosedFlags,
    #[error("a group's name consists of letters, digits and `_`")]
    BadGroupName,
    #[error("two groups have the name `{0}`")]
    RepeatedGroupName(String),
    #[error("there is no class `{0}`")]
    UnknownClass(String),
    #[error("RE2 has no operation `{0}` on classes")]
    ClassOperation(&'static str),
    #[error("RE2 has no classes inside classes")]
    NestedClass,
    #[error("`\\C` is a byte, and text consists of characters")]
    AnyByte,
}

impl Fault {
    pub(super) fn within(self, range: Range<usize>) -> PatternError {
        PatternError { fault: self, range }
    }

    fn help(&self) -> Option<&'static str> {
        Some(match self {
            Self::TooLarge => "repeat less, or name fewer characters: `[a-z]` instead of `\\pL`",
            Self::RepeatedTwice => "put a group around what is to be repeated: `(?:a+)*`",
            Self::UnopenedGroup => "for a parenthesis itself write `\\)`",
            Self::UnclosedGroup => "for a parenthesis itself write `\\(`",
            Self::UnclosedClass => "for a bracket itself write `\\[`",
            Self::EscapesNothing => "for a backslash itself write `\\\\`",
            Self::ClassOperation(_) => "for these characters themselves put a `\\` before each",
            Self::NestedClass => "for a bracket itself write `\\[`",
            Self::UnknownFlag(_) => "there are `i`, `m`, `s` and `U`",
            Self::UnknownEscape(escape) => match escape.as_str() {
                "\\Z" => "the end of the text is `\\z`, or `$` without the flag `m`",
                "\\<" | "\\>" | "\\b{" => "the edge of a word is `\\b`",
                "\\h" => "a space or tab is `[[:blank:]]`",
                _ => return None,
            },
            Self::AnyByte => "any character, a line feed too, is `(?s:.)`",
            _ => return None,
        })
    }
}
