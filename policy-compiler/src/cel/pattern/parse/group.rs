//! Groups and flags.

use regex_syntax::hir::{Dot, Hir};

use super::super::class::Case;
use super::super::error::{Fault, PatternError};
use super::{DEPTH, Flags, Lines, Parser};

impl Parser<'_> {
    /// A group; `None` for flags that hold from here on.
    pub(super) fn group(&mut self) -> Result<Option<Hir>, PatternError> {
        let start = self.at;
        self.takes("(");
        let outside = self.flags;
        if self.takes("?") {
            self.refuse_other_groups(start)?;
            if self.takes("P<") || self.takes("<") {
                self.name()?;
            } else if self.flags(start)? {
                return Ok(None);
            }
        }
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.fault(Fault::TooDeep, start));
        }
        let inside = self.alternation()?;
        self.depth -= 1;
        if !self.takes(")") {
            return Err(Fault::UnclosedGroup.within(start..start + 1));
        }
        self.flags = outside;
        Ok(Some(inside))
    }

    fn refuse_other_groups(&mut self, start: usize) -> Result<(), PatternError> {
        for look in ["=", "!", "<=", "<!"] {
            if self.takes(look) {
                return Err(self.fault(Fault::LookAround, start));
            }
        }
        if self.takes("P=") {
            return Err(self.fault(Fault::Backreference, start));
        }
        for other in ["P>", ">", "#", "|", "&", "'", "("] {
            if self.takes(other) {
                return Err(self.fault(Fault::UnknownGroup(format!("(?{other}")), start));
            }
        }
        Ok(())
    }

    /// A group's name, of which nothing but its form matters.
    fn name(&mut self) -> Result<(), PatternError> {
        let start = self.at;
        let rest = self.rest();
        let Some((name, _)) = rest.split_once('>') else {
            self.at += rest.len();
            return Err(self.fault(Fault::BadGroupName, start));
        };
        self.at += name.len();
        let is_word = |each: char| each.is_ascii_alphanumeric() || each == '_';
        if name.is_empty() || !name.chars().all(is_word) {
            return Err(self.fault(Fault::BadGroupName, start));
        }
        if self.names.contains(&name) {
            return Err(self.fault(Fault::RepeatedGroupName(name.to_owned()), start));
        }
        self.names.push(name);
        self.takes(">");
        Ok(())
    }

    /// Reads `i-s)` or `i-s:` and says whether no group follows.
    fn flags(&mut self, start: usize) -> Result<bool, PatternError> {
        let mut flags = self.flags;
        let mut on = true;
        let mut any_since_sign = true;
        loop {
            let at = self.at;
            match self.next() {
                Some(flag @ ('i' | 'm' | 's' | 'U')) => {
                    set(&mut flags, flag, on);
                    any_since_sign = true;
                }
                Some('-') if on => {
                    on = false;
                    any_since_sign = false;
                }
                Some(end @ (')' | ':')) if any_since_sign => {
                    self.flags = flags;
                    return Ok(end == ')');
                }
                Some(other) => return Err(self.fault(Fault::UnknownFlag(other), at)),
                None => return Err(self.fault(Fault::UnclosedFlags, start)),
            }
        }
    }
}

fn set(flags: &mut Flags, flag: char, on: bool) {
    match (flag, on) {
        ('i', true) => flags.case = Case::Folded,
        ('i', false) => flags.case = Case::Told,
        ('m', true) => flags.lines = Lines::Many,
        ('m', false) => flags.lines = Lines::One,
        ('s', true) => flags.dot = Dot::AnyChar,
        ('s', false) => flags.dot = Dot::AnyCharExceptLF,
        _ => {}
    }
}
