use super::{Bundle, BundleError, parse};
use crate::token::jwks::KeyProblem;

const EC: &str = r#""kty":"EC","crv":"P-256","x":"pK8XzOABXCLSZ0MVXwNBoAYgcMdOCSVAxhrT3K2Vnmc","y":"I5k0cZ66xNn0UO6lNps4L0aK1v3C0mQ9WMUfNeyKOIw""#;
const ED: &str = r#""kty":"OKP","crv":"Ed25519","x":"bgbVWigyhNzjD0WG7jJPb2ESTFpQcWXkSIF5W-7Kn5Q""#;

fn with_key(jwk: &str) -> Result<Bundle, BundleError> {
    parse(format!(r#"{{"keys":[{{{jwk}}}]}}"#).as_bytes())
}

#[test]
fn only_keys_for_jwt_svids_are_taken() {
    let taken = with_key(&format!(r#"{EC},"kid":"a","use":"jwt-svid""#)).unwrap();
    assert_eq!(taken.keys[0].kid.as_deref(), Some("a"));
    for other in [
        format!(r#"{EC},"kid":"a""#),
        format!(r#"{EC},"kid":"a","use":"sig""#),
        format!(r#"{EC},"kid":"a","use":"wit-svid""#),
        format!(r#"{EC},"use":"x509-svid","x5c":["AA"]"#),
        format!(r#"{EC},"use":"to-come""#),
        format!(r#"{EC},"use":7"#),
    ] {
        assert_eq!(with_key(&other), Ok(Bundle::default()), "{other}");
    }
}

#[test]
fn keys_that_cannot_be_used_are_skipped_with_the_reason() {
    for (jwk, why) in [
        (ED.to_owned(), KeyProblem::Unsupported),
        (r#""kty":"to come""#.to_owned(), KeyProblem::Unsupported),
        (format!(r#"{EC},"d":"AA""#), KeyProblem::Private),
        (format!(r#"{EC},"key_ops":["sign"]"#), KeyProblem::OtherUse),
    ] {
        let bundle = with_key(&format!(r#"{jwk},"kid":"a","use":"jwt-svid""#)).unwrap();
        assert!(bundle.keys.is_empty(), "{jwk}");
        assert_eq!(bundle.skipped[0].kid.as_deref(), Some("a"));
        assert_eq!(bundle.skipped[0].why, why, "{jwk}");
    }
}

#[test]
fn a_key_for_jwt_svids_has_an_id() {
    for kid in ["", r#","kid":"""#, r#","kid":7"#] {
        let bundle = with_key(&format!(r#"{EC},"use":"jwt-svid"{kid}"#));
        assert_eq!(bundle, Err(BundleError::NoKeyId), "{kid}");
    }
}

#[test]
fn numbers_are_whole() {
    let numbers = |more: &str| {
        let bundle = parse(format!(r#"{{"keys":[],{more}}}"#).as_bytes())?;
        Ok((bundle.sequence, bundle.refresh_hint))
    };
    let read = |number: &str| {
        numbers(&format!(
            r#""spiffe_sequence":{number},"spiffe_refresh_hint":{number}"#
        ))
    };
    assert_eq!(numbers(r#""a":1"#), Ok((None, None)));
    assert_eq!(read("0"), Ok((Some(0), Some(0))));
    assert_eq!(read("300"), Ok((Some(300), Some(300))));
    assert_eq!(
        read("9223372036854775807"),
        Ok((Some(i64::MAX as u64), Some(u32::MAX)))
    );
    assert_eq!(
        read("9223372036854775808"),
        Ok((Some(1 << 63), Some(u32::MAX)))
    );
    for wrong in [
        "-1",
        "1.5",
        "1e20",
        "18446744073709551616",
        "\"1\"",
        "null",
        "[]",
    ] {
        assert_eq!(read(wrong), Err(BundleError::Number), "{wrong}");
    }
}

#[test]
fn what_is_no_bundle_is_refused() {
    assert_eq!(parse(b"{}"), Ok(Bundle::default()));
    for text in [
        "",
        "[]",
        r#"{"keys":{}}"#,
        r#"{"keys":[1]}"#,
        r#"{"keys":[],"keys":[]}"#,
    ] {
        assert_eq!(parse(text.as_bytes()), Err(BundleError::Form), "{text}");
    }
}
