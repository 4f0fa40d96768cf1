//! A text with places of it written anew.

use std::ops::Range;

use super::error::AnswerError;

/// A text, and what of it was written anew so far, from front to back.
pub(super) struct Edits<'t> {
    text: &'t [u8],
    /// What stands now for the text up to `taken`.
    written: Vec<u8>,
    taken: usize,
}

impl<'t> Edits<'t> {
    pub(super) fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            written: Vec::new(),
            taken: 0,
        }
    }

    pub(super) fn text(&self) -> &'t [u8] {
        self.text
    }

    /// Writes these for what stands there, which must be behind all that was replaced before.
    pub(super) fn replace(&mut self, at: Range<usize>, with: &[&str]) -> Result<(), AnswerError> {
        let kept = self.text.get(self.taken..at.start);
        self.written.extend(kept.ok_or(AnswerError::Json)?);
        for part in with {
            self.written.extend(part.as_bytes());
        }
        self.taken = at.end;
        Ok(())
    }

    /// The text as it is now; nothing where it is as it was. No edit ends before the first byte, as
    /// the text begins with a brace or bracket.
    pub(super) fn finish(mut self) -> Result<Option<Vec<u8>>, AnswerError> {
        if self.taken == 0 {
            return Ok(None);
        }
        let rest = self.text.get(self.taken..).ok_or(AnswerError::Json)?;
        self.written.extend(rest);
        Ok(Some(self.written))
    }
}
