//! An answer, from its head to its end.

use super::error::AnswerError;
use super::list::{ListKind, Shown, Visible};
use super::media::{Media, is_plain};
use super::message::rewrite;
use super::sse::EventStream;
use crate::json::Json;
use crate::limits;

/// What is looked for in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    /// The list that was asked for. Lists of every kind are filtered wherever an answer is read;
    /// where one was asked for, an answer that cannot be read is refused, and so is a single JSON
    /// message with a result without it.
    pub list: Option<ListKind>,
    /// Whether the caller may be told of tasks. Also what streams are read with that answer no one
    /// request (GET, resumed ones).
    pub tasks: bool,
    /// Where results stand.
    pub binding: Binding,
}

/// Where an answer has its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binding {
    /// In the member `result` (JSON-RPC 2.0 section 5).
    JsonRpc,
    /// It is the result (A2A 1.0, HTTP+JSON binding).
    Rest,
}

/// What the head of an answer says.
#[derive(Debug, Clone, Copy)]
pub struct Head<'h> {
    /// Its status.
    pub status: u16,
    /// The values of `content-type`, joined with commas where there are several.
    pub content_type: Option<&'h [u8]>,
    /// The values of `content-encoding`, joined likewise.
    pub content_encoding: Option<&'h [u8]>,
}

/// What to do with the body of an answer.
#[derive(Debug)]
pub enum Plan {
    /// It goes on without being read.
    PassThrough,
    /// It is read. Its length can change, so its head goes on without `content-length`, or with
    /// that of what comes out at the end.
    Read(Answer),
}

/// An answer that is read.
#[derive(Debug)]
pub struct Answer {
    watch: Watch,
    state: State,
    /// The tasks that it told of: at most [`limits::ANSWER_TASKS`].
    told: Vec<Box<str>>,
}

/// Whoever decides, told of so many tasks and no more.
struct Bounded<'v> {
    visible: &'v mut dyn Visible,
    told: &'v mut Vec<Box<str>>,
}

impl Visible for Bounded<'_> {
    fn see(&mut self, kind: ListKind, name: &str, definition: &Json<'_>) -> Shown {
        self.visible.see(kind, name, definition)
    }

    fn task(&mut self, id: &str) {
        let is_known = self.told.iter().any(|one| **one == *id);
        if !is_known {
            if self.told.len() >= limits::ANSWER_TASKS {
                return;
            }
            self.told.push(id.into());
        }
        self.visible.task(id);
    }
}

#[derive(Debug)]
enum State {
    /// JSON, up to here.
    Whole(Vec<u8>),
    Events(EventStream),
    /// Why nothing more goes on.
    Over(AnswerError),
}

impl Plan {
    /// What to do with the body of an answer with this head.
    ///
    /// # Errors
    /// [`AnswerError::Media`]: a body that comes with success may be in a form that cannot be
    /// filtered, or a list was asked for and it is in no other. [`AnswerError::Encoded`].
    pub fn of(mut watch: Watch, head: &Head<'_>) -> Result<Self, AnswerError> {
        if watch.list.is_none() && !watch.tasks {
            return Ok(Self::PassThrough);
        }
        if !carries_a_result(head.status) {
            watch.list = None;
        }
        let state = match Media::of(head.content_type) {
            Media::Json => State::Whole(Vec::new()),
            Media::Events => State::Events(EventStream::default()),
            Media::Doubtful if carries_a_result(head.status) => return Err(AnswerError::Media),
            Media::Other if watch.list.is_some() => return Err(AnswerError::Media),
            Media::Doubtful | Media::Other => return Ok(Self::PassThrough),
        };
        if !is_plain(head.content_encoding) {
            return Err(AnswerError::Encoded);
        }
        Ok(Self::Read(Answer {
            watch,
            state,
            told: Vec::new(),
        }))
    }
}

/// Redirects and errors do not, nor what has no content (RFC 9110 section 15.3.5).
fn carries_a_result(status: u16) -> bool {
    !(300..=599).contains(&status) && status != 204
}

impl Answer {
    /// Of an answer that comes out at its end only: how long it may be. One that comes out event by
    /// event has no such bound.
    #[must_use]
    pub fn held_up_to(&self) -> Option<usize> {
        match self.state {
            State::Whole(_) => Some(limits::ANSWER_BYTES),
            State::Events(_) | State::Over(_) => None,
        }
    }

    /// Reads on: what goes on instead of the chunk, which may be nothing. The last chunk may be
    /// empty, and come again.
    ///
    /// # Errors
    /// Nothing of this chunk and behind it may go on; each later call says the same.
    pub fn push(
        &mut self,
        chunk: &[u8],
        end_of_stream: bool,
        visible: &mut dyn Visible,
    ) -> Result<Vec<u8>, AnswerError> {
        let read = self.read(chunk, end_of_stream, visible);
        match read {
            Err(error) => self.state = State::Over(error),
            Ok(_) if end_of_stream => self.state = State::Over(AnswerError::Ended),
            Ok(_) => {}
        }
        read
    }

    fn read(
        &mut self,
        chunk: &[u8],
        end_of_stream: bool,
        visible: &mut dyn Visible,
    ) -> Result<Vec<u8>, AnswerError> {
        let watch = self.watch;
        let visible = &mut Bounded {
            visible,
            told: &mut self.told,
        };
        match &mut self.state {
            State::Over(AnswerError::Ended) if chunk.is_empty() => Ok(Vec::new()),
            State::Over(error) => Err(*error),
            State::Whole(body) => {
                if body.len() + chunk.len() > limits::ANSWER_BYTES {
                    return Err(AnswerError::TooLong);
                }
                body.extend(chunk);
                if !end_of_stream {
                    return Ok(Vec::new());
                }
                let body = std::mem::take(body);
                // Nothing was said: 202 to a notification, for one.
                if body.is_empty() {
                    return Ok(body);
                }
                Ok(rewrite(&body, watch, visible)?.unwrap_or(body))
            }
            State::Events(events) => {
                // Other messages may come before the list, and streams be resumed behind it.
                let any = Watch {
                    list: None,
                    ..watch
                };
                let mut change = |data: &[u8]| rewrite(data, any, visible);
                let mut out = Vec::new();
                events.push(chunk, &mut out, &mut change)?;
                if end_of_stream {
                    events.finish(&mut out, &mut change);
                }
                Ok(out)
            }
        }
    }
}

#[cfg(test)]
mod tests;
