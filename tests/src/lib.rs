//! The harness of the outside-in tests: a real Envoy with the real module in front of an upstream
//! that writes down whatever reaches it, clients that can send what no decent client sends, and
//! tokens minted by a library that Remit does not use.
//!
//! Everything waits for a bounded time only, and ends its own child processes. What goes wrong in
//! the harness itself is a panic with what was seen: there is no test that could go on from it.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a harness that cannot go on ends the test and says why; an absent JSON member is null"
)]

pub mod cases;
pub mod client;
pub mod envoy;
pub mod example;
pub mod gateway;
pub mod issuer;
mod lines;
pub mod mint;
pub mod native;
pub mod origin;
pub mod peers;
pub mod places;
pub mod plans;
pub mod policy;
pub mod ratelimit;
pub mod recipe;
pub mod runtime;
pub mod soak;
mod supervised;
pub mod upstream;
pub mod vectors;
pub mod workloads;
