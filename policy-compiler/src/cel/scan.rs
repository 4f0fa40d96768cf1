//! A condition's tokens, and the bounds that keep the parser from running away.
//!
//! The parser recurses on nesting and chains without a limit of its own that would save the
//! stack, so both are bounded here first. To be a bound, the scanner must never see less than
//! the parser does: it takes tokens as the grammar has them, the longest that fits, and what it
//! does not recognise (a bad escape, an open string, a stray character) is an error here already.

mod lexeme;

use std::ops::Range;

use super::parse::SyntaxError;

/// Longest condition, in bytes.
pub(super) const LENGTH: usize = 4096;
/// Most tokens of a condition.
pub(super) const TOKENS: usize = 512;
/// Deepest nesting of brackets.
pub(super) const NESTING: usize = 32;
/// Most operators that follow each other without brackets between.
pub(super) const CHAIN: usize = 128;

/// What to do about `// …`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comments {
    /// An error. YAML folds lines: what looks like the end of a comment may be none, and the rest
    /// of the condition would be lost in it.
    Refuse,
    /// Nothing, as the language has it.
    Skip,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or keyword.
    Word,
    /// A number.
    Number,
    /// A string or bytes literal.
    String,
    /// `(`, `[` or `{`, with the position of its partner among the tokens.
    Open(usize),
    /// `)`, `]` or `}`.
    Close,
    /// An operator or other punctuation.
    Operator,
}

/// A token and its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) range: Range<usize>,
}

/// The tokens of a condition.
#[derive(Debug)]
pub(super) struct Tokens(pub(super) Vec<Token>);

impl Tokens {
    /// The position of the token that begins at a byte.
    pub(super) fn at(&self, offset: usize) -> Option<usize> {
        self.0
            .binary_search_by_key(&offset, |token| token.range.start)
            .ok()
    }

    /// The position of the first token that begins at a byte or behind it.
    pub(super) fn from(&self, offset: usize) -> usize {
        self.0.partition_point(|token| token.range.start < offset)
    }

    /// A token.
    pub(super) fn get(&self, position: usize) -> Option<&Token> {
        self.0.get(position)
    }

    /// The end of the bracket that opens at a token.
    pub(super) fn closing(&self, position: usize) -> Option<usize> {
        match self.get(position)?.kind {
            Kind::Open(partner) => Some(self.get(partner)?.range.end),
            Kind::Word | Kind::Number | Kind::String | Kind::Close | Kind::Operator => None,
        }
    }

    /// The byte behind the last token.
    pub(super) fn end(&self) -> usize {
        self.0.last().map_or(0, |token| token.range.end)
    }
}

/// Takes a condition apart, within bounds.
pub(super) fn scan(text: &str, comments: Comments) -> Result<Tokens, SyntaxError> {
    if text.len() > LENGTH {
        return Err(SyntaxError::TooLong { bytes: text.len() });
    }
    let mut scanner = Scanner {
        text,
        comments,
        at: 0,
        tokens: Vec::new(),
        open: Vec::new(),
        outside: 0,
    };
    while scanner.next()? {}
    if let Some((position, _)) = scanner.open.pop() {
        let range = scanner
            .tokens
            .get(position)
            .map_or(0..0, |token| token.range.clone());
        return Err(SyntaxError::Unclosed { range });
    }
    Ok(Tokens(scanner.tokens))
}

struct Scanner<'t> {
    text: &'t str,
    comments: Comments,
    at: usize,
    tokens: Vec<Token>,
    /// Positions of open brackets, each with the operators seen since at its level.
    open: Vec<(usize, usize)>,
    /// Operators outside all brackets.
    outside: usize,
}

impl<'t> Scanner<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn next(&mut self) -> Result<bool, SyntaxError> {
        self.blank()?;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(false);
        };
        if let Some(string) = lexeme::string(rest) {
            let length = string.map_err(|flaw| self.flaw(flaw))?;
            return self.push(Kind::String, length);
        }
        if let Some(length) = lexeme::word(rest) {
            return self.push(Kind::Word, length);
        }
        if let Some(length) = lexeme::number(rest) {
            return self.push(Kind::Number, length);
        }
        match first {
            '`' => match lexeme::quoted(rest) {
                Some(length) => self.push(Kind::Word, length),
                None => Err(SyntaxError::OpenName {
                    range: self.at..self.at + 1,
                }),
            },
            '(' | '[' | '{' => self.open_bracket(),
            ')' | ']' | '}' => self.close_bracket(first),
            _ => self.operator(first),
        }
    }

    /// Passes over what stands between tokens.
    fn blank(&mut self) -> Result<(), SyntaxError> {
        loop {
            let rest = self.rest();
            let text = rest.trim_start_matches([' ', '\t', '\n', '\r', '\u{c}']);
            self.at += rest.len() - text.len();
            if !text.starts_with("//") {
                return Ok(());
            }
            let length = text.find('\n').unwrap_or(text.len());
            if self.comments == Comments::Refuse {
                return Err(SyntaxError::Comment {
                    range: self.at..self.at + length,
                });
            }
            self.at += length;
        }
    }

    fn flaw(&self, flaw: lexeme::Flaw) -> SyntaxError {
        match flaw {
            lexeme::Flaw::Open => SyntaxError::OpenString {
                range: self.at..self.text.len(),
            },
            lexeme::Flaw::Escape(Range { start, end }) => SyntaxError::BadEscape {
                range: self.at + start..self.at + end,
            },
        }
    }

    fn push(&mut self, kind: Kind, length: usize) -> Result<bool, SyntaxError> {
        if self.tokens.len() == TOKENS {
            return Err(SyntaxError::TooManyTokens);
        }
        self.tokens.push(Token {
            kind,
            range: self.at..self.at + length,
        });
        self.at += length;
        Ok(true)
    }

    fn open_bracket(&mut self) -> Result<bool, SyntaxError> {
        if self.open.len() == NESTING {
            return Err(SyntaxError::TooDeep {
                range: self.at..self.at + 1,
                levels: NESTING,
            });
        }
        self.open.push((self.tokens.len(), 0));
        // The partner is filled in when it comes.
        self.push(Kind::Open(self.tokens.len()), 1)
    }

    fn close_bracket(&mut self, bracket: char) -> Result<bool, SyntaxError> {
        let range = self.at..self.at + 1;
        let partner = self.tokens.len();
        let Some((position, _)) = self.open.pop() else {
            return Err(SyntaxError::Unexpected { range });
        };
        let Some(opening) = self.tokens.get_mut(position) else {
            return Err(SyntaxError::Unexpected { range });
        };
        let expected = match self.text.get(opening.range.clone()) {
            Some("(") => ')',
            Some("[") => ']',
            _ => '}',
        };
        if expected != bracket {
            return Err(SyntaxError::WrongBracket {
                range,
                opening: opening.range.clone(),
                expected,
            });
        }
        opening.kind = Kind::Open(partner);
        self.push(Kind::Close, 1)
    }

    fn operator(&mut self, first: char) -> Result<bool, SyntaxError> {
        const LONG: &[&str] = &["&&", "||", "==", "!=", "<=", ">="];
        const SHORT: &[char] = &['.', ',', '?', ':', '+', '-', '*', '/', '%', '<', '>', '!'];
        let long = LONG
            .iter()
            .find(|operator| self.rest().starts_with(**operator));
        if long.is_none() && !SHORT.contains(&first) {
            let range = self.at..self.at + first.len_utf8();
            return Err(SyntaxError::Unexpected { range });
        }
        // Commas separate; everything else makes the tree deeper.
        if first != ',' {
            let level = self
                .open
                .last_mut()
                .map_or(&mut self.outside, |(_, operators)| operators);
            if *level == CHAIN {
                return Err(SyntaxError::ChainTooLong {
                    range: self.at..self.at + 1,
                });
            }
            *level += 1;
        }
        self.push(Kind::Operator, long.map_or(1, |operator| operator.len()))
    }
}

#[cfg(test)]
mod tests;
