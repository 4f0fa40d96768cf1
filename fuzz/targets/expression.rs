//! Any text as an expression.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| remit_fuzz::expression(input));
