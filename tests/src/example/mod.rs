//! An example: a folder with a policy and the requests that show what it does.
//!
//! [`Example::load`] reads `requests.test.yaml`; [`Example::prepare`] mints the tokens. What is then to
//! be sent goes [through a gateway](through_gateway) or [to the engine](by_engine), what comes of it
//! is one [`Seen`] either way, and [`compare`] says where it differs from what is expected.

mod compare;
mod document;
mod error;
mod model;
mod prepare;
mod run;
mod seen;
pub mod table;
mod token;

pub use compare::{Difference, compare};
pub use error::ExampleError;
pub use model::{Challenge, Example, Expected, Request, Told, folders};
pub use prepare::Prepared;
pub use run::{by_engine, through_gateway};
pub use seen::{Record, Seen};
pub use token::{Identity, Token};
