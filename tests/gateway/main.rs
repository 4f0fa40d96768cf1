//! A real Envoy with the shipped module, the gate behind it and recording upstreams.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says why; an absent JSON member is null"
)]

mod a2a;
mod algorithms;
mod bodies;
mod capabilities;
mod certificates;
mod challenges;
mod command;
mod crash;
mod faults;
mod fetched;
mod fetching;
mod fleet;
mod floods;
mod framing;
mod history;
mod identity;
mod issuer;
mod marks;
mod mcp;
mod mesh;
mod partner;
mod plans;
mod possession;
mod protocols;
mod rotation;
mod standing;
mod streams;
mod svids;
mod table;
mod tokens;
mod transactions;
mod world;
