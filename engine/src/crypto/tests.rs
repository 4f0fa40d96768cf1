mod signed;

use super::{Hash, HostCrypto, HostVerdict, KeyError, PublicKey, SignatureError, check};
use super::{coordinate_bytes, spki, with_prefix};
use crate::plan::{Algorithm, Key, KeyKind};

const POINTS: [KeyKind; 4] = [
    KeyKind::Ed25519,
    KeyKind::P256,
    KeyKind::P384,
    KeyKind::P521,
];

fn ed25519(point: [u8; 32]) -> Result<(), KeyError> {
    let spki = with_prefix(KeyKind::Ed25519, &[&point]);
    PublicKey::from_spki(KeyKind::Ed25519, &spki).map(|_| ())
}

#[test]
fn weak_and_malformed_keys_are_refused() {
    let mut identity = [0; 32];
    identity[0] = 1;
    assert_eq!(ed25519(identity), Err(KeyError::Malformed), "small order");
    assert_eq!(ed25519([0; 32]), Err(KeyError::Malformed), "small order");
    let mut off_curve = [0; 32];
    off_curve[0] = 2;
    assert_eq!(ed25519(off_curve), Err(KeyError::Malformed), "no point");
    for kind in [&POINTS[..], &[KeyKind::Rsa]].concat() {
        for spki in [&b""[..], b"\x30", &[0; 91], &[0; 120], &[0; 158]] {
            let result = PublicKey::from_spki(kind, spki).map(|_| ());
            assert_eq!(result, Err(KeyError::Malformed), "{kind:?}");
        }
    }
}

/// A point off the curve, short of a byte, with a byte more, compressed, or at infinity.
#[test]
fn only_whole_points_on_the_curve_are_keys() {
    for kind in &POINTS[1..] {
        let width = coordinate_bytes(*kind);
        let off_curve = with_prefix(*kind, &[&vec![1; 2 * width]]);
        let short = with_prefix(*kind, &[&vec![1; 2 * width - 1]]);
        let long = with_prefix(*kind, &[&vec![1; 2 * width + 1]]);
        let mut compressed = with_prefix(*kind, &[&vec![1; width]]);
        let tag = compressed.len() - width - 1;
        compressed[tag] = 2;
        for spki in [off_curve, short, long, compressed] {
            let result = PublicKey::from_spki(*kind, &spki).map(|_| ());
            assert_eq!(result, Err(KeyError::Malformed), "{kind:?}");
        }
    }
}

#[test]
fn a_key_is_used_with_algorithms_for_its_kind_and_with_its_own_alone() {
    use Algorithm::{EdDsa, Es256, Es384, Es512, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
    let any_of = |kind| {
        let key = |algorithm| Key {
            kid: None,
            kind,
            algorithm,
            spki: Vec::new(),
        };
        let names = Algorithm::NAMES.iter().skip(1);
        let all: Vec<Algorithm> = names.map(|(_, algorithm)| *algorithm).collect();
        let fitting: Vec<_> = all.iter().copied().filter(|a| key(None).fits(*a)).collect();
        for own in &all {
            let with_own: Vec<_> = all.iter().filter(|a| key(Some(*own)).fits(**a)).collect();
            let expected: Vec<_> = fitting.iter().filter(|a| *a == own).collect();
            assert_eq!(with_own, expected, "{kind:?} {own:?}");
        }
        fitting
    };
    assert_eq!(any_of(KeyKind::Ed25519), [EdDsa]);
    assert_eq!(any_of(KeyKind::P256), [Es256]);
    assert_eq!(any_of(KeyKind::P384), [Es384]);
    assert_eq!(any_of(KeyKind::P521), [Es512]);
    let rsa = [Ps256, Ps384, Ps512, Rs256, Rs384, Rs512];
    assert_eq!(any_of(KeyKind::Rsa), rsa);
}

/// Where only the host uses a key, nothing else sees to its form.
#[test]
fn a_point_has_its_curves_width_before_anybody_looks_at_it() {
    for kind in POINTS {
        let count = if kind == KeyKind::Ed25519 { 1 } else { 2 };
        let width = count * coordinate_bytes(kind);
        let point = |bytes| with_prefix(kind, &[&vec![1; bytes]]);
        assert!(
            spki::strip_prefix(kind, &point(width)).is_some(),
            "{kind:?}"
        );
        for other in [0, width - 1, width + 1] {
            assert_eq!(spki::strip_prefix(kind, &point(other)), None, "{kind:?}");
        }
    }
}

/// A host that says what it is told to.
struct Says(HostVerdict);

impl HostCrypto for Says {
    fn verify(&self, _: Algorithm, _: &[u8], _: &[u8], _: &[u8]) -> HostVerdict {
        self.0
    }
}

#[test]
fn the_host_is_believed_but_not_about_algorithms_that_a_key_is_not_for() {
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key();
    let spki = with_prefix(KeyKind::Ed25519, &[key.as_bytes()]);
    let ready = PublicKey::from_spki(KeyKind::Ed25519, &spki).unwrap();
    let key = Key {
        kid: None,
        kind: KeyKind::Ed25519,
        algorithm: None,
        spki,
    };
    let ask = |verdict, algorithm| {
        let signature = [0; 64];
        check(&Says(verdict), algorithm, (&key, &ready), b"", &signature)
    };
    let wrong = Err(SignatureError::Wrong);
    for (verdict, expected) in [
        (HostVerdict::Valid, Ok(())),
        (HostVerdict::Invalid, wrong),
        (HostVerdict::Failed, Err(SignatureError::Unchecked)),
        (HostVerdict::Unsupported, wrong),
    ] {
        assert_eq!(ask(verdict, Algorithm::EdDsa), expected, "{verdict:?}");
        assert_eq!(ask(verdict, Algorithm::Es256), wrong, "{verdict:?}");
    }
}

#[test]
fn a_hash_has_its_length() {
    for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
        assert_eq!(hash.of(b"abc").len(), hash.len(), "{hash:?}");
    }
}
