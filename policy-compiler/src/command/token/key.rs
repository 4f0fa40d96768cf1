//! Key pairs of the algorithms that a policy can name.

use anyhow::{Context as _, anyhow, bail};
use clap::ValueEnum;
use jwt_simple::prelude::{
    ECDSAP256KeyPairLike as _, Ed25519KeyPair, EdDSAKeyPairLike as _, ES256KeyPair, HeaderOptions,
    JWTClaims, RS256KeyPair, RSAKeyPairLike as _,
};
use serde_json::{Map, Value};

/// A signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Algorithm {
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

/// A key pair with its id.
pub(super) enum KeyPair {
    EdDsa(Ed25519KeyPair),
    Es256(ES256KeyPair),
    Rs256(RS256KeyPair),
}

impl KeyPair {
    /// Makes one; without an id it is called by its thumbprint (RFC 7638).
    pub(super) fn generate(algorithm: Algorithm, kid: Option<&str>) -> anyhow::Result<Self> {
        Ok(match algorithm {
            Algorithm::EdDsa => {
                let pair = Ed25519KeyPair::generate();
                let kid = kid.map_or_else(|| pair.jwk_thumbprint(), str::to_owned);
                Self::EdDsa(pair.with_key_id(&kid))
            }
            Algorithm::Es256 => {
                let pair = ES256KeyPair::generate();
                let kid = kid.map_or_else(|| pair.jwk_thumbprint(), str::to_owned);
                Self::Es256(pair.with_key_id(&kid))
            }
            Algorithm::Rs256 => {
                let pair = RS256KeyPair::generate(RSA_BITS).map_err(|error| anyhow!("{error}"))?;
                let kid = kid.map_or_else(|| pair.jwk_thumbprint(), str::to_owned);
                Self::Rs256(pair.with_key_id(&kid))
            }
        })
    }

    /// Reads a private JWK.
    pub(super) fn from_jwk(text: &str) -> anyhow::Result<Self> {
        let jwk: Value = serde_json::from_str(text).context("the key is not JSON")?;
        let member = |name: &str| jwk.get(name).and_then(Value::as_str).unwrap_or("");
        let pair = match (member("kty"), member("crv")) {
            ("OKP", "Ed25519") => Ed25519KeyPair::from_jwk(text).map(Self::EdDsa),
            ("EC", "P-256") => ES256KeyPair::from_jwk(text).map(Self::Es256),
            ("RSA", _) => RS256KeyPair::from_jwk(text).map(Self::Rs256),
            (kty, crv) => bail!("a key of kind `{kty}` `{crv}` is not supported"),
        };
        pair.map_err(|error| anyhow!("the key is not a private JWK: {error}"))
    }

    /// The private key as a JWK.
    pub(super) fn private_jwk(&self) -> String {
        match self {
            Self::EdDsa(pair) => pair.to_jwk(),
            Self::Es256(pair) => pair.to_jwk(),
            Self::Rs256(pair) => pair.to_jwk(),
        }
    }

    /// The public key as a JWK.
    pub(super) fn public_jwk(&self) -> String {
        match self {
            Self::EdDsa(pair) => pair.public_key().to_jwk(),
            Self::Es256(pair) => pair.public_key().to_jwk(),
            Self::Rs256(pair) => pair.public_key().to_jwk(),
        }
    }

    /// Signs claims as they stand: the library's own are all left empty.
    pub(super) fn sign(&self, claims: Map<String, Value>, typ: &str) -> anyhow::Result<String> {
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
        let header =
            HeaderOptions { content_type: None, signature_type: Some(typ.to_owned()) };
        let token = match self {
            Self::EdDsa(pair) => pair.sign_with_options(claims, &header),
            Self::Es256(pair) => pair.sign_with_options(claims, &header),
            Self::Rs256(pair) => pair.sign_with_options(claims, &header),
        };
        token.map_err(|error| anyhow!("cannot sign: {error}"))
    }
}
