//! What a request costs in Envoy: Remit beside what people would use instead.
//!
//! One Envoy with one worker; a listener for each row, all with the same direct response behind
//! their filters. The worker has a core to itself, load and everything else another. In each round
//! every row has its turn, in random order: once in closed loop, where the worker's time on the
//! processor is what a request costs, once at a fixed rate, where latencies are those of a gateway
//! that is not saturated.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot go on ends and says why; members of configuration are made where they are set"
)]

pub mod answer;
pub mod authorizer;
pub mod bodies;
pub mod bootstrap;
pub mod cores;
pub mod expression;
pub mod histories;
pub mod load;
pub mod measure;
pub mod native;
pub mod policy;
pub mod progress;
pub mod report;
pub mod spread;
pub mod tokens;
pub mod variant;
pub mod variants;
pub mod wasm;
