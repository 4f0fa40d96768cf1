//! The host side: a proxy-wasm module around the engine.
//!
//! The engine decides; this crate fetches what a decision needs from the gateway and carries the
//! decision out, in as few host calls as possible ([`request`] lists them). It fails closed: a
//! request goes on only after every call of its allow has succeeded, and no input of a client can
//! make the module trap, because every host status, also an unknown one, is a value here.
//!
//! [`gateway::Gateway`] is all that the crate knows of its host. The module implements it over
//! the host's functions (`host`, the only file with `unsafe`), the tests over a scripted one. Modules
//! that are built for tests and benches alone put something between the two; they bring an entry of
//! their own and build this crate without its feature `entry`.

#[cfg(target_arch = "wasm32")]
pub mod contexts;
pub mod course;
pub mod emergency;
#[cfg(all(target_arch = "wasm32", feature = "entry"))]
mod entry;
pub mod fetch;
pub mod fleet;
pub mod gateway;
pub mod histories;
#[cfg(target_arch = "wasm32")]
pub mod host;
pub mod marks;
pub mod metrics;
pub mod offload;
pub mod open;
pub mod pairs;
pub mod plugin;
pub mod protobuf;
#[cfg(feature = "bodies")]
pub mod reading;
#[cfg(feature = "bodies")]
pub mod replying;
pub mod request;
#[cfg(test)]
mod scripted;
pub mod shared;
pub mod surroundings;
pub mod tick;
pub mod vm;
pub mod waiting;
