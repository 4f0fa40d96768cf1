//! A real Envoy: started, waited for, asked, and ended with the test.

mod clock;
mod log;
mod process;

pub use clock::Clock;
pub use log::{AccessLog, Entry};
pub use process::{Envoy, StartError};
