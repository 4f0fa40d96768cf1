//! Proposals of resources, made from what servers say of themselves: the lists of an MCP server, an
//! OpenAPI description.
//!
//! What a server says is a stranger's word. It is read strictly and within bounds; what cannot be said
//! in a policy is left out and told, with its place.
//!
//! INVARIANT: every operation that is proposed says `reviewed: false`, so nothing imported takes effect
//! before somebody has looked at it; and no text of a server ends a string or a comment of the page it
//! stands in.

mod canonical;
mod json;
pub mod mcp;
mod name;
mod notice;
pub mod openapi;
mod page;
mod schema;

use remit_engine::plan::Class;

pub use json::NotJson;
pub use notice::{Notice, Notices, Pointer};
pub use page::harmless;

/// Longest answer or description that is read, in bytes.
pub const INPUT_BYTES: usize = 16 * 1024 * 1024;
/// Most operations that are imported at a time.
pub const OPERATIONS: usize = 4096;

/// What a page of a policy calls a class.
fn class_word(class: Class) -> &'static str {
    match class {
        Class::Read => "read",
        Class::Write => "write",
        Class::Execute => "execute",
        Class::Delegate => "delegate",
    }
}

/// What the proposed resource is called and where it is. What is not said is made from the input, where
/// it says enough.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// Its name in the policy.
    pub resource: Option<String>,
    /// The host that requests carry.
    pub host: Option<String>,
    /// The path of its endpoint (MCP).
    pub path: Option<String>,
    /// The audience of its tokens.
    pub audience: Option<String>,
}

/// A page of a policy that proposes a resource, and what there is to say about it.
#[derive(Debug)]
pub struct Page {
    /// The page.
    pub text: String,
    /// What could not be imported, and what is odd.
    pub notices: Notices,
}

/// Without a host no resource can be proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the input does not say at which host the server is")]
pub struct NoHost;
