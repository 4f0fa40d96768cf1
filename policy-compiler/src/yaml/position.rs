//! Finding a place in a scalar's text again in the file.
//!
//! Folding changes white space only, single quotes only doubled quotes, double quotes only
//! escapes. So text and source are walked side by side; where they disagree in any other way
//! there is no answer, and the caller points at the whole scalar.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

use super::Style;

/// Where bytes `start..end` of `text` stand in `written`.
pub(super) fn locate(
    written: &str,
    style: Style,
    text: &str,
    start: usize,
    end: usize,
) -> Option<Range<usize>> {
    let mut walk = Walk {
        written: inside(written, style)?,
        style,
    };
    let mut first = None;
    let mut last_end = None;
    for (at, character) in text.char_indices() {
        let place = walk.find(character);
        if at >= start && first.is_none() {
            first = Some(place.clone()?.start);
        }
        if at < end {
            last_end = Some(place?.end);
        } else if first.is_some() {
            break;
        } else {
            place?;
        }
    }
    // A place behind the last character ("something is missing here").
    let end_of_text = last_end.unwrap_or(0);
    let first = first.unwrap_or(end_of_text);
    Some(first..last_end.unwrap_or(first).max(first))
}

type Characters<'a> = Peekable<CharIndices<'a>>;

struct Walk<'a> {
    written: Characters<'a>,
    style: Style,
}

/// What is between the quotes.
fn inside(written: &str, style: Style) -> Option<Characters<'_>> {
    let quote = match style {
        Style::Plain | Style::Block => return Some(written.char_indices().peekable()),
        Style::SingleQuoted => '\'',
        Style::DoubleQuoted => '"',
    };
    let mut characters = written.char_indices().peekable();
    characters.next_if(|(_, first)| *first == quote)?;
    Some(characters)
}

impl Walk<'_> {
    /// Moves behind the next character of the text and says where it stands.
    fn find(&mut self, wanted: char) -> Option<Range<usize>> {
        if wanted.is_whitespace() {
            return self.white_space();
        }
        while self
            .written
            .next_if(|(_, found)| found.is_whitespace())
            .is_some()
        {}
        let (at, found) = self.written.next()?;
        match (self.style, found) {
            (Style::DoubleQuoted, '\\') => self.escape(at, wanted),
            (Style::SingleQuoted, '\'') => {
                let (second, _) = self.written.next_if(|(_, next)| *next == '\'')?;
                (wanted == '\'').then_some(at..second + 1)
            }
            _ => (found == wanted).then_some(at..at + found.len_utf8()),
        }
    }

    /// White space of the text: the next of the source, or none where folding removed it.
    fn white_space(&mut self) -> Option<Range<usize>> {
        if self.style == Style::DoubleQuoted
            && let Some((at, _)) = self.written.next_if(|(_, found)| *found == '\\')
        {
            let (end, _) = self.written.next()?;
            return Some(at..end + 1);
        }
        match self.written.next_if(|(_, found)| found.is_whitespace()) {
            Some((at, found)) => Some(at..at + found.len_utf8()),
            None => self.written.peek().map(|(at, _)| *at..*at),
        }
    }

    fn escape(&mut self, start: usize, wanted: char) -> Option<Range<usize>> {
        let (at, kind) = self.written.next()?;
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '\r' | '\n' => return self.find(wanted),
            // Which character a short escape stands for was decided by the parser.
            _ => return Some(start..at + kind.len_utf8()),
        };
        let mut end = at + 1;
        for _ in 0..digits {
            let (digit, _) = self.written.next()?;
            end = digit + 1;
        }
        Some(start..end)
    }
}
