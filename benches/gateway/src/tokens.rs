//! Tokens: an independent library signs them.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use remit_tests::mint::Mint;
use serde_json::{Value, json};

/// Who issues them.
pub const ISSUER: &str = "https://sts.corp.example";
/// For whom they are.
pub const AUDIENCE: &str = "https://api.corp.example";
/// The task that they are for.
pub const TASK: &str = "triage";
/// The scope that every rule demands.
pub const SCOPE: &str = "orders:read";
/// The ticket that every token is about.
pub const TICKET: &str = "T-1";
/// How long they are good for: longer than a run.
pub const LIFETIME_SECONDS: u64 = 3 * 3600;

/// How a token is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// Ed25519.
    EdDsa,
    /// ECDSA on P-256.
    Es256,
    /// RSA with 2048 bits, PKCS #1 v1.5.
    Rs256,
}

impl Algorithm {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::EdDsa, Self::Es256, Self::Rs256];

    /// Its name in a header (RFC 7518, RFC 8037).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::EdDsa => "corp-ed",
            Self::Es256 => "corp-ec",
            Self::Rs256 => "partner-rsa",
        }
    }
}

/// The issuer's keys.
#[must_use]
pub fn jwks() -> Value {
    let keys = Algorithm::ALL.map(Algorithm::key);
    Mint::shared().jwks(&keys)
}

/// The same and the key for PS256, which not everything that is measured knows.
#[must_use]
pub fn jwks_with_pss() -> Value {
    let keys = Algorithm::ALL.map(Algorithm::key);
    let keys: Vec<&str> = keys.into_iter().chain([PSS_KEY]).collect();
    Mint::shared().jwks(&keys)
}

/// The key for PS256.
const PSS_KEY: &str = "corp-rsa";

/// The issuer's keys and that of [`of_task_id`].
#[must_use]
pub fn jwks_with_many() -> Value {
    let mut jwks = jwks();
    let key = json!({
        "kty": "OKP",
        "crv": "Ed25519",
        "kid": MANY_KEY,
        "x": URL_SAFE_NO_PAD.encode(many_key().verifying_key().as_bytes()),
    });
    if let Some(keys) = jwks["keys"].as_array_mut() {
        keys.push(key);
    }
    jwks
}

/// The key for tokens of which there are many.
const MANY_KEY: &str = "many-ed";

fn many_key() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

/// A token of a task id of its own, signed in process: there are more of them than one likes to wait
/// for.
#[must_use]
pub fn of_task_id(number: usize) -> String {
    let header = json!({"alg": "EdDSA", "kid": MANY_KEY, "typ": "at+jwt"});
    let mut claims = claims(number);
    claims["mission"]["id"] = json!(format!("run-{number}"));
    let parts = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
    let signed = parts.join(".");
    let signature = many_key().sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

/// A token that differs from others in its `jti`.
#[must_use]
pub fn good(algorithm: Algorithm, number: usize) -> String {
    let header = json!({"kid": algorithm.key(), "typ": "at+jwt"});
    Mint::shared().token(algorithm.key(), algorithm.name(), &header, &claims(number))
}

/// A token with a signature that another token has.
#[must_use]
pub fn forged(good: &str, number: usize) -> String {
    let mut parts = good.split('.');
    let (header, signature) = (parts.next(), parts.nth(1));
    let payload = URL_SAFE_NO_PAD.encode(claims(number).to_string());
    let part = |part: Option<&str>| part.unwrap_or_default().to_owned();
    [part(header), payload, part(signature)].join(".")
}

/// A token that says PS256, with a signature of the length of one.
#[must_use]
pub fn forged_ps256(number: usize) -> String {
    let header = json!({"alg": "PS256", "kid": PSS_KEY, "typ": "at+jwt"});
    // It begins with a zero: below every modulus, so that it is raised to its power.
    let signature: Vec<u8> = (0_u8..=255).map(|byte| byte.wrapping_mul(167)).collect();
    let parts = [
        header.to_string().into_bytes(),
        claims(number).to_string().into_bytes(),
        signature,
    ];
    parts.map(|part| URL_SAFE_NO_PAD.encode(part)).join(".")
}

fn claims(number: usize) -> Value {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |since| since.as_secs());
    json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "user-42",
        "client_id": "spiffe://corp.example/support/bot-7",
        "iat": now - 10,
        "exp": now - 10 + LIFETIME_SECONDS,
        "jti": format!("6f1c2a9e-{number:08}"),
        "task": TASK,
        "mission": {"id": "run-9"},
        "sid": "conversation-3",
        "instance": "pod-5",
        "tenant": "emea",
        "scopes": ["tickets:read", "tickets:write", SCOPE],
        "ticket": {"id": TICKET, "severity": 2},
    })
}
