//! The filter's job done by a service beside Envoy: what the hop costs.
//!
//! Envoy asks it about every request over `envoy.service.auth.v3`. It is made as such a service
//! is made today, of the crates that people use for it: `tonic`, `jsonwebtoken`, `cedar-policy`.
//! It checks what the filter checks in the same comparison (signature, issuer, audience, expiry,
//! method, path, task, scope) and remembers verified tokens as the filter does. Whatever it does
//! not know, it denies.

mod authorizer;
pub mod envoy;
mod policy;
mod service;
mod token;

pub use authorizer::{Asked, Authorizer, Refusal};
pub use policy::PolicyError;
pub use service::serve;
pub use token::{Expected, KeySetError, TokenError, Verifier};
