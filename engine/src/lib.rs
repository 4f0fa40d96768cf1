//! The decision: bytes and time in, a decision out.
//!
//! Nothing here reads a clock, a file or the network, calls the host or draws a random number;
//! the same inputs always give the same decision, natively and in wasm. Every error path denies,
//! and only [`Engine::decide`] can make an [`Allow`](decision::Allow).

pub mod a2a;
pub mod answers;
pub mod approval;
pub mod authority;
mod calls;
pub mod cel;
mod content;
pub mod crypto;
pub mod decision;
mod engine;
pub mod fleet;
mod history;
pub mod host;
pub mod json;
pub mod limits;
mod mark;
pub mod mcp;
mod order;
mod pattern;
pub mod plan;
pub mod request;
mod route;
pub mod rpc;
pub mod sources;
pub mod standing;
#[cfg(test)]
mod tests;
mod text;
pub mod time;
pub mod token;

pub use engine::{Engine, EngineError};
