//! Any bytes as a body with messages.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| remit_fuzz::message(input));
