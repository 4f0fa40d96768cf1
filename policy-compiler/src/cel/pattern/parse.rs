//! RE2's grammar, with the flags that RE2 has where a pattern is a Perl-like one.

mod bracket;
mod escape;
mod group;

use regex_syntax::hir::{Class, Dot, Hir, Look, Repetition};

use super::class::{self, Case};
use super::error::{Fault, PatternError};

/// Deepest nesting of groups.
const DEPTH: usize = 64;
/// Most repetitions.
const REPETITIONS: u32 = 1000;

pub(super) fn parse(pattern: &str) -> Result<Hir, PatternError> {
    let mut parser = Parser {
        pattern,
        at: 0,
        flags: Flags::default(),
        names: Vec::new(),
        depth: 0,
    };
    let expression = parser.alternation()?;
    if parser.at < pattern.len() {
        return Err(Fault::UnopenedGroup.within(parser.at..parser.at + 1));
    }
    Ok(expression)
}

struct Parser<'p> {
    pattern: &'p str,
    at: usize,
    flags: Flags,
    names: Vec<&'p str>,
    depth: usize,
}

/// The flags that hold at a place. `U` exchanges greedy and lazy, which no verdict depends on.
#[derive(Debug, Clone, Copy)]
struct Flags {
    case: Case,
    lines: Lines,
    dot: Dot,
}

/// Whether `^` and `$` stand at the ends of lines too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

impl Default for Flags {
    fn default() -> Self {
        Self {
            case: Case::Told,
            lines: Lines::One,
            dot: Dot::AnyCharExceptLF,
        }
    }
}

impl<'p> Parser<'p> {
    fn rest(&self) -> &'p str {
        self.pattern.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn takes(&mut self, text: &str) -> bool {
        let found = self.rest().starts_with(text);
        if found {
            self.at += text.len();
        }
        found
    }

    fn fault(&self, fault: Fault, start: usize) -> PatternError {
        fault.within(start..self.at)
    }

    fn alternation(&mut self) -> Result<Hir, PatternError> {
        let mut branches = vec![self.sequence()?];
        while self.takes("|") {
            branches.push(self.sequence()?);
        }
        Ok(Hir::alternation(branches))
    }

    fn sequence(&mut self) -> Result<Hir, PatternError> {
        let mut parts = Vec::new();
        while let Some(next) = self.peek() {
            match next {
                '|' | ')' => break,
                '(' => {
                    if let Some(group) = self.group()? {
                        parts.push(self.repeated(group)?);
                    }
                }
                _ if self.rest().starts_with("\\Q") => self.quoted(&mut parts)?,
                _ => {
                    let atom = self.atom(next)?;
                    parts.push(self.repeated(atom)?);
                }
            }
        }
        Ok(Hir::concat(parts))
    }

    fn atom(&mut self, next: char) -> Result<Hir, PatternError> {
        let start = self.at;
        if self.repetition()?.is_some() {
            return Err(self.fault(Fault::NothingToRepeat, start));
        }
        match next {
            '[' => return self.bracket(),
            '\\' => return self.escape(),
            _ => {}
        }
        self.next();
        Ok(match (next, self.flags.lines) {
            ('.', _) => Hir::dot(self.flags.dot),
            ('^', Lines::One) => Hir::look(Look::Start),
            ('^', Lines::Many) => Hir::look(Look::StartLF),
            ('$', Lines::One) => Hir::look(Look::End),
            ('$', Lines::Many) => Hir::look(Look::EndLF),
            (literal, _) => class::literal(literal, self.flags.case),
        })
    }

    /// `\Q…\E`, or to the end: nothing in it means anything.
    fn quoted(&mut self, parts: &mut Vec<Hir>) -> Result<(), PatternError> {
        self.takes("\\Q");
        let mut last = None;
        while !self.takes("\\E") {
            let Some(next) = self.next() else {
                break;
            };
            parts.extend(last.replace(class::literal(next, self.flags.case)));
        }
        if let Some(last) = last {
            let last = self.repeated(last)?;
            parts.push(last);
        }
        Ok(())
    }

    /// What was read, with the repetition behind it if there is one.
    fn repeated(&mut self, atom: Hir) -> Result<Hir, PatternError> {
        let Some((min, max)) = self.repetition()? else {
            return Ok(atom);
        };
        let start = self.at;
        if self.repetition()?.is_some() {
            return Err(self.fault(Fault::RepeatedTwice, start));
        }
        Ok(Hir::repetition(Repetition {
            min,
            max,
            greedy: true,
            sub: Box::new(atom),
        }))
    }

    /// `*`, `+`, `?`, `{n}`, `{n,}` or `{n,m}`, with the `?` behind it that makes it lazy.
    fn repetition(&mut self) -> Result<Option<(u32, Option<u32>)>, PatternError> {
        let start = self.at;
        let found = match self.peek() {
            Some('*') => Some((0, None)),
            Some('+') => Some((1, None)),
            Some('?') => Some((0, Some(1))),
            Some('{') => {
                let counted = counted(self.rest());
                let Some((min, max, length)) = counted else {
                    return Ok(None);
                };
                self.at += length;
                let top = max.unwrap_or(min);
                if min > REPETITIONS || top > REPETITIONS || top < min {
                    return Err(self.fault(Fault::BadRepetition, start));
                }
                self.takes("?");
                return Ok(Some((min, max)));
            }
            _ => None,
        };
        if found.is_some() {
            self.next();
            self.takes("?");
        }
        Ok(found)
    }
}

/// The numbers of `{n}`, `{n,}` or `{n,m}` and its length. Anything else is no repetition, and
/// `{` is itself.
fn counted(text: &str) -> Option<(u32, Option<u32>, usize)> {
    let inside = text.strip_prefix('{')?;
    let (inside, _) = inside.split_once('}')?;
    let (min, max) = match inside.split_once(',') {
        None => {
            let exactly = count(inside)?;
            (exactly, Some(exactly))
        }
        Some((min, "")) => (count(min)?, None),
        Some((min, max)) => (count(min)?, Some(count(max)?)),
    };
    Some((min, max, inside.len() + 2))
}

fn count(digits: &str) -> Option<u32> {
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    let leading_zero = digits.len() > 1 && digits.starts_with('0');
    (is_number && !leading_zero).then(|| digits.parse().unwrap_or(u32::MAX))
}

fn hir(class: regex_syntax::hir::ClassUnicode) -> Hir {
    Hir::class(Class::Unicode(class))
}
