//! Proofs of possession (RFC 9449): a key for one request, and what is sent with it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use remit_engine::plan::Plan;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::mint::MintError;
use super::{Attempt, Request};
use crate::signing_key::{Algorithm, KeyPair, SigningError};

/// A key that a token is bound to.
pub(super) struct Proof {
    key: SigningKey,
    /// As it stands in the header of a proof.
    public: Value,
    /// Its thumbprint (RFC 7638).
    thumbprint: String,
}

impl Proof {
    /// Makes a key.
    pub(super) fn generate() -> Result<Self, MintError> {
        let pair = KeyPair::generate(Algorithm::Es256, None)?;
        let jwk: Value =
            serde_json::from_str(&pair.private_jwk()).map_err(SigningError::NotJson)?;
        let member = |name: &str| jwk.get(name).and_then(Value::as_str);
        let (Some(x), Some(y), Some(d)) = (member("x"), member("y"), member("d")) else {
            return Err(MintError::Proof);
        };
        let secret = URL_SAFE_NO_PAD.decode(d).map_err(|_| MintError::Proof)?;
        let key = SigningKey::from_slice(&secret).map_err(|_| MintError::Proof)?;
        // The required members in the order of their names (RFC 7638 section 3.2).
        let required = format!("{{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"{x}\",\"y\":\"{y}\"}}");
        Ok(Self {
            key,
            public: json!({"kty": "EC", "crv": "P-256", "x": x, "y": y}),
            thumbprint: URL_SAFE_NO_PAD.encode(Sha256::digest(required)),
        })
    }

    /// What binds a token to it (section 6.1).
    pub(super) fn confirmation(&self) -> Value {
        json!({"jkt": self.thumbprint})
    }

    /// A proof for a request with a token (section 4.2).
    pub(super) fn shown(&self, attempt: &Attempt, plan: &Plan, token: &str, id: &str) -> String {
        let header = json!({"typ": "dpop+jwt", "alg": "ES256", "jwk": self.public});
        let claims = json!({
            "jti": id,
            "htm": attempt.request.method,
            "htu": url(&attempt.request, plan),
            "iat": attempt.now.seconds(),
            "ath": URL_SAFE_NO_PAD.encode(Sha256::digest(token)),
        });
        let encode = |part: &Value| URL_SAFE_NO_PAD.encode(part.to_string());
        let signed = format!("{}.{}", encode(&header), encode(&claims));
        let signature: Signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

/// The URL as a client writes it, without its query.
fn url(request: &Request, plan: &Plan) -> String {
    let path = request.target.split(['?', '#']).next().unwrap_or_default();
    let mut resources = plan.resources.iter();
    match resources.find(|resource| resource.host == request.host) {
        Some(resource) => format!("{}{path}", resource.origin),
        None => format!("{}://{}{path}", request.scheme, request.host),
    }
}

#[cfg(test)]
mod tests;
