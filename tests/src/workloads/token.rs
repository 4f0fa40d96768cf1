//! Tokens of the workloads' issuer, signed in process: there are thousands of them, and their
//! signatures are not what the workloads are about.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

/// When the tokens are good.
pub const NOW: i64 = 1_800_000_000;

/// Whose tokens they are.
pub const ISSUER: &str = "https://sts.workloads.example";
/// Whom they are for.
pub const AUDIENCE: &str = "https://app.workloads.example";
/// The host that they are shown to.
pub const HOST: &str = "app.workloads.example";

const KEY_ID: &str = "throw-away";

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

/// The key set that the policies name.
#[must_use]
pub fn jwks() -> String {
    let x = URL_SAFE_NO_PAD.encode(key().verifying_key().as_bytes());
    json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": KEY_ID, "x": x}]}).to_string()
}

/// The payload of a token that is good at [`NOW`] and says these claims besides; each name gives
/// another.
#[must_use]
pub fn payload(id: &str, claims: Value) -> Value {
    payload_at(NOW, id, claims)
}

/// Such a token.
#[must_use]
pub fn sign(id: &str, claims: Value) -> String {
    signed(&payload(id, claims))
}

/// The same, good at another time: a gateway's clock is the machine's.
#[must_use]
pub fn sign_at(now: i64, id: &str, claims: Value) -> String {
    signed(&payload_at(now, id, claims))
}

fn payload_at(now: i64, id: &str, mut claims: Value) -> Value {
    let registered = json!({
        "iss": ISSUER,
        "sub": "https://workloads.example/agent",
        "aud": AUDIENCE,
        "iat": now - 10,
        "exp": now + 290,
        "jti": id,
    });
    for (name, value) in registered.as_object().expect("an object") {
        claims[name] = value.clone();
    }
    claims
}

fn signed(claims: &Value) -> String {
    let header = URL_SAFE_NO_PAD.encode(json!({"alg": "EdDSA", "kid": KEY_ID}).to_string());
    let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = key().sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}
