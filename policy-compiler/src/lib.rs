//! The author's tool: from a readable policy to a plan.
//!
//! Sources are read into a document, names are resolved, conditions are checked and lowered, and
//! what comes of it is a plan of the engine's. Every step says all that it has to say; a plan
//! comes only of a policy without errors. The same sources always give the same bytes.

pub mod approving;
pub mod cel;
mod compile;
pub mod diagnostic;
mod document;
pub mod envoy;
pub mod format;
pub mod import;
mod lint;
mod moment;
mod resolve;
mod secret;
pub mod signing_key;
pub mod source;
pub mod testing;
mod yaml;

pub use cel::PlanMap;
pub use cel::env::{GROUPS, Group, Origin, Phase, Trust, VARIABLES, Variable};
pub use compile::{Compiled, Rejected, Summary, compile};
pub use document::schema;
