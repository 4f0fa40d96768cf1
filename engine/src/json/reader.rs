//! JSON bodies, read as they come in.
//!
//! Tokens are cut by `json-event-parser`, which keeps its state between chunks and does not
//! recurse. It is strict about everything that RFC 8259 says but one: it passes over a byte order
//! mark, which is refused here, as are what it does not look at: repeated names, numbers beyond a
//! double, depth and amount.

use std::borrow::Cow;

use json_event_parser::{JsonEvent, LowLevelJsonParser, LowLevelJsonParserResult};

use super::{Json, Object, repeats_a_name};
use crate::limits;

/// First byte of a byte order mark; no JSON text begins with it.
const MARK: u8 = 0xEF;

/// A body in the making.
pub struct Reader {
    parser: LowLevelJsonParser,
    /// Bytes that may still come.
    left: usize,
    /// What is there and not read yet: part of one token, or what came since.
    pending: Vec<u8>,
    /// How much of a token was there when it was last found to be unfinished. It is looked at
    /// again when there is twice as much, so that bytes that come one by one cost what they cost
    /// together.
    unfinished: usize,
    tree: Tree,
    started: bool,
    failed: Option<ReadError>,
    #[cfg(test)]
    work: usize,
}

/// Why a body cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It is longer than it may be.
    #[error("body too large")]
    TooLarge,
    /// It is no JSON text, repeats a member name, holds a number beyond a double, or is beyond
    /// [`limits::BODY_DEPTH`] or [`limits::BODY_VALUES`].
    #[error("body is not strict JSON within bounds")]
    Malformed,
}

impl Reader {
    /// Of a body of at most so many bytes.
    #[must_use]
    pub fn new(most_bytes: usize) -> Self {
        Self::within(most_bytes, limits::BODY_VALUES)
    }

    /// The same, with at most so many values.
    #[must_use]
    pub fn within(most_bytes: usize, most_values: usize) -> Self {
        Self {
            parser: LowLevelJsonParser::new(),
            left: most_bytes,
            pending: Vec::new(),
            unfinished: 0,
            tree: Tree::new(most_values),
            started: false,
            failed: None,
            #[cfg(test)]
            work: 0,
        }
    }

    /// Reads the next bytes.
    ///
    /// # Errors
    /// [`ReadError`], as soon as it is seen; from then on it stays.
    pub fn push(&mut self, chunk: &[u8]) -> Result<(), ReadError> {
        if self.failed.is_none() {
            self.failed = self.take(chunk).err();
        }
        self.failed.map_or(Ok(()), Err)
    }

    /// Ends the body.
    ///
    /// # Errors
    /// [`ReadError`], also where nothing came or something is missing.
    pub fn finish(mut self) -> Result<Json<'static>, ReadError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        self.read(End::Here)?;
        self.tree.finish()
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), ReadError> {
        self.left = self
            .left
            .checked_sub(chunk.len())
            .ok_or(ReadError::TooLarge)?;
        if !self.started && chunk.first() == Some(&MARK) {
            return Err(ReadError::Malformed);
        }
        self.started |= !chunk.is_empty();
        self.pending.extend_from_slice(chunk);
        if self.pending.len() < self.unfinished.saturating_mul(2) {
            return Ok(());
        }
        self.read(End::ToCome)
    }

    fn read(&mut self, end: End) -> Result<(), ReadError> {
        let mut rest = self.pending.as_slice();
        loop {
            let LowLevelJsonParserResult {
                event,
                consumed_bytes,
            } = self.parser.parse_next(rest, end == End::Here);
            #[cfg(test)]
            {
                self.work += if event.is_some() {
                    consumed_bytes
                } else {
                    rest.len()
                };
            }
            rest = rest.get(consumed_bytes..).ok_or(ReadError::Malformed)?;
            match event {
                Some(Ok(JsonEvent::Eof)) | None => break,
                Some(Ok(event)) => self.tree.add(event)?,
                Some(Err(_)) => return Err(ReadError::Malformed),
            }
        }
        self.unfinished = rest.len();
        let read = self.pending.len() - rest.len();
        self.pending.drain(..read);
        Ok(())
    }
}

/// Where the body ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    ToCome,
    Here,
}

/// What was read so far: the containers that are open, the outermost first.
struct Tree {
    open: Vec<Container>,
    whole: Option<Json<'static>>,
    /// How many more values there may be.
    values: usize,
}

enum Container {
    Array(Vec<Json<'static>>),
    Object {
        members: Vec<(Cow<'static, str>, Json<'static>)>,
        /// Of the member whose value comes next.
        name: Option<Cow<'static, str>>,
    },
}

impl Tree {
    fn new(values: usize) -> Self {
        Self {
            open: Vec::new(),
            whole: None,
            values,
        }
    }

    fn add(&mut self, event: JsonEvent<'_>) -> Result<(), ReadError> {
        match event {
            JsonEvent::StartArray => self.open(Container::Array(Vec::new())),
            JsonEvent::StartObject => self.open(Container::Object {
                members: Vec::new(),
                name: None,
            }),
            JsonEvent::EndArray | JsonEvent::EndObject => self.close(),
            JsonEvent::ObjectKey(key) => match self.open.last_mut() {
                Some(Container::Object { name, .. }) if name.is_none() => {
                    *name = Some(Cow::Owned(key.into_owned()));
                    Ok(())
                }
                _ => Err(ReadError::Malformed),
            },
            JsonEvent::String(text) => self.scalar(Json::String(Cow::Owned(text.into_owned()))),
            JsonEvent::Number(text) => self.scalar(number(&text)?),
            JsonEvent::Boolean(value) => self.scalar(Json::Bool(value)),
            JsonEvent::Null => self.scalar(Json::Null),
            JsonEvent::Eof => Err(ReadError::Malformed),
        }
    }

    fn open(&mut self, container: Container) -> Result<(), ReadError> {
        self.count()?;
        if self.open.len() >= limits::BODY_DEPTH {
            return Err(ReadError::Malformed);
        }
        self.open.push(container);
        Ok(())
    }

    fn close(&mut self) -> Result<(), ReadError> {
        let value = match self.open.pop() {
            Some(Container::Array(elements)) => Json::Array(elements),
            Some(Container::Object {
                members,
                name: None,
            }) if !repeats_a_name(&members) => Json::Object(Object(members)),
            Some(Container::Object { .. }) | None => return Err(ReadError::Malformed),
        };
        self.put(value)
    }

    fn scalar(&mut self, value: Json<'static>) -> Result<(), ReadError> {
        self.count()?;
        self.put(value)
    }

    fn put(&mut self, value: Json<'static>) -> Result<(), ReadError> {
        match self.open.last_mut() {
            Some(Container::Array(elements)) => elements.push(value),
            Some(Container::Object { members, name }) => {
                members.push((name.take().ok_or(ReadError::Malformed)?, value));
            }
            None if self.whole.is_none() => self.whole = Some(value),
            None => return Err(ReadError::Malformed),
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), ReadError> {
        self.values = self.values.checked_sub(1).ok_or(ReadError::Malformed)?;
        Ok(())
    }

    fn finish(self) -> Result<Json<'static>, ReadError> {
        match self.whole {
            Some(whole) if self.open.is_empty() => Ok(whole),
            _ => Err(ReadError::Malformed),
        }
    }
}

/// A number by its text: what is written as an integer and fits is one.
fn number(text: &str) -> Result<Json<'static>, ReadError> {
    if let Ok(int) = text.parse() {
        return Ok(Json::Int(int));
    }
    match text.parse::<f64>() {
        Ok(double) if double.is_finite() => Ok(Json::Double(double)),
        _ => Err(ReadError::Malformed),
    }
}

#[cfg(test)]
mod tests;
