//! Where the parts of an expression stand, found among its tokens.

use std::ops::Range;

use crate::cel::scan::{Kind, Token, Tokens};

pub(super) struct Places<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a Tokens,
}

impl Places<'_> {
    /// The bytes of the token at an offset.
    pub(super) fn token(&self, offset: usize) -> Range<usize> {
        self.behind(offset, 0)
    }

    /// The bytes of a token behind the one at an offset.
    pub(super) fn behind(&self, offset: usize, count: usize) -> Range<usize> {
        let position = self.tokens.at(offset).map(|position| position + count);
        position
            .and_then(|position| self.tokens.get(position))
            .map_or(offset..offset, |token| token.range.clone())
    }

    /// The token before an offset.
    pub(super) fn before(&self, offset: usize) -> Option<Range<usize>> {
        self.preceding(offset).map(|token| token.range.clone())
    }

    fn preceding(&self, offset: usize) -> Option<&Token> {
        let position = self.tokens.from(offset).checked_sub(1)?;
        self.tokens.get(position)
    }

    /// Behind where the bracket at an offset closes.
    pub(super) fn closing(&self, bracket: usize) -> usize {
        let position = self.tokens.at(bracket);
        position
            .and_then(|position| self.tokens.closing(position))
            .unwrap_or(bracket + 1)
    }

    /// A name with dots that ends before an offset.
    pub(super) fn qualified(&self, name: &str, offset: usize) -> Range<usize> {
        let leading = usize::from(name.starts_with('.'));
        let dots = name.matches('.').count();
        // Each dot stands between two words, except a leading one.
        let tokens = 2 * dots + 1 - leading;
        let end = self.tokens.from(offset);
        let first = end
            .checked_sub(tokens)
            .and_then(|position| self.tokens.get(position));
        let last = self.before(offset).unwrap_or(offset..offset);
        first.map_or(last.start, |token| token.range.start)..last.end
    }

    /// An expression with all brackets that group it alone, and the signs in them that cancel
    /// each other out: `(--a)`.
    pub(super) fn grouped(&self, range: &Range<usize>) -> Range<usize> {
        self.grouped_behind(0, range)
    }

    /// The same, but for what begins before an offset.
    pub(super) fn grouped_behind(&self, offset: usize, range: &Range<usize>) -> Range<usize> {
        let mut range = range.clone();
        while let Some(opening) = self.grouping(&range).filter(|opening| *opening >= offset) {
            range = opening..self.closing(opening);
        }
        range
    }

    /// Where the bracket opens that groups an expression and nothing else.
    fn grouping(&self, range: &Range<usize>) -> Option<usize> {
        let opening = self.preceding(self.signed(range.start))?;
        let Kind::Open(partner) = opening.kind else {
            return None;
        };
        let opening = opening.range.clone();
        let closes = self.tokens.from(range.end) == partner;
        // A call's bracket stands behind a name.
        let called = self
            .preceding(opening.start)
            .is_some_and(|token| token.kind == Kind::Word && self.says(token) != "in");
        (closes && !called && self.text.get(opening.clone()) == Some("(")).then_some(opening.start)
    }

    /// Where the signs before an operand begin.
    pub(super) fn signed(&self, mut start: usize) -> usize {
        while let Some(sign) = self.sign(start) {
            start = sign.start;
        }
        start
    }

    /// Where the `-` before an operand is, unless it stands between two operands.
    pub(super) fn minus(&self, start: usize) -> Option<usize> {
        let sign = self.sign(start)?;
        (self.text.get(sign.clone()) == Some("-")).then_some(sign.start)
    }

    /// The `-` or `!` before an operand.
    fn sign(&self, start: usize) -> Option<Range<usize>> {
        let sign = self.preceding(start)?;
        match self.says(sign) {
            "!" => Some(sign.range.clone()),
            "-" => {
                let ends_operand =
                    self.preceding(sign.range.start)
                        .is_some_and(|token| match token.kind {
                            Kind::Word => self.says(token) != "in",
                            Kind::Number | Kind::String | Kind::Close => true,
                            Kind::Open(_) | Kind::Operator => false,
                        });
                (!ends_operand).then(|| sign.range.clone())
            }
            _ => None,
        }
    }

    fn says(&self, token: &Token) -> &str {
        self.text.get(token.range.clone()).unwrap_or("")
    }
}
