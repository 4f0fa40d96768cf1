//! Model Context Protocol: what its messages ask for, and what headers repeat of them.

mod asked;
pub mod headers;
pub mod methods;

pub use asked::Asked;
