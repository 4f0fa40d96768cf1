//! Conditions: CEL that the compiler has parsed, checked and lowered, evaluated over typed slots.
//!
//! Errors are values and follow the CEL specification: `&&` and `||` absorb an error on one side
//! if the other side decides. What is left at the end is an error, and never a verdict.

mod eval;
mod inputs;
mod value;

pub use eval::EvalError;
pub(crate) use eval::{Budget, holds};
pub(crate) use inputs::Inputs;
pub use value::Value;
