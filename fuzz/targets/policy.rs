//! Any text as a policy.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| remit_fuzz::policy(input));
