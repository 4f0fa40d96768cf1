//! An example: a folder with a policy and the requests that show what it does.
//!
//! [`Example::load`] reads the policy and its requests, which are [policy tests](remit_policy_compiler::testing);
//! [`Example::prepare`] makes what each shows, with the private keys of the example. What is then to be
//! sent goes [through a gateway](Stage) or [to the engine](Direct), what comes of it is one [`Seen`]
//! either way, and [`compare`] says where it differs from what is expected.

mod compare;
mod direct;
mod error;
mod identity;
mod model;
mod prepare;
mod seen;
mod served;
mod stage;
pub mod table;
mod tls;

pub use compare::{Difference, compare};
pub use direct::Direct;
pub use error::ExampleError;
pub use identity::{Identity, Told};
pub use model::{Example, folders};
pub use prepare::Prepared;
pub use seen::{Record, Seen};
pub use stage::Stage;
