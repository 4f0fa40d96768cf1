//! Any bytes as a JWK Set and as a SPIFFE bundle.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| remit_fuzz::jwks(input));
