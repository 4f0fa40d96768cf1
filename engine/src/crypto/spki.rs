//! Public keys as SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), in DER: what plans hold and what
//! the host's crypto reads.

use rsa::pkcs8::EncodePublicKey as _;
use rsa::{BigUint, RsaPublicKey};

use super::KeyError;
use crate::plan::KeyKind;

/// RFC 8410 section 4.
const ED25519: &[u8] = &[
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];
/// RFC 5480 section 2, with the first byte of an uncompressed point; so are the next two.
const P256: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];
const P384: &[u8] = &[
    0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b,
    0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00, 0x04,
];
const P521: &[u8] = &[
    0x30, 0x81, 0x9b, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05,
    0x2b, 0x81, 0x04, 0x00, 0x23, 0x03, 0x81, 0x86, 0x00, 0x04,
];

/// What stands before the key's coordinates; nothing for RSA, whose parts vary in length.
fn prefix(kind: KeyKind) -> &'static [u8] {
    match kind {
        KeyKind::Ed25519 => ED25519,
        KeyKind::P256 => P256,
        KeyKind::P384 => P384,
        KeyKind::P521 => P521,
        KeyKind::Rsa => &[],
    }
}

/// Bytes of each coordinate, leading zeros included (RFC 7518 section 6.2.1.2, RFC 8037 section 2).
pub(crate) fn coordinate_bytes(kind: KeyKind) -> usize {
    match kind {
        KeyKind::Ed25519 | KeyKind::P256 => 32,
        KeyKind::P384 => 48,
        KeyKind::P521 => 66,
        KeyKind::Rsa => 0,
    }
}

/// The SubjectPublicKeyInfo of a point.
pub(crate) fn with_prefix(kind: KeyKind, coordinates: &[&[u8]]) -> Vec<u8> {
    [prefix(kind), &coordinates.concat()].concat()
}

/// The point in a SubjectPublicKeyInfo: as RFC 8032 has it for Ed25519, else uncompressed as SEC 1
/// section 2.3.3 has it. `None` if anything but such a point of full width is there.
pub(super) fn strip_prefix(kind: KeyKind, spki: &[u8]) -> Option<&[u8]> {
    let prefix = prefix(kind);
    let coordinates = spki.strip_prefix(prefix)?;
    let (count, tag) = if kind == KeyKind::Ed25519 {
        (1, 0)
    } else {
        (2, 1)
    };
    if coordinates.len() != count * coordinate_bytes(kind) {
        return None;
    }
    spki.get(prefix.len() - tag..)
}

/// The SubjectPublicKeyInfo of an RSA key.
///
/// # Errors
/// [`KeyError`] for sizes that are not used here.
pub(crate) fn rsa_spki(n: &[u8], e: &[u8]) -> Result<Vec<u8>, KeyError> {
    if n.len() > 512 || e.len() > 8 {
        return Err(KeyError::Rsa);
    }
    let (n, e) = (BigUint::from_bytes_be(n), BigUint::from_bytes_be(e));
    let key = RsaPublicKey::new(n, e).map_err(|_| KeyError::Rsa)?;
    let document = key.to_public_key_der().map_err(|_| KeyError::Malformed)?;
    Ok(document.into_vec())
}
