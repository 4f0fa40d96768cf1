//! What a `\` makes of what stands behind it.

use regex_syntax::hir::{ClassUnicode, Hir, Look};

use super::super::class::{self, Sign};
use super::super::error::{Fault, PatternError};
use super::{Parser, hir};

impl Parser<'_> {
    /// An escape outside brackets.
    pub(super) fn escape(&mut self) -> Result<Hir, PatternError> {
        let start = self.at;
        if let Some(class) = self.escaped_class()? {
            return Ok(hir(class));
        }
        let look = match self.rest().chars().nth(1) {
            Some('A') => Look::Start,
            Some('z') => Look::End,
            Some('b') => Look::WordAscii,
            Some('B') => Look::WordAsciiNegate,
            Some('C') => {
                self.at += 2;
                return Err(self.fault(Fault::AnyByte, start));
            }
            _ => return Ok(class::literal(self.escaped_character()?, self.flags.case)),
        };
        self.at += 2;
        // `\b{start}` and the like are another engine's.
        if self.rest().starts_with('{') && super::counted(self.rest()).is_none() {
            self.at += 1;
            return Err(self.fault(Fault::UnknownEscape("\\b{".to_owned()), start));
        }
        Ok(Hir::look(look))
    }

    /// `\d`, `\pL` and the like, inside brackets and outside; nothing is read where it is another
    /// escape.
    pub(super) fn escaped_class(&mut self) -> Result<Option<ClassUnicode>, PatternError> {
        let start = self.at;
        let Some(letter) = self.rest().chars().nth(1) else {
            return Ok(None);
        };
        if let Some(class) = class::perl(letter, self.flags.case) {
            self.at += 2;
            return Ok(Some(class));
        }
        let mut sign = match letter {
            'p' => Sign::Positive,
            'P' => Sign::Negative,
            _ => return Ok(None),
        };
        self.at += 2;
        let mut name = match self.next() {
            Some('{') => {
                let name = self.rest().split_once('}').map(|(name, _)| name);
                self.at += name.map_or(self.rest().len(), |name| name.len() + 1);
                name.unwrap_or_default()
            }
            Some(one) => {
                let from = self.at - one.len_utf8();
                self.pattern.get(from..self.at).unwrap_or_default()
            }
            None => "",
        };
        if let Some(negated) = name.strip_prefix('^') {
            name = negated;
            sign = match sign {
                Sign::Positive => Sign::Negative,
                Sign::Negative => Sign::Positive,
            };
        }
        match class::unicode(name, sign, self.flags.case) {
            Some(class) => Ok(Some(class)),
            None => {
                let written = self.pattern.get(start..self.at).unwrap_or_default();
                Err(self.fault(Fault::UnknownClass(written.to_owned()), start))
            }
        }
    }

    /// An escape that stands for one character.
    pub(super) fn escaped_character(&mut self) -> Result<char, PatternError> {
        let start = self.at;
        self.takes("\\");
        let Some(next) = self.next() else {
            return Err(self.fault(Fault::EscapesNothing, start));
        };
        let found = match next {
            '1'..='7' if !self.peek().is_some_and(|next| next.is_digit(8)) => {
                return Err(self.fault(Fault::Backreference, start));
            }
            '8' | '9' => return Err(self.fault(Fault::Backreference, start)),
            '0'..='7' => {
                let mut code = next.to_digit(8).unwrap_or_default();
                for _ in 0..2 {
                    let Some(digit) = self.peek().and_then(|next| next.to_digit(8)) else {
                        break;
                    };
                    code = code * 8 + digit;
                    self.next();
                }
                char::from_u32(code)
            }
            'x' => self.hexadecimal(),
            'a' => Some('\x07'),
            'f' => Some('\x0c'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            'v' => Some('\x0b'),
            // RE2 takes these two for themselves; who writes them means the edge of a word.
            '<' | '>' => None,
            '_' => Some('_'),
            other if other.is_ascii() && !other.is_ascii_alphanumeric() => Some(other),
            _ => None,
        };
        found.ok_or_else(|| {
            let written = self.pattern.get(start..self.at).unwrap_or_default();
            self.fault(Fault::UnknownEscape(written.to_owned()), start)
        })
    }

    /// `\x7F` or `\x{10FFFF}`, from behind the `x`.
    fn hexadecimal(&mut self) -> Option<char> {
        let digits = if self.takes("{") {
            let (digits, _) = self.rest().split_once('}')?;
            self.at += digits.len() + 1;
            digits
        } else {
            let digits = self.rest().get(..2)?;
            self.at += 2;
            digits
        };
        let are_digits = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let code = u32::from_str_radix(digits, 16).ok()?;
        are_digits.then_some(code).and_then(char::from_u32)
    }
}
