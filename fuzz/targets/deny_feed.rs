//! Any text as a deny feed.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| remit_fuzz::deny_feed(input));
