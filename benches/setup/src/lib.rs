//! What the fixed cases need, made with the compiler; their instruction counts beside their
//! budgets; their times in wasm beside those of a native build.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a benchmark that cannot be set up has to fail loudly; an absent JSON member is null"
)]

pub mod cases;
pub mod cel;
pub mod conditions;
pub mod head;
pub mod instructions;
pub mod keys;
pub mod messages;
pub mod policy;
pub mod requests;
pub mod timing;
