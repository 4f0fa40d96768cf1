//! What comes out: an allow, or a refusal with its reason, and the record of either.

mod answer;
mod decide;
mod reason;
mod record;

pub use answer::Answer;
pub(crate) use decide::decide;
pub use decide::{Allow, Decision, Permit, Refusal};
pub use reason::{Challenge, Outcome, Reason};
pub use record::Record;
