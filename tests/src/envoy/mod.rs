//! A real Envoy: started, waited for, asked, and ended with the test.

mod log;
mod process;

pub use log::{AccessLog, Entry};
pub use process::{Envoy, StartError};
