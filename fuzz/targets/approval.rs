//! Any bytes as an approval, and as what is signed in one.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| remit_fuzz::approval(input));
