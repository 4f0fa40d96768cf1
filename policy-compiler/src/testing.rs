//! Policy tests and explanations: what a policy decides, tried without a gateway.
//!
//! Nothing here decides. A [`Trial`] loads the compiled plan into the engine that the filter runs,
//! mints the token that a [`Case`] asks for, and hands the engine a request and a time. Where a
//! token is minted without a private key, the plan that is loaded has a throw-away key in the place
//! of its issuer's; nothing else differs from the plan that a gateway loads. What the engine
//! evaluates is recorded as it does so ([`Recording`]): [`Coverage`] and [`Explanation`] read that
//! record and evaluate nothing again.

mod approval;
mod call;
mod case;
mod claims;
mod compare;
mod coverage;
mod document;
mod explain;
mod host;
mod keys;
mod left_out;
mod lists;
mod mint;
mod names;
mod nodes;
mod proof;
mod reading;
mod secret;
mod sent;
mod suite;
mod tally;
#[cfg(test)]
mod tests;
mod trace;
mod trial;

pub use crate::moment::{parse_time, time_text};
pub use approval::{Approval, Which};
pub use case::{Attempt, Case, Challenge, Credential, Expected, Recipe, Request};
pub use compare::{Difference, compare};
pub use coverage::{Coverage, Kind, Point, Share, Wanted};
pub use explain::{Came, Explained, Explanation, Part, PassedOver, Step, Why};
pub use host::TrialHost;
pub use lists::{Listed, listed_in};
pub use mint::MintError;
pub use reading::read_body;
pub use sent::Sent;
pub use suite::{Suite, SuiteError, find_suites};
pub use tally::Tally;
pub use trace::{Counted, Evaluated, LeftOut, Looked, Recording, Shown};
pub use trial::{Decided, Trial, TrialError};
