//! Signatures in wasm: everything but the large curves is there, and for those it is said that
//! nobody can tell, never that the signature is wrong.

#![cfg(target_arch = "wasm32")]

use remit_engine::crypto::{PublicKey, SignatureError};
use remit_engine::plan::{Algorithm, Key};
use remit_engine::token::jwks;
use remit_engine::token::jws::CompactJws;
use wasm_bindgen_test::wasm_bindgen_test;

/// The key of RFC 7515, appendix A.4.
const P521: &str = r#"{"keys":[{"kty":"EC","crv":"P-521","x":"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk","y":"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2"}]}"#;
/// Its signature.
const ES512: &str = "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";
/// The key of RFC 7520, section 3.3.
const RSA: &str = r#"{"keys":[{"kty":"RSA","n":"n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsde3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gHdrNP5zw","e":"AQAB"}]}"#;
/// Its signature of section 4.2, with PS384.
const PS384: &str = "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZXNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUrhiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjvAA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw";

fn key(set: &str) -> (Key, PublicKey) {
    let keys = jwks::parse(set.as_bytes()).unwrap().keys;
    let ready = PublicKey::from_spki(keys[0].kind, &keys[0].spki).unwrap();
    (keys[0].clone(), ready)
}

fn verify(key: &PublicKey, algorithm: Algorithm, token: &str) -> Result<(), SignatureError> {
    let jws = CompactJws::parse(token.as_bytes()).unwrap();
    key.verify(algorithm, jws.signed(), jws.signature())
}

#[wasm_bindgen_test]
fn large_curves_are_left_to_the_host() {
    let (key, ready) = key(P521);
    assert!(key.fits(Algorithm::Es512));
    let unchecked = Err(SignatureError::Unchecked);
    assert_eq!(verify(&ready, Algorithm::Es512, ES512), unchecked);
    let wrong = Err(SignatureError::Wrong);
    assert_eq!(verify(&ready, Algorithm::Es384, ES512), wrong);
    assert_eq!(verify(&ready, Algorithm::Es256, ES512), wrong);
}

#[wasm_bindgen_test]
fn pss_is_there() {
    let (_, ready) = key(RSA);
    assert_eq!(verify(&ready, Algorithm::Ps384, PS384), Ok(()));
    let wrong = Err(SignatureError::Wrong);
    assert_eq!(verify(&ready, Algorithm::Ps256, PS384), wrong);
    assert_eq!(verify(&ready, Algorithm::Rs384, PS384), wrong);
}
