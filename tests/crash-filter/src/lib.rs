//! The real filter with a crash wherever a request orders one. It decides as what is shipped does.
//!
//! [`Crashing`] stands between the filter and its gateway and reads the order in the request's own
//! head or trailers ([`HEADER`]). Only tests build it: whoever may send such a header can stop a
//! worker at will.

mod calls;
mod crash;
#[cfg(target_arch = "wasm32")]
mod entry;
mod order;

pub use calls::{Call, Crashing};
pub use crash::Crash;
pub use order::{HEADER, Moment, Order};
