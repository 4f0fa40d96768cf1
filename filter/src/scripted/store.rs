//! What the workers of a process share, compared and swapped as Envoy does it.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::num::NonZeroU32;

use crate::gateway::{Seen, Stored};

/// Something that happens between a look and a write.
type Meanwhile = Box<dyn FnOnce(&Store)>;

/// Shared data: a value and the number of its last write, by key.
#[derive(Default)]
pub(crate) struct Store {
    values: RefCell<HashMap<String, (Vec<u8>, u32)>>,
    writes: Cell<u32>,
    meanwhile: RefCell<Option<Meanwhile>>,
}

impl Store {
    pub(crate) fn read(&self, key: &str) -> Option<(Vec<u8>, Seen)> {
        let values = self.values.borrow();
        let (value, number) = values.get(key)?;
        let number = NonZeroU32::new(*number).expect("writes are counted from 1");
        Some((value.clone(), Seen::Number(number)))
    }

    pub(crate) fn write(&self, key: &str, value: &[u8], seen: Seen) -> Stored {
        let meanwhile = self.meanwhile.take();
        if let Some(meanwhile) = meanwhile {
            meanwhile(self);
        }
        let mut values = self.values.borrow_mut();
        let there = values.get(key).map(|(_, number)| *number);
        // As Envoy: where nothing is, any number will do.
        if there.is_some_and(|number| number != seen.to_compare()) {
            return Stored::Lost;
        }
        self.writes.set(self.writes.get() + 1);
        values.insert(key.to_owned(), (value.to_vec(), self.writes.get()));
        Stored::Done
    }

    /// Before the next write, something else happens.
    pub(crate) fn interleave(&self, what: impl FnOnce(&Self) + 'static) {
        self.meanwhile.replace(Some(Box::new(what)));
    }

    /// Keys that have a value.
    pub(crate) fn keys(&self) -> Vec<String> {
        let mut keys: Vec<_> = self.values.borrow().keys().cloned().collect();
        keys.sort();
        keys
    }
}
