//! Key pairs for trying policies out, of the algorithms that a policy can name.
//!
//! They sign whatever they are given: what `remit token mint` prints and what the requests of the
//! examples carry comes from here.

use clap::ValueEnum;
use jwt_simple::prelude::{
    ECDSAP256KeyPairLike as _, ECDSAP384KeyPairLike as _, ES256KeyPair, ES384KeyPair,
    Ed25519KeyPair, EdDSAKeyPairLike as _, HeaderOptions, JWTClaims, PS256KeyPair, PS384KeyPair,
    PS512KeyPair, RS256KeyPair, RS384KeyPair, RS512KeyPair, RSAKeyPairLike as _,
};
use serde_json::{Map, Value};

/// A signature algorithm. ES512 is not there: the signing library has no P-521.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Algorithm {
    /// Ed25519.
    #[value(name = "EdDSA")]
    EdDsa,
    /// ECDSA over P-256.
    #[value(name = "ES256")]
    Es256,
    /// ECDSA over P-384.
    #[value(name = "ES384")]
    Es384,
    /// RSA PSS with SHA-256, 2048 bits.
    #[value(name = "PS256")]
    Ps256,
    /// RSA PSS with SHA-384, 2048 bits.
    #[value(name = "PS384")]
    Ps384,
    /// RSA PSS with SHA-512, 2048 bits.
    #[value(name = "PS512")]
    Ps512,
    /// RSA PKCS #1 v1.5 with SHA-256, 2048 bits.
    #[value(name = "RS256")]
    Rs256,
    /// RSA PKCS #1 v1.5 with SHA-384, 2048 bits.
    #[value(name = "RS384")]
    Rs384,
    /// RSA PKCS #1 v1.5 with SHA-512, 2048 bits.
    #[value(name = "RS512")]
    Rs512,
}

impl Algorithm {
    /// Whether its keys are RSA's, which take seconds to find.
    pub(crate) fn is_rsa(self) -> bool {
        !matches!(self, Self::EdDsa | Self::Es256 | Self::Es384)
    }
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
    Es384(ES384KeyPair),
    Ps256(Box<PS256KeyPair>),
    Ps384(Box<PS384KeyPair>),
    Ps512(Box<PS512KeyPair>),
    Rs256(Box<RS256KeyPair>),
    Rs384(Box<RS384KeyPair>),
    Rs512(Box<RS512KeyPair>),
}

/// The same of a pair of whatever kind: the library has a type for each algorithm.
macro_rules! of_any {
    ($kind:expr, $pair:ident => $what:expr) => {
        match $kind {
            Kind::EdDsa($pair) => $what,
            Kind::Es256($pair) => $what,
            Kind::Es384($pair) => $what,
            Kind::Ps256($pair) => $what,
            Kind::Ps384($pair) => $what,
            Kind::Ps512($pair) => $what,
            Kind::Rs256($pair) => $what,
            Kind::Rs384($pair) => $what,
            Kind::Rs512($pair) => $what,
        }
    };
}

/// Makes an RSA pair ready under its id.
macro_rules! rsa {
    ($kind:path, $pair:expr, $kid:expr) => {{
        let pair = $pair.map_err(|cause| SigningError::Generate(cause.into()))?;
        let kid = $kid.map_or_else(|| pair.jwk_thumbprint(), str::to_owned);
        $kind(Box::new(pair.with_key_id(&kid)))
    }};
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
            Algorithm::Es384 => {
                let pair = ES384KeyPair::generate();
                let kid = kid.map_or_else(|| pair.jwk_thumbprint(), str::to_owned);
                Kind::Es384(pair.with_key_id(&kid))
            }
            Algorithm::Ps256 => rsa!(Kind::Ps256, PS256KeyPair::generate(RSA_BITS), kid),
            Algorithm::Ps384 => rsa!(Kind::Ps384, PS384KeyPair::generate(RSA_BITS), kid),
            Algorithm::Ps512 => rsa!(Kind::Ps512, PS512KeyPair::generate(RSA_BITS), kid),
            Algorithm::Rs256 => rsa!(Kind::Rs256, RS256KeyPair::generate(RSA_BITS), kid),
            Algorithm::Rs384 => rsa!(Kind::Rs384, RS384KeyPair::generate(RSA_BITS), kid),
            Algorithm::Rs512 => rsa!(Kind::Rs512, RS512KeyPair::generate(RSA_BITS), kid),
        }))
    }

    /// Reads a private JWK. An RSA key without `alg` signs with RS256.
    ///
    /// # Errors
    /// [`SigningError`] if it is not one of a kind that can be used here.
    pub fn from_jwk(text: &str) -> Result<Self, SigningError> {
        let jwk: Value = serde_json::from_str(text).map_err(SigningError::NotJson)?;
        let member = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or("");
        let pair = match (member("kty"), member("crv"), member("alg")) {
            ("OKP", "Ed25519", _) => Ed25519KeyPair::from_jwk(text).map(Kind::EdDsa),
            ("EC", "P-256", _) => ES256KeyPair::from_jwk(text).map(Kind::Es256),
            ("EC", "P-384", _) => ES384KeyPair::from_jwk(text).map(Kind::Es384),
            ("RSA", _, "PS256") => PS256KeyPair::from_jwk(text).map(|one| Kind::Ps256(one.into())),
            ("RSA", _, "PS384") => PS384KeyPair::from_jwk(text).map(|one| Kind::Ps384(one.into())),
            ("RSA", _, "PS512") => PS512KeyPair::from_jwk(text).map(|one| Kind::Ps512(one.into())),
            ("RSA", _, "RS384") => RS384KeyPair::from_jwk(text).map(|one| Kind::Rs384(one.into())),
            ("RSA", _, "RS512") => RS512KeyPair::from_jwk(text).map(|one| Kind::Rs512(one.into())),
            ("RSA", _, _) => RS256KeyPair::from_jwk(text).map(|one| Kind::Rs256(one.into())),
            (kty, crv, _) => {
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
        of_any!(&self.0, pair => pair.to_jwk())
    }

    /// The public key as a JWK.
    #[must_use]
    pub fn public_jwk(&self) -> String {
        of_any!(&self.0, pair => pair.public_key().to_jwk())
    }

    /// The thumbprint of the public key (RFC 7638).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        of_any!(&self.0, pair => pair.public_key().jwk_thumbprint())
    }

    /// Whether it is a key that approvals are signed with.
    ///
    /// # Errors
    /// [`SigningError::Kind`].
    pub(crate) fn is_ed25519(&self) -> Result<(), SigningError> {
        if let Kind::EdDsa(_) = &self.0 {
            return Ok(());
        }
        let jwk: Value = serde_json::from_str(&self.public_jwk()).map_err(SigningError::NotJson)?;
        let member = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or_default();
        Err(SigningError::Kind {
            kty: member("kty").to_owned(),
            crv: member("crv").to_owned(),
        })
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
        let token = of_any!(&self.0, pair => pair.sign_with_options(claims, &header));
        token.map_err(|cause| SigningError::Sign(cause.into()))
    }
}
