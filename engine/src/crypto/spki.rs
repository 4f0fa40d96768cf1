//! Public keys as SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), in DER: what plans hold and what
//! the host's crypto reads.

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

/// RFC 3279 section 2.3.1: that the key is RSA's, and the exponent 65537 that every key here has.
const RSA: &[u8] = &[
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];
const RSA_EXPONENT: &[u8] = &[0x02, 0x03, 0x01, 0x00, 0x01];

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

/// The SubjectPublicKeyInfo of an RSA key with this modulus and exponent.
///
/// # Errors
/// [`KeyError::Rsa`].
pub(crate) fn rsa_spki(n: &[u8], e: &[u8]) -> Result<Vec<u8>, KeyError> {
    let (n, e) = (without_zeros(n), without_zeros(e));
    let first = *n.first().ok_or(KeyError::Rsa)?;
    let bits = 8 * n.len() - first.leading_zeros() as usize;
    if !(2048..=4096).contains(&bits) || e != [1, 0, 1] {
        return Err(KeyError::Rsa);
    }
    // A set top bit would make the integer negative.
    let padding: &[u8] = if first >= 0x80 { &[0] } else { &[] };
    let modulus = tagged(0x02, &[padding, n]);
    let key = tagged(0x30, &[&modulus, RSA_EXPONENT]);
    // No bit of the last byte is unused.
    let key = tagged(0x03, &[&[0], &key]);
    Ok(tagged(0x30, &[RSA, &key]))
}

/// The modulus in the SubjectPublicKeyInfo of an RSA key: only where it is written as [`rsa_spki`]
/// writes it.
pub(super) fn rsa_modulus(spki: &[u8]) -> Option<&[u8]> {
    // Four times a tag with two bytes of length, and that no bit is unused.
    let head = 4 * 4 + RSA.len() + 1;
    let modulus = without_zeros(spki.get(head..spki.len().checked_sub(RSA_EXPONENT.len())?)?);
    (rsa_spki(modulus, &[1, 0, 1]).ok()? == spki).then_some(modulus)
}

fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// A tag with its content, of which there are 256 to 65,535 bytes.
fn tagged(tag: u8, content: &[&[u8]]) -> Vec<u8> {
    let content = content.concat();
    let [.., high, low] = content.len().to_be_bytes();
    [&[tag, 0x82, high, low], content.as_slice()].concat()
}
