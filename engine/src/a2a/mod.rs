//! Agent2Agent protocol: what its messages ask for.

pub mod methods;
