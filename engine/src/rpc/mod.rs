//! Messages: JSON-RPC 2.0, as MCP and A2A use it.

pub mod alike;
mod message;

pub use message::{Id, Malformed, Message, Messages, What};
