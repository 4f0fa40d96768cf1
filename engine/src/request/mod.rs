//! The head of a request as the gateway will forward it.
//!
//! **Nothing is normalised here.** The decision falls on the bytes that go upstream; what is not
//! already in normal form, or could be read in two ways, is refused.

pub(crate) mod content_type;
mod headers;
pub mod host;
pub mod path;
pub mod query;

pub use headers::{CREDENTIAL_HEADERS, Field, IDENTITY_HEADERS, RequestHead};
