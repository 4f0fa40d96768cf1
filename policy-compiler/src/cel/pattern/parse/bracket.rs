//! Classes in brackets.

use regex_syntax::hir::{ClassUnicode, Hir};

use super::super::class::{self, Sign};
use super::super::error::{Fault, PatternError};
use super::{Parser, hir};

impl Parser<'_> {
    pub(super) fn bracket(&mut self) -> Result<Hir, PatternError> {
        let start = self.at;
        self.takes("[");
        let negated = self.takes("^");
        let mut class = ClassUnicode::empty();
        let mut first = true;
        loop {
            if !first && self.takes("]") {
                break;
            }
            if self.peek().is_none() {
                return Err(Fault::UnclosedClass.within(start..start + 1));
            }
            class.union(&self.member()?);
            first = false;
        }
        if negated {
            class.negate();
        }
        Ok(hir(class))
    }

    /// A named class, a range or a character.
    fn member(&mut self) -> Result<ClassUnicode, PatternError> {
        let start = self.at;
        if let Some(class) = self.posix()? {
            return Ok(class);
        }
        if self.takes("[") {
            return Err(self.fault(Fault::NestedClass, start));
        }
        for operation in ["&&", "--", "~~"] {
            if self.takes(operation) {
                return Err(self.fault(Fault::ClassOperation(operation), start));
            }
        }
        if self.rest().starts_with('\\')
            && let Some(class) = self.escaped_class()?
        {
            return Ok(class);
        }
        let from = self.character()?;
        let rest = self.rest();
        if !rest.starts_with('-') || rest.starts_with("-]") || rest.len() == 1 {
            return Ok(class::of([(from, from)], Sign::Positive, self.flags.case));
        }
        if self.takes("--") {
            return Err(self.fault(Fault::ClassOperation("--"), self.at - 2));
        }
        self.takes("-");
        let to = self.character()?;
        if to < from {
            let written = self.pattern.get(start..self.at).unwrap_or_default();
            return Err(self.fault(Fault::BackwardRange(written.to_owned()), start));
        }
        Ok(class::of([(from, to)], Sign::Positive, self.flags.case))
    }

    fn character(&mut self) -> Result<char, PatternError> {
        let start = self.at;
        if self.rest().starts_with('\\') {
            return self.escaped_character();
        }
        self.next()
            .ok_or_else(|| Fault::UnclosedClass.within(start..start))
    }

    /// `[:alpha:]`. A `[:` that is closed by no `:]` is no class.
    fn posix(&mut self) -> Result<Option<ClassUnicode>, PatternError> {
        let start = self.at;
        let Some((name, _)) = self
            .rest()
            .strip_prefix("[:")
            .and_then(|rest| rest.split_once(":]"))
        else {
            return Ok(None);
        };
        self.at += name.len() + 4;
        match class::posix(name, self.flags.case) {
            Some(class) => Ok(Some(class)),
            None => Err(self.fault(Fault::UnknownClass(format!("[:{name}:]")), start)),
        }
    }
}
