//! What an upstream answers to messages (MCP, A2A): lists show only what may be called, and
//! protocol tasks get an owner.
//!
//! The filter hands in what the head says and the body chunk by chunk, and writes out what comes
//! back. Whatever cannot be read is an error, and of an answer that failed nothing more goes on:
//! an entry that nobody decided about is never shown. What is not changed stays byte for byte; of
//! a result with a list that is its entries aside everything but `cacheScope` (MCP 2026-07-28), which
//! becomes `private`: a cache that is shared must not serve one caller's list to another.

mod answer;
mod edits;
mod error;
mod list;
mod media;
mod message;
mod spans;
mod sse;
mod tasks;

pub use answer::{Answer, Binding, Head, Plan, Watch};
pub use error::AnswerError;
pub use list::{CONDITIONAL, ListKind, Shown, Visible};
