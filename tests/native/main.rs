//! The engine asked directly, with what the table of cases and its bounds say.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that cannot go on says why; an absent JSON member is null"
)]

mod bounds;
mod host_crypto;
mod reasons;
mod table;
mod world;
