//! What an algorithm's name says: the key it needs and the hash it signs.

use super::Hash;
use crate::plan::{Algorithm, Key, KeyKind};

impl Algorithm {
    /// Every name that `alg` may have, exactly (RFC 7518 section 3.1, RFC 8037 section 3.1, RFC 9864
    /// section 2.2). `none` and the symmetric ones are not there.
    pub const NAMES: &[(&str, Self)] = &[
        ("EdDSA", Self::EdDsa),
        ("Ed25519", Self::EdDsa),
        ("ES256", Self::Es256),
        ("ES384", Self::Es384),
        ("ES512", Self::Es512),
        ("PS256", Self::Ps256),
        ("PS384", Self::Ps384),
        ("PS512", Self::Ps512),
        ("RS256", Self::Rs256),
        ("RS384", Self::Rs384),
        ("RS512", Self::Rs512),
    ];

    /// From the name in `alg`.
    #[must_use]
    pub fn from_jose(name: &str) -> Option<Self> {
        let mut names = Self::NAMES.iter();
        names.find_map(|(known, algorithm)| (*known == name).then_some(*algorithm))
    }

    /// The kind of key that it needs.
    #[must_use]
    pub fn key_kind(self) -> KeyKind {
        match self {
            Self::EdDsa => KeyKind::Ed25519,
            Self::Es256 => KeyKind::P256,
            Self::Es384 => KeyKind::P384,
            Self::Es512 => KeyKind::P521,
            Self::Ps256 | Self::Ps384 | Self::Ps512 => KeyKind::Rsa,
            Self::Rs256 | Self::Rs384 | Self::Rs512 => KeyKind::Rsa,
        }
    }

    /// The hash whose value is signed. For Ed25519 it is one step inside the signature.
    #[must_use]
    pub fn hash(self) -> Hash {
        match self {
            Self::Es256 | Self::Ps256 | Self::Rs256 => Hash::Sha256,
            Self::Es384 | Self::Ps384 | Self::Rs384 => Hash::Sha384,
            Self::EdDsa | Self::Es512 | Self::Ps512 | Self::Rs512 => Hash::Sha512,
        }
    }
}

impl Key {
    /// Whether it may be used with an algorithm: one for its kind, and if the key names one of its
    /// own, that one.
    #[must_use]
    pub fn fits(&self, algorithm: Algorithm) -> bool {
        self.kind == algorithm.key_kind() && self.algorithm.is_none_or(|own| own == algorithm)
    }
}
