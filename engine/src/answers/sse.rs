//! Event streams (WHATWG HTML section 9.2.6), chunk by chunk.
//!
//! Lines go on as they come, as long as their event has no data: comments and `id` wait for
//! nothing. From its first `data` line on an event is held until its end. It goes on verbatim, or
//! with its data written anew where that changed.

use super::error::AnswerError;
use crate::limits;

/// What becomes of the data of an event: nothing, or other data.
pub(super) type Change<'c> = dyn FnMut(&[u8]) -> Result<Option<Vec<u8>>, AnswerError> + 'c;

/// A reader in the middle of a stream.
#[derive(Debug, Default)]
pub(super) struct EventStream {
    /// The event from its first `data` line on, or what there is of a line before that.
    held: Vec<u8>,
    /// Where in `held` the line begins that is being read.
    line: usize,
    /// Whether the event has data.
    has_data: bool,
    /// Whether the last byte was a CR: an LF belongs to it.
    after_cr: bool,
    /// Whether something has gone on: before that, `held` can begin with a byte order mark.
    begun: bool,
}

const MARK: &[u8] = b"\xEF\xBB\xBF";

impl EventStream {
    /// Reads on, and writes what may go on.
    pub(super) fn push(
        &mut self,
        chunk: &[u8],
        out: &mut Vec<u8>,
        change: &mut Change<'_>,
    ) -> Result<(), AnswerError> {
        for byte in chunk {
            if *byte == b'\n' && self.after_cr {
                self.after_cr = false;
                if self.has_data {
                    self.held.push(*byte);
                    self.line = self.held.len();
                } else {
                    out.push(*byte);
                }
                continue;
            }
            if self.held.len() >= limits::EVENT_BYTES {
                return Err(AnswerError::TooLong);
            }
            self.held.push(*byte);
            self.after_cr = *byte == b'\r';
            if matches!(byte, b'\r' | b'\n') {
                self.line_ends(out, change)?;
            }
        }
        Ok(())
    }

    /// The stream is over. An event without its blank line is none (section 9.2.6), but some
    /// readers take it for one: it is read like one, and left out where it cannot be.
    pub(super) fn finish(&mut self, out: &mut Vec<u8>, change: &mut Change<'_>) {
        let (last, first) = self.current();
        self.has_data |= data(last, first).is_some();
        // Of an event that fails nothing was written.
        let _ = self.event_ends(out, change);
    }

    fn line_ends(&mut self, out: &mut Vec<u8>, change: &mut Change<'_>) -> Result<(), AnswerError> {
        let (line, first) = self.current();
        let is_blank = parts(line, first).1.is_empty();
        self.has_data |= data(line, first).is_some();
        if self.has_data && !is_blank {
            self.line = self.held.len();
            return Ok(());
        }
        self.event_ends(out, change)
    }

    /// The line that is being read, and whether it is the first of the stream.
    fn current(&self) -> (&[u8], bool) {
        let line = self.held.get(self.line..).unwrap_or_default();
        (line, !self.begun && self.line == 0)
    }

    /// An event with data ends, or a line without any.
    fn event_ends(
        &mut self,
        out: &mut Vec<u8>,
        change: &mut Change<'_>,
    ) -> Result<(), AnswerError> {
        let held = std::mem::take(&mut self.held);
        if self.has_data {
            event(&held, !self.begun, out, change)?;
        } else {
            out.extend(&held);
        }
        self.begun = true;
        self.line = 0;
        self.has_data = false;
        Ok(())
    }
}

/// Writes an event, with its data changed or as it is.
fn event(
    event: &[u8],
    first: bool,
    out: &mut Vec<u8>,
    change: &mut Change<'_>,
) -> Result<(), AnswerError> {
    let mut joined: Option<Vec<u8>> = None;
    for (number, line) in lines(event).enumerate() {
        let Some(value) = data(line, first && number == 0) else {
            continue;
        };
        match &mut joined {
            None => joined = Some(value.to_vec()),
            Some(joined) => {
                joined.push(b'\n');
                joined.extend(value);
            }
        }
    }
    let joined = joined.unwrap_or_default();
    // Whatever has neither brace nor bracket is no message, but an empty event or a sign of life.
    let changed = match joined.iter().any(|byte| matches!(byte, b'{' | b'[')) {
        true => change(&joined)?,
        false => None,
    };
    let Some(changed) = changed else {
        out.extend(event);
        return Ok(());
    };
    let mut to_write = Some(changed);
    for (number, line) in lines(event).enumerate() {
        let first = first && number == 0;
        if data(line, first).is_none() {
            out.extend(line);
        } else if let Some(changed) = to_write.take() {
            let (mark, _, end) = parts(line, first);
            out.extend(mark);
            write(&changed, end, out);
        }
    }
    Ok(())
}

/// Data in as many lines as it has. It has no CR: none came in, and none was written.
fn write(data: &[u8], end: &[u8], out: &mut Vec<u8>) {
    let between: &[u8] = if end.is_empty() { b"\n" } else { end };
    for (number, line) in data.split(|byte| *byte == b'\n').enumerate() {
        if number > 0 {
            out.extend(between);
        }
        out.extend(b"data: ");
        out.extend(line);
    }
    out.extend(end);
}

/// The value of a `data` line; nothing where it is another.
fn data(line: &[u8], first: bool) -> Option<&[u8]> {
    let rest = parts(line, first).1.strip_prefix(b"data")?;
    if rest.is_empty() {
        return Some(rest);
    }
    let value = rest.strip_prefix(b":")?;
    Some(value.strip_prefix(b" ").unwrap_or(value))
}

/// A line as the byte order mark, which only the first may have, what it says and its end.
fn parts(line: &[u8], first: bool) -> (&[u8], &[u8], &[u8]) {
    let is_end = |byte: &&u8| matches!(byte, b'\r' | b'\n');
    let ends = line.iter().rev().take_while(is_end).count();
    let (line, end) = line.split_at_checked(line.len() - ends).unwrap_or_default();
    match line.strip_prefix(MARK) {
        Some(rest) if first => (MARK, rest, end),
        _ => (b"", line, end),
    }
}

/// The lines of an event with their ends.
fn lines(event: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = event;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let length = match end {
            None => rest.len(),
            Some(end) if rest.get(end..end + 2) == Some(b"\r\n") => end + 2,
            Some(end) => end + 1,
        };
        let (line, behind) = rest.split_at_checked(length)?;
        rest = behind;
        Some(line)
    })
}

#[cfg(test)]
mod tests;
