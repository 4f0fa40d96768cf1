//! From text to tree, by the `cel` crate's parser.
//!
//! The parser needs up to a quarter of a megabyte of stack for each level of brackets in a build
//! without optimisation, so it runs on a thread with room for all that [`scan`] lets through.

mod convert;

use std::num::NonZero;
use std::ops::Range;
use std::thread;

use cel::parser::{ParseErrors, Parser};

use super::Written;
use super::scan::{CHAIN, LENGTH, NESTING, TOKENS, Tokens, scan};
use super::syntax::Expression;
use crate::diagnostic::{Code, Diagnostic};

/// Room for [`NESTING`] levels of brackets, several times over.
const STACK_BYTES: usize = 64 * 1024 * 1024;
/// The parser's own limit on nesting, a second line behind [`NESTING`].
const PARSER_DEPTH: u16 = 48;
/// Deepest tree that is checked: what is deeper would not fit into a plan.
const DEPTH: usize = remit_engine::limits::PROGRAM_DEPTH;

/// Why a text is not a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum SyntaxError {
    TooLong {
        bytes: usize,
    },
    TooManyTokens,
    TooDeep {
        range: Range<usize>,
    },
    ChainTooLong {
        range: Range<usize>,
    },
    OpenString {
        range: Range<usize>,
    },
    BadEscape {
        range: Range<usize>,
    },
    Unclosed {
        range: Range<usize>,
    },
    Unexpected {
        range: Range<usize>,
    },
    EndsEarly {
        at: usize,
    },
    /// YAML folds lines: what looks like the end of a comment may be none, and the rest of the
    /// condition would be lost in it.
    Comment {
        range: Range<usize>,
    },
    Other {
        range: Range<usize>,
        text: String,
    },
    /// The parser could not be run at all.
    NoThread,
}

impl SyntaxError {
    pub(super) fn diagnostic(&self, written: Written<'_>) -> Diagnostic {
        let whole = 0..written.text().trim_end().len();
        let too_long = |range: &Range<usize>, text: String| {
            written
                .diagnostic(Code::ConditionTooLong, range, text)
                .help("split the rule into several")
        };
        let syntax = |range: &Range<usize>, label: String| {
            written
                .diagnostic(
                    Code::ConditionSyntax,
                    range,
                    "this condition is not CEL".to_owned(),
                )
                .label(label)
        };
        match self {
            Self::TooLong { bytes } => too_long(
                &whole,
                format!("the condition has {bytes} bytes, more than {LENGTH}"),
            ),
            Self::TooManyTokens => too_long(
                &whole,
                format!("the condition has more than {TOKENS} parts"),
            ),
            Self::TooDeep { range } => too_long(
                range,
                format!("brackets or operators are nested more than {NESTING} deep"),
            ),
            Self::ChainTooLong { range } => too_long(
                range,
                format!("more than {CHAIN} operators follow each other"),
            ),
            Self::OpenString { range } => syntax(range, "this string does not end".to_owned()),
            Self::BadEscape { range } => syntax(range, "there is no such escape".to_owned())
                .help("write `\\\\` for a backslash"),
            Self::Unclosed { range } => syntax(range, "this bracket is not closed".to_owned()),
            Self::Comment { range } => {
                syntax(range, "a comment cannot stand in a condition".to_owned())
                    .help("write it above the condition or behind it, after `#`")
            }
            Self::EndsEarly { at } => syntax(&(*at..*at), "something is missing here".to_owned()),
            Self::Other { range, text } => syntax(range, text.clone()),
            Self::NoThread => syntax(&whole, "there is no memory to parse it".to_owned()),
            Self::Unexpected { range } => {
                let token = written.text().get(range.clone()).unwrap_or("");
                let next = written
                    .text()
                    .get(range.end..)
                    .and_then(|rest| rest.chars().next());
                syntax(range, format!("`{token}` is not expected here"))
                    .help_if(meant(token, next).map(str::to_owned))
            }
        }
    }
}

/// What somebody used to another language may have meant.
fn meant(token: &str, next: Option<char>) -> Option<&'static str> {
    match token {
        "=" => Some("write `==` to compare"),
        "&" | "and" | "AND" => Some("write `&&` for \"and\""),
        "|" | "or" | "OR" => Some("write `||` for \"or\""),
        "not" | "NOT" => Some("write `!` for \"not\""),
        "~" => Some("patterns are not supported: use startsWith, endsWith or contains"),
        "'" | "\"" if next.is_none() => Some("close the string"),
        _ => None,
    }
}

/// Most threads that parse at the same time.
const THREADS: usize = 4;
/// Fewer conditions than these are not worth a thread.
const SHARE: usize = 64;

/// Parses conditions, each for itself; the results stand in the order of the texts.
pub(super) fn parse_all(texts: &[&str]) -> Vec<Result<Expression, SyntaxError>> {
    let threads = thread::available_parallelism()
        .map_or(1, NonZero::get)
        .min(THREADS);
    let share = texts.len().div_ceil(threads).max(SHARE);
    thread::scope(|scope| {
        let shares = texts.chunks(share).map(|share| {
            let parser = thread::Builder::new().stack_size(STACK_BYTES);
            let parse = || share.iter().map(|text| parse(text)).collect::<Vec<_>>();
            (share.len(), parser.spawn_scoped(scope, parse))
        });
        // All must run before the first is waited for.
        let running: Vec<_> = shares.collect();
        let parsed = running.into_iter().map(|(length, thread)| {
            let parsed = thread.ok().and_then(|thread| thread.join().ok());
            parsed.unwrap_or_else(|| vec![Err(SyntaxError::NoThread); length])
        });
        parsed.flatten().collect()
    })
}

fn parse(text: &str) -> Result<Expression, SyntaxError> {
    let tokens = scan(text)?;
    if tokens.0.is_empty() {
        return Err(SyntaxError::EndsEarly { at: 0 });
    }
    let parser = Parser::new()
        .max_recursion_depth(PARSER_DEPTH)
        .enable_optional_syntax(true)
        .enable_ident_escape_syntax(true);
    let (tree, info) = parser
        .parse_with_source_info(text)
        .map_err(|errors| first_error(text, &tokens, &errors))?;
    let expression = convert::Converter {
        text,
        tokens: &tokens,
        info: &info,
    }
    .expression(tree)?;
    if expression.depth() > DEPTH {
        return Err(SyntaxError::TooDeep {
            range: expression.range,
        });
    }
    Ok(expression)
}

/// The first error; those behind it are mostly its echoes.
fn first_error(text: &str, tokens: &Tokens, errors: &ParseErrors) -> SyntaxError {
    let Some(error) = errors.errors.first() else {
        return SyntaxError::Other {
            range: 0..text.len(),
            text: "it cannot be parsed".to_owned(),
        };
    };
    let offset = offset(text, error.pos);
    let token = tokens.at(offset).and_then(|position| tokens.get(position));
    match (error.msg.strip_prefix("Syntax error: "), token) {
        (Some(_), Some(token)) => SyntaxError::Unexpected {
            range: token.range.clone(),
        },
        (Some(_), None) => SyntaxError::EndsEarly {
            at: text.trim_end().len(),
        },
        (None, token) => SyntaxError::Other {
            range: token.map_or(0..text.len(), |token| token.range.clone()),
            text: error.msg.to_lowercase(),
        },
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
