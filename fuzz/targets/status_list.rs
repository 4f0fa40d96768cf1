//! Any bytes as a status list, packed and not, and as the claims of one.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| remit_fuzz::status_list(input));
