//! Key pairs for trying policies out, of the algorithms that a policy can name.
//!
//! They sign whatever they are given: what `remit token mint` prints and what the requests of the
//! examples carry comes from here.

use clap::ValueEnum;
use jwt_simple::prelude::{
    ECDSAP256KeyPairLike as _, ES256KeyPair, Ed25519KeyPair, EdDSAKeyPairLike as _, HeaderOptions,
    JWTClaims, RS256KeyPair, RSAKeyPairLike as _,
};
use serde_json::{Map, Value};

/// A signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Algorithm {
    /// Ed25519.
    #[value(name = "EdDSA")]
    EdDsa,
    /// ECDSA over P-256.
    #[value(name = "ES256")]
    Es256,
    /// RSA PKCS #1 v1.5, 2048 bits.
    #[value(name = "RS256")]
    Rs256,
}

const RSA_BITS: usize = 2048;

/// Why there is no key or no token.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// What should be a key is no JSON.
    #[error("the key is not JSON")]
    NotJson(#[source] serde_json::Error),
    /// A key of another kind.
    #[error("a key of kind `{kty}` `{crv}` is not supported")]
    Kind {
        /// Its `kty`.
        kty: String,
        /// Its `crv`.
        crv: String,
    },
    /// A key of a known kind that cannot sign.
    #[error("the key is not a private JWK")]
    NotPrivate(#[source] Cause),
    /// A key could not be made.
    #[error("cannot make a key")]
    Generate(#[source] Cause),
    /// The claims could not be signed.
    #[error("cannot sign")]
    Sign(#[source] Cause),
}

/// What the signing library says.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// A key pair with its id.
pub struct KeyPair(Kind);

enum Kind {
    EdDsa(Ed25519KeyPair),
    Es256(ES256KeyPair),
    Rs256(Box<RS256KeyPair>),
}

impl KeyPair {
    /// Makes one; without an id it is called by its thumbprint (RFC 7638).
    ///
    /// # Errors
    /// [`SigningError::Generate`].
    pub fn generate(algorithm: Algorithm, kid: Option<&str>) -> Result<Self, SigningError> {
        Ok(Self(match algorithm {
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate();
                let kid = kid.map_or_else(|| pair.jwk_thumbprint(), str::to_owned);
                Kind::EdDsa(pair.with_key_id(&kid))
            }
            Algorithm::Es256 => {
                let pair = ES256KeyPair::generate();
                let kid = kid.map_or_else(|| pair.jwk_thumbprint(), str::to_owned);
                Kind::Es256(pair.with_key_id(&kid))
            }
            Algorithm::Rs256 => {
                let pair = RS256KeyPair::generate(RSA_BITS)
                    .map_err(|cause| SigningError::Generate(cause.into()))?;
                let kid = kid.map_or_else(|| pair.jwk_thumbprint(), str::to_owned);
                Kind::Rs256(Box::new(pair.with_key_id(&kid)))
            }
        }))
    }

    /// Reads a private JWK.
    ///
    /// # Errors
    /// [`SigningError`] if it is not one of a kind that can be used here.
    pub fn from_jwk(text: &str) -> Result<Self, SigningError> {
        let jwk: Value = serde_json::from_str(text).map_err(SigningError::NotJson)?;
        let member = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or("");
        let pair = match (member("kty"), member("crv")) {
            ("OKP", "Ed25519") => Ed25519KeyPair::from_jwk(text).map(Kind::EdDsa),
            ("EC", "P-256") => ES256KeyPair::from_jwk(text).map(Kind::Es256),
            ("RSA", _) => RS256KeyPair::from_jwk(text).map(|pair| Kind::Rs256(Box::new(pair))),
            (kty, crv) => {
                return Err(SigningError::Kind {
                    kty: kty.to_owned(),
                    crv: crv.to_owned(),
                });
            }
        };
        pair.map(Self)
            .map_err(|cause| SigningError::NotPrivate(cause.into()))
    }

    /// The private key as a JWK.
    #[must_use]
    pub fn private_jwk(&self) -> String {
        match &self.0 {
            Kind::EdDsa(pair) => pair.to_jwk(),
            Kind::Es256(pair) => pair.to_jwk(),
            Kind::Rs256(pair) => pair.to_jwk(),
        }
    }

    /// The public key as a JWK.
    #[must_use]
    pub fn public_jwk(&self) -> String {
        match &self.0 {
            Kind::EdDsa(pair) => pair.public_key().to_jwk(),
            Kind::Es256(pair) => pair.public_key().to_jwk(),
            Kind::Rs256(pair) => pair.public_key().to_jwk(),
        }
    }

    /// The thumbprint of the public key (RFC 7638).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        match &self.0 {
            Kind::EdDsa(pair) => pair.public_key().jwk_thumbprint(),
            Kind::Es256(pair) => pair.public_key().jwk_thumbprint(),
            Kind::Rs256(pair) => pair.public_key().jwk_thumbprint(),
        }
    }

    /// Signs claims as they stand: the library's own are all left empty.
    ///
    /// # Errors
    /// [`SigningError::Sign`].
    pub fn sign(&self, claims: Map<String, Value>, typ: &str) -> Result<String, SigningError> {
        let claims = JWTClaims {
            issued_at: None,
            expires_at: None,
            invalid_before: None,
            issuer: None,
            subject: None,
            audiences: None,
            jwt_id: None,
            nonce: None,
            custom: claims,
        };
        let header = HeaderOptions {
            content_type: None,
            signature_type: Some(typ.to_owned()),
        };
        let token = match &self.0 {
            Kind::EdDsa(pair) => pair.sign_with_options(claims, &header),
            Kind::Es256(pair) => pair.sign_with_options(claims, &header),
            Kind::Rs256(pair) => pair.sign_with_options(claims, &header),
        };
        token.map_err(|cause| SigningError::Sign(cause.into()))
    }
}
