//! Tokens: found by their key, verified, and read as far as the policy needs them.

use std::collections::HashMap;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

/// What tokens have to say.
#[derive(Debug, Clone)]
pub struct Expected {
    /// `iss`.
    pub issuer: String,
    /// `aud`, or one of them.
    pub audience: String,
}

/// Verifies Ed25519 tokens of one issuer.
pub struct Verifier {
    keys: HashMap<String, DecodingKey>,
    validation: Validation,
}

/// Claims that have been verified.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Claims {
    /// Who asks.
    pub sub: String,
    /// Seconds since 1970 when the token ends.
    pub exp: u64,
    /// What it asks for.
    pub task: String,
    /// What it may use.
    pub scopes: Vec<String>,
}

/// A key set that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeySetError {
    /// It is no JWK Set.
    #[error("this is not a JWK Set: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// A key of it is none.
    #[error("the key `{id}` cannot be used: {source}")]
    Key {
        /// Its `kid`.
        id: String,
        /// Why.
        source: jsonwebtoken::errors::Error,
    },
    /// A key has no name, so that no token can ask for it.
    #[error("a key has no `kid`")]
    Unnamed,
}

/// A token that is refused.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// Nobody has the key that it names.
    #[error("the token's key is not known")]
    UnknownKey,
    /// It is none, is not signed as it should be, or says something else than it should.
    #[error("the token is not valid: {0}")]
    Invalid(#[from] jsonwebtoken::errors::Error),
}

impl Verifier {
    /// Reads the issuer's keys.
    ///
    /// # Errors
    /// [`KeySetError`]; one bad key is enough.
    pub fn new(jwks: &[u8], expected: Expected) -> Result<Self, KeySetError> {
        let set: JwkSet = serde_json::from_slice(jwks)?;
        let keys = set.keys.iter().map(|jwk| {
            let id = jwk.common.key_id.clone().ok_or(KeySetError::Unnamed)?;
            match DecodingKey::from_jwk(jwk) {
                Ok(key) => Ok((id, key)),
                Err(source) => Err(KeySetError::Key { id, source }),
            }
        });
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        validation.set_issuer(&[expected.issuer]);
        validation.set_audience(&[expected.audience]);
        validation.leeway = 0;
        Ok(Self {
            keys: keys.collect::<Result<_, _>>()?,
            validation,
        })
    }

    /// Verifies a token and reads its claims.
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn verify(&self, token: &str) -> Result<Claims, TokenError> {
        let named = decode_header(token)?.kid;
        let key = named.and_then(|id| self.keys.get(&id));
        let key = key.ok_or(TokenError::UnknownKey)?;
        Ok(decode(token, key, &self.validation)?.claims)
    }
}
