use super::from_jose;

fn scalars(r: &[u8], s: &[u8], width: usize) -> Vec<u8> {
    let pad = |scalar: &[u8]| [vec![0; width - scalar.len()], scalar.to_vec()].concat();
    [pad(r), pad(s)].concat()
}

#[test]
fn integers_are_as_short_as_der_demands() {
    let cases: [(&[u8], &[u8], &[u8]); 3] = [
        (&[1], &[0x7f], &[0x30, 6, 2, 1, 1, 2, 1, 0x7f]),
        (&[0x80], &[1, 0], &[0x30, 8, 2, 2, 0, 0x80, 2, 2, 1, 0]),
        (&[0xff, 0], &[2], &[0x30, 8, 2, 3, 0, 0xff, 0, 2, 1, 2]),
    ];
    for width in [32, 48, 66] {
        for (r, s, expected) in cases {
            assert_eq!(
                from_jose(&scalars(r, s, width), width).as_deref(),
                Some(expected),
                "{r:x?} {s:x?}"
            );
        }
    }
}

/// An independent implementation writes the same DER.
#[test]
fn an_independent_encoder_agrees() {
    for seed in 1..=255u8 {
        let bytes: Vec<u8> = (0..132)
            .map(|i: u8| seed.wrapping_mul(i.wrapping_add(3)) >> (seed % 3))
            .collect();
        let signature =
            |width: usize| [vec![seed / 2, seed], bytes.clone()].concat()[..2 * width].to_vec();
        macro_rules! agrees {
            ($curve:ident, $width:literal, $signature:expr) => {
                let signature: Vec<u8> = $signature;
                if let Ok(independent) = $curve::ecdsa::Signature::from_slice(&signature) {
                    assert_eq!(
                        from_jose(&signature, $width).as_deref(),
                        Some(independent.to_der().as_bytes()),
                        "{signature:x?}"
                    );
                }
            };
        }
        agrees!(p256, 32, signature(32));
        agrees!(p384, 48, signature(48));
        // Scalars of P-521 have 521 bits: R of the full length, and S.
        let mut large = signature(66);
        large[0] &= 1;
        large[66] &= 1;
        agrees!(p521, 66, large);
    }
}

/// 139 bytes in all: the length of the sequence takes a byte more.
#[test]
fn the_longest_signature_has_a_length_in_the_long_form() {
    let largest = [&[1][..], &[0xff; 65]].concat();
    let der = from_jose(&scalars(&largest, &largest, 66), 66).unwrap();
    assert_eq!(der[..5], [0x30, 0x81, 136, 2, 66]);
    assert_eq!(der.len(), 139);
}

#[test]
fn anything_but_two_scalars_is_refused() {
    for width in [32, 48, 66] {
        for length in [0, 1, 2 * width - 1, 2 * width + 1, 200] {
            assert_eq!(from_jose(&vec![1; length], width), None, "{width} {length}");
        }
        assert_eq!(
            from_jose(&scalars(&[], &[1], width), width),
            None,
            "r is zero"
        );
        assert_eq!(
            from_jose(&scalars(&[1], &[], width), width),
            None,
            "s is zero"
        );
    }
}
