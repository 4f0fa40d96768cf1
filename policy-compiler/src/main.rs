//! The command `remit`.
fn main() {}
