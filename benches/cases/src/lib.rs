//! Fixed cases of the engine and the filter: each is made ready once and run many times.
//!
//! What a case needs (a plan, tokens, a compiled condition) is made beforehand by
//! `remit-bench-setup` and read from a file, so that this crate is no more than what runs in a
//! gateway: it is built for wasm as well, counted under callgrind and timed in both. Everything is
//! made from fixed keys and at a fixed time; two runs do the same, instruction by instruction.

pub mod body;
pub mod by_hand;
pub mod case;
pub mod condition;
pub mod decision;
pub mod gateway;
pub mod keeping;
pub mod prepared;
pub mod rules;
pub mod stopwatch;

pub use case::{Case, Unfit, Work};
pub use prepared::Prepared;
