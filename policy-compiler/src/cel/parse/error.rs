//! Why a text is not a condition, as the scanner, the parser or a macro finds it.

use std::ops::Range;

use cel::parser::ParseErrors;

use crate::cel::scan::Tokens;

/// Why a text is not a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cel) enum SyntaxError {
    TooLong {
        bytes: usize,
    },
    TooManyTokens,
    TooDeep {
        range: Range<usize>,
        levels: usize,
    },
    ChainTooLong {
        range: Range<usize>,
    },
    OpenString {
        range: Range<usize>,
    },
    /// A backtick that quotes no member's name.
    OpenName {
        range: Range<usize>,
    },
    BadEscape {
        range: Range<usize>,
    },
    Unclosed {
        range: Range<usize>,
    },
    /// A bracket that closes another kind of bracket.
    WrongBracket {
        range: Range<usize>,
        opening: Range<usize>,
        expected: char,
    },
    Unexpected {
        range: Range<usize>,
    },
    EndsEarly {
        at: usize,
    },
    /// See [`crate::cel::scan::Comments::Refuse`].
    Comment {
        range: Range<usize>,
    },
    /// A name that CEL keeps for itself.
    Reserved {
        range: Range<usize>,
    },
    /// A number that its type has no room for.
    Number {
        range: Range<usize>,
    },
    /// A string or bytes literal whose escapes do not come to one.
    String {
        range: Range<usize>,
    },
    /// A macro's operand that it cannot have.
    Misused {
        range: Range<usize>,
        label: String,
        help: String,
    },
    /// What the parser does not explain.
    Other {
        range: Range<usize>,
    },
    /// The parser could not be run at all.
    NoThread,
}

/// The first error of the parser; those behind it are mostly its echoes.
pub(super) fn first(text: &str, tokens: &Tokens, errors: &ParseErrors) -> SyntaxError {
    let known = errors
        .errors
        .iter()
        .filter_map(|error| Some((Complaint::of(&error.msg)?, offset(text, error.pos))));
    let Some((complaint, offset)) = known.min_by_key(|(_, offset)| *offset) else {
        return SyntaxError::Other {
            range: 0..tokens.end(),
        };
    };
    let token = tokens.at(offset).and_then(|position| tokens.get(position));
    let Some(range) = token.map(|token| token.range.clone()) else {
        return SyntaxError::EndsEarly { at: tokens.end() };
    };
    match complaint {
        Complaint::Unexpected => SyntaxError::Unexpected { range },
        Complaint::Reserved => SyntaxError::Reserved { range },
        Complaint::Number => SyntaxError::Number { range },
        Complaint::String => SyntaxError::String { range },
    }
}

/// What the parser complains about, by the words it has for it.
#[derive(Clone, Copy)]
enum Complaint {
    Unexpected,
    Reserved,
    Number,
    String,
}

impl Complaint {
    /// `None` for what follows from another complaint, or cannot be told.
    fn of(message: &str) -> Option<Self> {
        let begins = |words: &str| message.starts_with(words);
        if begins("Syntax error: ") {
            Some(Self::Unexpected)
        } else if begins("reserved identifier") {
            Some(Self::Reserved)
        } else if begins("invalid string literal") || begins("invalid bytes literal") {
            Some(Self::String)
        } else if begins("invalid ") && message.ends_with(" literal") {
            Some(Self::Number)
        } else {
            None
        }
    }
}

/// The parser counts lines and columns from 1, columns in characters.
fn offset(text: &str, (line, column): (isize, isize)) -> usize {
    let line = usize::try_from(line).unwrap_or(1).saturating_sub(1);
    let column = usize::try_from(column).unwrap_or(1).saturating_sub(1);
    let start: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let rest = text.get(start..).unwrap_or("");
    start
        + rest
            .char_indices()
            .nth(column)
            .map_or(rest.len(), |(at, _)| at)
}
