//! A request's body on its way in: each piece is read as it comes, up to a limit.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use remit_engine::decision::{Progress, Unread};
use remit_engine::json::Json;
use remit_engine::json::reader::{ReadError, Reader};

use crate::course::Fate;
use crate::gateway::{CallFailed, ContextId, Gateway};
use crate::pairs;

/// Milliseconds without a byte of it after which a body is given up.
pub const PATIENCE: i64 = 10_000;

/// A body that is coming in, and what the request was found to be before.
pub struct Reading {
    head: Vec<u8>,
    progress: Progress,
    reader: Reader,
    /// Bytes of it that were read.
    seen: usize,
}

/// Why a body is not read any further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// It is not one that is decided on.
    Unread(Unread),
    /// The gateway did not hand it over.
    CallFailed,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").finish_non_exhaustive()
    }
}

impl From<CallFailed> for Stopped {
    fn from(_: CallFailed) -> Self {
        Self::CallFailed
    }
}

impl From<ReadError> for Stopped {
    fn from(error: ReadError) -> Self {
        Self::Unread(match error {
            ReadError::TooLarge => Unread::TooLarge,
            ReadError::Malformed => Unread::Malformed,
        })
    }
}

impl Reading {
    /// Of a request with this head, as far as it was decided.
    #[must_use]
    pub fn new(head: Vec<u8>, progress: Progress) -> Self {
        let reader = Reader::new(progress.most());
        Self {
            head,
            progress,
            reader,
            seen: 0,
        }
    }

    /// The head, and how far it was decided.
    #[must_use]
    pub fn head(&self) -> (&[u8], &Progress) {
        (&self.head, &self.progress)
    }

    /// Bytes that were read.
    #[must_use]
    pub fn seen(&self) -> usize {
        self.seen
    }

    /// Whether the head itself says that the body is longer than is read: that need not come.
    ///
    /// # Errors
    /// [`Stopped`].
    pub fn announced(&self) -> Result<(), Stopped> {
        let fields = pairs::read(&self.head).map_err(|_| Stopped::CallFailed)?;
        let is_length = |name: &[u8]| name.eq_ignore_ascii_case(b"content-length");
        let mut lengths = fields.iter().filter(|(name, _)| is_length(name));
        let fits = lengths.all(|(_, value)| {
            let value = std::str::from_utf8(value).unwrap_or_default();
            // What is no number is longer than any.
            value.parse().unwrap_or(usize::MAX) <= self.progress.most()
        });
        if fits {
            Ok(())
        } else {
            Err(Stopped::Unread(Unread::TooLarge))
        }
    }

    /// Reads what has come since. The gateway says how much of the body there is by now.
    ///
    /// # Errors
    /// [`Stopped`].
    pub fn take(&mut self, gateway: &impl Gateway, size: usize) -> Result<(), Stopped> {
        let most = self.progress.most();
        if size > most {
            return Err(Stopped::Unread(Unread::TooLarge));
        }
        let news = size.saturating_sub(self.seen);
        if news == 0 {
            return Ok(());
        }
        let piece = gateway.request_body(self.seen, news)?;
        if piece.len() != news {
            return Err(Stopped::CallFailed);
        }
        self.seen = size;
        self.reader.push(&piece)?;
        Ok(())
    }

    /// Reads whatever is there, where the gateway does not say how much that is.
    ///
    /// # Errors
    /// [`Stopped`].
    pub fn take_all(&mut self, gateway: &impl Gateway) -> Result<(), Stopped> {
        let most = self.progress.most();
        // There is no buffer where nothing has come.
        let body = gateway
            .request_body(0, most.saturating_add(1))
            .unwrap_or_default();
        if body.len() > most {
            return Err(Stopped::Unread(Unread::TooLarge));
        }
        let news = body.get(self.seen..).ok_or(Stopped::CallFailed)?;
        self.reader.push(news)?;
        self.seen = body.len();
        Ok(())
    }

    /// The body has ended.
    ///
    /// # Errors
    /// [`Unread`].
    pub fn finish(self) -> (Vec<u8>, Progress, Result<Json<'static>, Unread>) {
        let content = match self.seen {
            0 => Err(Unread::Absent),
            _ => self.reader.finish().map_err(|error| match error {
                ReadError::TooLarge => Unread::TooLarge,
                ReadError::Malformed => Unread::Malformed,
            }),
        };
        (self.head, self.progress, content)
    }
}

/// The requests of one plan whose bodies are coming in.
#[derive(Debug, Default)]
pub struct Readers(RefCell<Vec<Entry>>);

#[derive(Debug)]
struct Entry {
    context: ContextId,
    fate: Weak<Fate>,
    seen: usize,
    since: i64,
}

impl Readers {
    /// Puts a request on the list. It leaves it by itself.
    pub fn add(&self, context: ContextId, fate: &Rc<Fate>) {
        self.0.borrow_mut().push(Entry {
            context,
            fate: Rc::downgrade(fate),
            seen: 0,
            since: i64::MAX,
        });
    }

    /// Those of which nothing has come for too long, and whether anything ever came.
    #[must_use]
    pub fn late(&self, now: i64) -> Vec<(ContextId, Rc<Fate>)> {
        let mut late = Vec::new();
        self.0.borrow_mut().retain_mut(|entry| {
            let Some(fate) = entry.fate.upgrade() else {
                return false;
            };
            let Some(seen) = fate.bytes_read() else {
                return false;
            };
            // Also where the clock was set back.
            if seen != entry.seen || now < entry.since {
                (entry.seen, entry.since) = (seen, now);
            }
            let is_late = now - entry.since >= PATIENCE;
            if is_late {
                late.push((entry.context, fate));
            }
            !is_late
        });
        late
    }
}
