//! Clients that send exactly what they are told to, well-formed or not.

pub mod h1;
pub mod h2;
mod response;
pub mod tail;

pub use response::Response;
