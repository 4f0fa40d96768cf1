//! The named build step after linking: removes what the module does not need.
//!
//! The SDK exports every callback that proxy-wasm knows, and a host calls each callback that it
//! finds exported, for each request. Its trait objects also keep every host function imported
//! that any of their methods could call. [`surface`] says, with a reason each, what a module of
//! ours exports and imports; [`link()`] makes it so, and refuses where it cannot.
//!
//! INVARIANT: a module that holds a paused request keeps every callback that could resume it.

mod link;
pub mod surface;

pub use link::{LinkError, link};
