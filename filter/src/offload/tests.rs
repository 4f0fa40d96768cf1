use super::*;
use crate::scripted::Scripted;

/// A gateway with this foreign function.
fn foreign(answer: Result<&[u8], u32>) -> Scripted {
    Scripted {
        foreign: Some(answer.map(<[u8]>::to_vec)),
        ..Scripted::default()
    }
}

const SIGNATURE: [u8; 64] = [1; 64];

#[test]
fn every_answer_but_a_clear_yes_or_a_missing_function_is_a_no() {
    use HostVerdict::{Failed, Invalid, Unsupported, Valid};
    type Case<'a> = (&'a str, Result<&'a [u8], u32>, HostVerdict);
    let cases: [Case<'_>; 9] = [
        ("true", Ok(b"\x08\x01"), Valid),
        ("false", Ok(b"\x08\x00"), Invalid),
        ("nothing", Ok(b""), Invalid),
        ("garbage", Ok(b"\xff\xff"), Failed),
        ("not found", Err(1), Unsupported),
        ("unimplemented", Err(12), Unsupported),
        ("bad argument", Err(2), Failed),
        ("internal failure", Err(10), Failed),
        ("a status of no ABI", Err(4711), Failed),
    ];
    for (name, answer, expected) in cases {
        for algorithm in [Algorithm::Rs256, Algorithm::Es256] {
            let gateway = foreign(answer);
            let availability = Cell::default();
            let verdict = Offload::new(&gateway, &availability)
                .verify(algorithm, b"key", b"text", &SIGNATURE);
            assert_eq!(verdict, expected, "{name}, {algorithm:?}");
            assert_eq!(
                availability.get() == Availability::Missing,
                expected == Unsupported
            );
        }
    }
}

#[test]
fn a_missing_function_is_asked_for_once() {
    let gateway = foreign(Err(CallFailed::NOT_FOUND));
    let availability = Cell::default();
    for _ in 0..3 {
        let verdict = Offload::new(&gateway, &availability).verify(
            Algorithm::Rs256,
            b"key",
            b"text",
            &SIGNATURE,
        );
        assert_eq!(verdict, HostVerdict::Unsupported);
    }
    assert_eq!(gateway.asked_foreign.borrow().len(), 1);
}

/// A function that has answered and is gone was taken away, by whom we do not know.
#[test]
fn a_function_that_disappears_is_a_no() {
    let availability = Cell::default();
    let there = foreign(Ok(b"\x08\x01"));
    let gone = foreign(Err(CallFailed::NOT_FOUND));
    let verify = |gateway: &Scripted| {
        Offload::new(gateway, &availability).verify(Algorithm::Rs256, b"k", b"t", &SIGNATURE)
    };
    assert_eq!(verify(&there), HostVerdict::Valid);
    assert_eq!(verify(&gone), HostVerdict::Failed);
}

#[test]
fn what_the_function_cannot_do_is_not_asked_and_a_malformed_signature_neither() {
    let gateway = foreign(Ok(b"\x08\x01"));
    let availability = Cell::default();
    let offload = Offload::new(&gateway, &availability);
    for algorithm in [
        Algorithm::EdDsa,
        Algorithm::Ps256,
        Algorithm::Ps384,
        Algorithm::Ps512,
    ] {
        let verdict = offload.verify(algorithm, b"key", b"text", &SIGNATURE);
        assert_eq!(verdict, HostVerdict::Unsupported, "{algorithm:?}");
    }
    for (algorithm, length) in [
        (Algorithm::Es256, 63),
        (Algorithm::Es256, 96),
        (Algorithm::Es384, 64),
        (Algorithm::Es512, 131),
    ] {
        let verdict = offload.verify(algorithm, b"key", b"text", &vec![1; length]);
        assert_eq!(verdict, HostVerdict::Invalid, "{algorithm:?} {length}");
    }
    assert!(gateway.asked_foreign.borrow().is_empty());
}

#[test]
fn rsa_goes_as_it_is_and_ecdsa_as_der_each_with_its_hash() {
    let cases = [
        (Algorithm::Rs256, "sha256", None),
        (Algorithm::Rs384, "sha384", None),
        (Algorithm::Rs512, "sha512", None),
        (Algorithm::Es256, "sha256", Some(32)),
        (Algorithm::Es384, "sha384", Some(48)),
        (Algorithm::Es512, "sha512", Some(66)),
    ];
    for (algorithm, hash, scalar_bytes) in cases {
        let gateway = foreign(Ok(b"\x08\x01"));
        let availability = Cell::default();
        let signature = vec![1; 2 * scalar_bytes.unwrap_or(128)];
        Offload::new(&gateway, &availability).verify(algorithm, b"key", b"text", &signature);
        let sent = match scalar_bytes {
            Some(bytes) => der::from_jose(&signature, bytes).expect("two scalars"),
            None => signature,
        };
        let arguments = protobuf::write_arguments(hash, b"key", &sent, b"text");
        assert_eq!(
            *gateway.asked_foreign.borrow(),
            [(String::from("verify_signature"), arguments)],
            "{algorithm:?}"
        );
    }
}
