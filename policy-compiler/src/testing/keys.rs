//! Throw-away keys that take the place of an issuer's.
//!
//! The private keys of a policy's issuers are not where its tests run. A test that mints a token
//! has the engine load the plan with a key of ours instead, of an algorithm that the issuer
//! accepts.

use std::sync::OnceLock;

use clap::ValueEnum as _;
use clap::builder::PossibleValue;
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

/// What can stand in, the quickest first.
const ALGORITHMS: [(plan::Algorithm, Algorithm); 9] = [
    (plan::Algorithm::EdDsa, Algorithm::EdDsa),
    (plan::Algorithm::Es256, Algorithm::Es256),
    (plan::Algorithm::Es384, Algorithm::Es384),
    (plan::Algorithm::Rs256, Algorithm::Rs256),
    (plan::Algorithm::Rs384, Algorithm::Rs384),
    (plan::Algorithm::Rs512, Algorithm::Rs512),
    (plan::Algorithm::Ps256, Algorithm::Ps256),
    (plan::Algorithm::Ps384, Algorithm::Ps384),
    (plan::Algorithm::Ps512, Algorithm::Ps512),
];

/// A key for an issuer, with an id that no other issuer's key has.
pub(super) fn stand_in(issuer: &Issuer) -> Result<StandIn, MintError> {
    let accepts = |(theirs, _): &&_| issuer.algorithms.contains(theirs);
    let (_, algorithm) = ALGORITHMS.iter().find(accepts).ok_or(MintError::StandIn)?;
    let kid = format!("remit-test-{}", issuer.name);
    let private = if algorithm.is_rsa() {
        rsa(*algorithm, &kid)?
    } else {
        KeyPair::generate(*algorithm, Some(&kid))?
    };
    let set = format!("{{\"keys\": [{}]}}", private.public_jwk());
    let keys = jwks::parse(set.as_bytes()).unwrap_or_default().keys;
    let public = keys.into_iter().next().ok_or(MintError::StandIn)?;
    Ok(StandIn { private, public })
}

/// An RSA key takes seconds to find, so that a process finds one and calls it by several ids.
fn rsa(algorithm: Algorithm, kid: &str) -> Result<KeyPair, MintError> {
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
        let name = algorithm.to_possible_value();
        let name = name.as_ref().map(PossibleValue::get_name);
        members.insert("alg".to_owned(), json!(name));
        members.insert("kid".to_owned(), json!(kid));
    }
    Ok(KeyPair::from_jwk(&jwk.to_string())?)
}
