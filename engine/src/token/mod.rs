//! Tokens: from bytes that a stranger sent to something that may be believed.
//!
//! [`UnverifiedToken`] and [`VerifiedToken`] are different types; [`Verifier::verify`] is the only
//! way from one to the other. What was verified still has to be held against the time, the
//! resource's audience and the policy, on every request.
//!
//! An unverified token does not pass for a verified one:
//! ```compile_fail,E0308
//! # use remit_engine::token::{UnverifiedToken, VerifiedToken};
//! fn believe(token: &UnverifiedToken<'_>) -> &VerifiedToken {
//!     token
//! }
//! ```

pub mod bundle;
mod cache;
mod claims;
mod credential;
pub mod dpop;
mod identity;
pub mod jwks;
pub mod jws;
mod keys;
mod profile;
mod restrictions;
pub mod spiffe;
pub mod thumbprint;
mod verified;
mod verify;
mod work;

pub(crate) use cache::TokenCache;
pub(crate) use claims::{Claims, numeric_date};
pub(crate) use credential::{Scheme, check_form, shown};
pub use identity::Identity;
pub(crate) use identity::{is_global, may_assert};
pub(crate) use restrictions::{Confirmation, Restrictions};
pub use verified::VerifiedToken;
pub use verify::{Refused, UnverifiedToken, Verifier};
