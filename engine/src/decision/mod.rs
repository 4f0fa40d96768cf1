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
mod approved;
mod body;
mod case;
mod counted;
mod decide;
mod drafts;
mod eyes;
mod hint;
mod lasting;
mod members;
mod messages;
mod narrowing;
mod opening;
mod owned;
mod possession;
mod reason;
mod record;
mod reply;
mod rules;
mod stop;
mod tasks;
mod told;
mod uses;
mod verdict;
mod viewer;
mod visibility;
mod watch;

pub use answer::Answer;
pub use body::{Body, Unread};
pub use decide::{Again, Allow, Decision, Grounds, Permit, Progress, Reading, Refusal, Wait};
pub(crate) use decide::{decide, decide_whole};
pub use eyes::Eyes;
pub(crate) use lasting::is_running;
pub use reason::{Challenge, Outcome, Reason};
pub use record::Record;
pub use viewer::Viewer;
pub use visibility::Visibility;
pub use watch::Watch;
