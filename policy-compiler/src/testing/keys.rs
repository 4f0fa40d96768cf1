//! Throw-away keys that take the place of an issuer's.
//!
//! The private keys of a policy's issuers are not where its tests run. A test that mints a token
//! has the engine load the plan with a key of ours instead, of an algorithm that the issuer
//! accepts.

use std::sync::OnceLock;

use remit_engine::plan::{self, Issuer};
use remit_engine::token::jwks;
use serde_json::{Value, json};

use super::mint::MintError;
use crate::signing_key::{Algorithm, KeyPair, SigningError};

/// A private key and what a plan has of it.
pub(super) struct StandIn {
    pub(super) private: KeyPair,
    pub(super) public: plan::Key,
}

/// A key for an issuer, with an id that no other issuer's key has.
pub(super) fn stand_in(issuer: &Issuer) -> Result<StandIn, MintError> {
    let accepts = |algorithm| issuer.algorithms.contains(&algorithm);
    let algorithm = if accepts(plan::Algorithm::EdDsa) {
        Algorithm::EdDsa
    } else if accepts(plan::Algorithm::Es256) {
        Algorithm::Es256
    } else {
        Algorithm::Rs256
    };
    let kid = format!("remit-test-{}", issuer.name);
    let private = match algorithm {
        Algorithm::EdDsa | Algorithm::Es256 => KeyPair::generate(algorithm, Some(&kid))?,
        Algorithm::Rs256 => rsa(&kid)?,
    };
    let set = format!("{{\"keys\": [{}]}}", private.public_jwk());
    let keys = jwks::parse(set.as_bytes()).unwrap_or_default().keys;
    let public = keys.into_iter().next().ok_or(MintError::StandIn)?;
    Ok(StandIn { private, public })
}

/// An RSA key takes seconds to find, so that a process finds one and calls it by several ids.
fn rsa(kid: &str) -> Result<KeyPair, MintError> {
    static FOUND: OnceLock<String> = OnceLock::new();
    let jwk = match FOUND.get() {
        Some(jwk) => jwk,
        None => {
            let pair = KeyPair::generate(Algorithm::Rs256, None)?;
            FOUND.get_or_init(|| pair.private_jwk())
        }
    };
    let mut jwk: Value = serde_json::from_str(jwk).map_err(SigningError::NotJson)?;
    if let Value::Object(members) = &mut jwk {
        members.insert("kid".to_owned(), json!(kid));
    }
    Ok(KeyPair::from_jwk(&jwk.to_string())?)
}
