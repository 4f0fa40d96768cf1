//! A condition's tokens, and the bounds that keep the parser from running away.
//!
//! The parser recurses on nesting and chains without a limit of its own that would save the
//! stack, so both are bounded here first. To be a bound, the scanner must never see less than
//! the parser does: what it does not recognise (a bad escape, an open string, a stray character)
//! is an error here already.

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
    /// The position of the token at a byte.
    pub(super) fn at(&self, offset: usize) -> Option<usize> {
        self.0
            .binary_search_by_key(&offset, |token| token.range.start)
            .ok()
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
}

/// Takes a condition apart, within bounds.
pub(super) fn scan(text: &str) -> Result<Tokens, SyntaxError> {
    if text.len() > LENGTH {
        return Err(SyntaxError::TooLong { bytes: text.len() });
    }
    let mut scanner = Scanner {
        text,
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
    at: usize,
    tokens: Vec<Token>,
    /// Positions of open brackets, each with the operators seen since at its level.
    open: Vec<(usize, usize)>,
    /// Operators outside all brackets.
    outside: usize,
}

impl Scanner<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn next(&mut self) -> Result<bool, SyntaxError> {
        let blank = self.rest().len()
            - self
                .rest()
                .trim_start_matches([' ', '\t', '\n', '\r', '\u{c}'])
                .len();
        self.at += blank;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(false);
        };
        if rest.starts_with("//") {
            let length = rest.find('\n').unwrap_or(rest.len());
            return Err(SyntaxError::Comment {
                range: self.at..self.at + length,
            });
        }
        if let Some(length) = self.string()? {
            return self.push(Kind::String, length);
        }
        let rest = self.rest();
        if first.is_ascii_alphabetic() || first == '_' {
            let length = rest.find(|each: char| !is_word(each)).unwrap_or(rest.len());
            return self.push(Kind::Word, length);
        }
        if first.is_ascii_digit() {
            return self.push(Kind::Number, number(rest));
        }
        if first == '`' {
            let quoted = rest.get(1..).unwrap_or("");
            let length = quoted
                .find(|each: char| !may_be_quoted(each))
                .unwrap_or(quoted.len());
            let range = self.at..self.at + length + 1;
            return match quoted
                .get(length..)
                .is_some_and(|rest| rest.starts_with('`'))
            {
                true => self.push(Kind::Word, length + 2),
                false => Err(SyntaxError::OpenString { range }),
            };
        }
        match first {
            '(' | '[' | '{' => self.open_bracket(),
            ')' | ']' | '}' => self.close_bracket(first),
            _ => self.operator(first),
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
            return Err(SyntaxError::Unexpected { range });
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

    /// The length of the string literal that stands here, if one does.
    fn string(&self) -> Result<Option<usize>, SyntaxError> {
        let rest = self.rest();
        let prefix = rest
            .find(|each| !matches!(each, 'r' | 'R' | 'b' | 'B'))
            .unwrap_or(rest.len());
        let (letters, quoted) = rest.split_at_checked(prefix).unwrap_or((rest, ""));
        let Some(quote) = quoted
            .chars()
            .next()
            .filter(|each| matches!(each, '\'' | '"'))
        else {
            return Ok(None);
        };
        let raw = letters.contains(['r', 'R']);
        let triple: String = [quote; 3].iter().collect();
        let closing = if quoted.starts_with(&triple) {
            triple
        } else {
            quote.to_string()
        };
        let open = || SyntaxError::OpenString {
            range: self.at..self.text.len(),
        };
        let mut at = prefix + closing.len();
        loop {
            let left = rest.get(at..).unwrap_or("");
            if left.starts_with(&closing) {
                return Ok(Some(at + closing.len()));
            }
            match left.chars().next().ok_or_else(open)? {
                '\\' if !raw => {
                    let length = escape(left).ok_or_else(|| {
                        let start = self.at + at;
                        let end = left
                            .char_indices()
                            .nth(2)
                            .map_or(left.len(), |(end, _)| end);
                        SyntaxError::BadEscape {
                            range: start..start + end,
                        }
                    })?;
                    at += length;
                }
                '\n' | '\r' if closing.len() == 1 => return Err(open()),
                each => at += each.len_utf8(),
            }
        }
    }
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// What may stand in a member's name between backticks.
fn may_be_quoted(character: char) -> bool {
    is_word(character) || matches!(character, '.' | '-' | '/' | ' ')
}

/// The length of a number: digits, fraction, exponent, hexadecimal, `u`.
fn number(text: &str) -> usize {
    let mut previous = ' ';
    let mut end = 0;
    for (at, each) in text.char_indices() {
        let exponent_sign =
            matches!(each, '+' | '-') && matches!(previous, 'e' | 'E') && !text.starts_with("0x");
        let fraction = each == '.'
            && text
                .get(at + 1..)
                .is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()));
        if !(is_word(each) || exponent_sign || fraction) {
            break;
        }
        previous = each;
        end = at + each.len_utf8();
    }
    end
}

/// The length of the escape at the start of a text, if CEL has it.
fn escape(text: &str) -> Option<usize> {
    let mut characters = text.chars().skip(1);
    let kind = characters.next()?;
    let digits = |radix: u32, count: usize| {
        let found = text
            .chars()
            .skip(2)
            .take(count)
            .filter(|each| each.is_digit(radix))
            .count();
        (found == count).then_some(2 + count)
    };
    match kind {
        'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '\\' | '?' | '\'' | '"' | '`' => Some(2),
        'x' | 'X' => digits(16, 2),
        'u' => digits(16, 4),
        'U' => digits(16, 8),
        '0'..='3' => digits(8, 2),
        _ => None,
    }
}
