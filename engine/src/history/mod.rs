//! What was done before: read once for a decision, changed with it, and written back only if
//! nobody else has changed it meanwhile.
//!
//! Each subject (a task id, an agent, whatever a plan counts by) has one [`entry`]: words under
//! keys. The host keeps its bytes and knows nothing of what they say.

mod book;
mod count;
mod entry;
mod subject;
mod targets;

pub(crate) use book::{Book, Draft, Full, Look, Past};
pub(crate) use entry::{NOTHING, give_back};
