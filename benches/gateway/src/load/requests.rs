//! Requests as bytes, one after the other, over and over.

use std::cell::{Cell, OnceCell};
use std::fmt;
use std::rc::Rc;

use super::Got;

/// Requests and what each is answered with. They are made when they are first needed: a row that
/// is not asked for costs no signatures.
#[derive(Clone)]
pub struct Requests {
    made: Rc<OnceCell<Box<[Vec<u8>]>>>,
    make: Rc<dyn Fn(usize) -> Vec<u8>>,
    count: usize,
    next: Rc<Cell<usize>>,
    /// The status of each answer.
    expected: u16,
    /// The one that it may have as well.
    or: Option<u16>,
    /// Bytes of the body of each answer, where that tells whether it is the right one.
    length: Option<usize>,
}

impl Requests {
    /// So many requests that differ, each made from its number.
    #[must_use]
    pub fn new(count: usize, make: impl Fn(usize) -> Vec<u8> + 'static, expected: u16) -> Self {
        assert!(count > 0, "a load has at least one request");
        Self {
            made: Rc::default(),
            make: Rc::new(make),
            count,
            next: Rc::default(),
            expected,
            or: None,
            length: None,
        }
    }

    /// Each may also be answered with this status.
    #[must_use]
    pub fn or(self, status: u16) -> Self {
        Self {
            or: Some(status),
            ..self
        }
    }

    /// Each is answered with a body of so many bytes.
    #[must_use]
    pub fn answered_by_bytes(self, length: usize) -> Self {
        Self {
            length: Some(length),
            ..self
        }
    }

    /// Whether an answer may be this one.
    #[must_use]
    pub fn may_get(&self, got: Got) -> bool {
        let is_status = self.expected == got.status || self.or == Some(got.status);
        is_status && self.length.is_none_or(|length| length == got.length)
    }

    /// The same requests for another row, which goes through them by itself.
    #[must_use]
    pub fn again(&self) -> Self {
        Self {
            next: Rc::default(),
            ..self.clone()
        }
    }

    /// How many there are that differ.
    #[must_use]
    pub fn distinct(&self) -> usize {
        self.count
    }

    /// Makes them, unless they are there.
    pub fn prepare(&self) {
        self.all();
    }

    /// The next one.
    #[must_use]
    pub fn next(&self) -> &[u8] {
        let position = self.next.get();
        self.next.set((position + 1) % self.count);
        let request = self.all().get(position);
        request.expect("a position below the count")
    }

    fn all(&self) -> &[Vec<u8>] {
        self.made
            .get_or_init(|| (0..self.count).map(|number| (self.make)(number)).collect())
    }
}

impl fmt::Debug for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requests")
            .field("count", &self.count)
            .field("expected", &self.expected)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
