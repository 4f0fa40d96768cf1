//! Approvals of single calls: what is approved, and the two ways in which an approval comes: signed
//! on its own by somebody whom the policy names, or within a token.

mod action;
mod grant;
mod signed;

pub use action::{Action, Call};
pub(crate) use grant::Grant;
pub use signed::{Asked, Signed, TYP, check};
