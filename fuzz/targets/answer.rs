//! Any bytes as an answer to a message.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| remit_fuzz::answer(input));
