//! How deep constants and types may nest in bytes that are read as a plan.
//!
//! Each level takes a byte or two there and a frame of the stack here: without a bound, a plan of
//! some hundred kilobytes would exhaust it.

use std::cell::Cell;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::limits;

thread_local! {
    /// Levels that are being read. The format has no place to hand it down.
    static DEPTH: Cell<usize> = const { Cell::new(1) };
}

/// Reads what stands one level deeper.
pub(super) fn bounded<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let depth = DEPTH.get();
    if depth >= limits::DATA_DEPTH {
        return Err(D::Error::custom("nested too deep"));
    }
    DEPTH.set(depth + 1);
    let read = T::deserialize(deserializer);
    DEPTH.set(depth);
    read
}
