//! Model Context Protocol: what its messages ask for, and what headers repeat of them.

pub mod headers;
pub mod methods;
