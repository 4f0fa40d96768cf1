//! A real Envoy with the shipped module, the gate behind it and recording upstreams.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says why; an absent JSON member is null"
)]

mod algorithms;
mod capabilities;
mod command;
mod crash;
mod faults;
mod fetching;
mod framing;
mod identity;
mod plans;
mod protocols;
mod table;
mod tokens;
mod world;
