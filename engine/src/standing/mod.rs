//! Whether a token still stands: what is said of it after it was issued.
//!
//! Lists and feeds come from the network. Whoever fetched them hands their bytes in here, and
//! what comes out can be asked about a token without allocating. Whatever is wrong with one refuses
//! all of it: the one that was in force stays so, and grows stale.

pub mod deny_feed;
pub(crate) mod held;
pub mod status_list;
