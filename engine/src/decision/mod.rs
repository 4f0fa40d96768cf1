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
mod case;
mod decide;
mod hint;
mod lasting;
mod members;
mod narrowing;
mod possession;
mod reason;
mod record;
mod rules;
mod stop;
mod tasks;
mod verdict;

pub use answer::Answer;
pub(crate) use decide::decide;
pub use decide::{Allow, Decision, Grounds, Permit, Refusal, Wait};
pub(crate) use lasting::is_running;
pub use reason::{Challenge, Outcome, Reason};
pub use record::Record;
