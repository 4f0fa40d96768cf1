//! Any bytes as a plan's body.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| remit_fuzz::plan(input));
