//! What comes out: an allow, or a refusal with its reason, and the record of either.
//!
//! No other code can make an allow or a permit:
//! ```compile_fail,E0451
//! # use remit_engine::decision::{Permit, Record};
//! fn forge(record: Record<'static>) -> Permit<'static> {
//!     Permit { record }
//! }
//! ```

mod answer;
mod decide;
mod members;
mod reason;
mod record;
mod rules;

pub use answer::Answer;
pub(crate) use decide::decide;
pub use decide::{Allow, Decision, Permit, Refusal, Wait};
pub use reason::{Challenge, Outcome, Reason};
pub use record::Record;
