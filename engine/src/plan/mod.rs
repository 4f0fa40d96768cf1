//! The plan: what the policy compiler writes and the filter loads.

mod break_glass;
mod call;
mod codec;
mod condition;
mod datum;
mod demand;
mod function;
mod history;
mod model;
mod nesting;
mod source;
mod validate;

pub use break_glass::BreakGlass;
pub use call::*;
pub use codec::{Digest, FORMAT_VERSION, LoadedPlan, PlanError, decode, decode_owned, encode};
pub use condition::*;
pub use datum::*;
pub use demand::{Approvals, Binding, Demand};
pub use function::Function;
pub use history::*;
pub use model::*;
pub use source::{Source, SourceKind, WhenStale};
pub use validate::InvalidPlan;
pub(crate) use validate::READS_BODIES;
