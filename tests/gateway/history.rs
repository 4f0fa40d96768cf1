//! What was done before, through a real Envoy: all its workers count together, exactly, in a table
//! that does not grow, whatever happens meanwhile.

mod clock;
mod crowd;
mod exact;
mod flood;
mod garbage;
mod reload;
mod restart;
mod sequence;
mod world;
