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
fn ed25519_is_not_asked_and_a_malformed_es256_signature_neither() {
    let gateway = foreign(Ok(b"\x08\x01"));
    let availability = Cell::default();
    let offload = Offload::new(&gateway, &availability);
    assert_eq!(
        offload.verify(Algorithm::EdDsa, b"key", b"text", &SIGNATURE),
        HostVerdict::Unsupported
    );
    assert_eq!(
        offload.verify(Algorithm::Es256, b"key", b"text", &SIGNATURE[..63]),
        HostVerdict::Invalid
    );
    assert!(gateway.asked_foreign.borrow().is_empty());
}

#[test]
fn rs256_goes_as_it_is_and_es256_as_der() {
    let gateway = foreign(Ok(b"\x08\x01"));
    let availability = Cell::default();
    let offload = Offload::new(&gateway, &availability);
    offload.verify(Algorithm::Rs256, b"key", b"text", &SIGNATURE);
    offload.verify(Algorithm::Es256, b"key", b"text", &SIGNATURE);
    let asked = gateway.asked_foreign.borrow();
    let der = der::from_jose(&SIGNATURE).expect("two scalars");
    let expected = |signature: &[u8]| {
        let arguments = protobuf::write_arguments("sha256", b"key", signature, b"text");
        (String::from("verify_signature"), arguments)
    };
    assert_eq!(*asked, [expected(&SIGNATURE), expected(&der)]);
}
