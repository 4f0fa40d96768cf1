//! The plan: what the policy compiler writes and the filter loads.

mod codec;
mod condition;
mod datum;
mod function;
mod model;
mod nesting;
mod validate;

pub use codec::{Digest, FORMAT_VERSION, LoadedPlan, PlanError, decode, decode_owned, encode};
pub use condition::*;
pub use datum::*;
pub use function::Function;
pub use model::*;
pub use validate::InvalidPlan;
