//! Conditions: CEL that the compiler has parsed, checked and lowered, evaluated over typed slots.
//!
//! Errors are values and follow the CEL specification: `&&` and `||` absorb an error on one side
//! if the other side decides. What is left at the end is an error, and never a verdict.
//!
//! The compiler computes constants with the same evaluator, and tests hold it against the
//! specification's own cases, so that a condition means one thing everywhere.

mod budget;
mod calendar;
mod containers;
mod convert;
mod error;
mod eval;
mod folds;
mod functions;
mod inputs;
mod matching;
mod predicates;
mod request;
#[cfg(test)]
mod tests;
mod text;
mod trace;
mod value;

pub use budget::Budget;
pub use convert::DatumError;
pub use error::EvalError;
pub use eval::{evaluate, holds};
pub use inputs::{Bindings, Code, Inputs};
pub use matching::{Automata, AutomatonError};
pub(crate) use request::RequestInputs;
pub(crate) use text::{duration, timestamp};
pub use trace::{Silent, Trace};
pub(crate) use value::key_order;
pub use value::{List, Map, Octets, Text, Value};
