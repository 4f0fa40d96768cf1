//! The plan: what the policy compiler writes and the filter loads.

mod codec;
mod model;
mod validate;

pub use codec::{Digest, LoadedPlan, PlanError, decode, encode};
pub use model::*;
