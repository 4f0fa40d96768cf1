use super::{ED25519_SPKI_PREFIX, KeyError, PublicKey};
use crate::plan::Algorithm;

fn ed25519(point: [u8; 32]) -> Result<(), KeyError> {
    let spki = [&ED25519_SPKI_PREFIX[..], &point].concat();
    PublicKey::from_spki(Algorithm::EdDsa, &spki).map(|_| ())
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
    for algorithm in [Algorithm::EdDsa, Algorithm::Es256, Algorithm::Rs256] {
        for spki in [&b""[..], b"\x30", &[0; 91]] {
            let result = PublicKey::from_spki(algorithm, spki).map(|_| ());
            assert_eq!(result, Err(KeyError::Malformed), "{algorithm:?}");
        }
    }
}

#[test]
fn a_signature_of_the_wrong_length_is_none() {
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key();
    let spki = [&ED25519_SPKI_PREFIX[..], key.as_bytes()].concat();
    let key = PublicKey::from_spki(Algorithm::EdDsa, &spki).unwrap();
    for length in [0, 1, 63, 65, 4096] {
        assert!(!key.has_signed(b"", &vec![0; length]), "{length}");
    }
}
