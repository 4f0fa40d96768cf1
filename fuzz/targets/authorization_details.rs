//! Any text as `authorization_details`, `mission` and `status`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| remit_fuzz::authorization_details(input));
