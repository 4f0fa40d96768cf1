//! Requests as bytes, one after the other, over and over.

use std::cell::Cell;
use std::rc::Rc;

/// Requests and what each is answered with.
#[derive(Debug, Clone)]
pub struct Requests {
    all: Rc<[Box<[u8]>]>,
    next: Rc<Cell<usize>>,
    /// The status of each answer.
    pub expected: u16,
}

impl Requests {
    /// These requests, in their order.
    #[must_use]
    pub fn new(all: impl IntoIterator<Item = Vec<u8>>, expected: u16) -> Self {
        let all: Rc<[Box<[u8]>]> = all.into_iter().map(Vec::into_boxed_slice).collect();
        assert!(!all.is_empty(), "a load has at least one request");
        Self {
            all,
            next: Rc::default(),
            expected,
        }
    }

    /// How many there are that differ.
    #[must_use]
    pub fn distinct(&self) -> usize {
        self.all.len()
    }

    /// The next one.
    #[must_use]
    pub fn next(&self) -> &[u8] {
        let position = self.next.get();
        self.next.set((position + 1) % self.all.len());
        self.all.get(position).expect("a position below the length")
    }
}
