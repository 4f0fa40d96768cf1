use super::{JwksError, KeyProblem, parse};
use crate::crypto::KeyError;
use crate::plan::{Algorithm, Key, KeyKind};

const ED: &str = r#""kty":"OKP","crv":"Ed25519","x":"bgbVWigyhNzjD0WG7jJPb2ESTFpQcWXkSIF5W-7Kn5Q""#;
const EC: &str = r#""kty":"EC","crv":"P-256","x":"pK8XzOABXCLSZ0MVXwNBoAYgcMdOCSVAxhrT3K2Vnmc","y":"I5k0cZ66xNn0UO6lNps4L0aK1v3C0mQ9WMUfNeyKOIw""#;
const EC_384: &str = r#""kty":"EC","crv":"P-384","x":"2KF-Vbji9HvDaf2WFmlc4nPc5OMHgwpl9aSpqolnyYeu6nrTZWd6E7_WXD_lpmk5","y":"vcU1QsUhOlE0XbqCIKuyPHFlmk2FCzu6_40DW9CKWesyCZyWqQSeTX1DXPZ1cTvI""#;
const EC_521: &str = r#""kty":"EC","crv":"P-521","x":"APrE56X9uQ032LaEX0jzxAw8FouNzofEcfGenNHKpNnbQDYFL196J6Kdtm1LDZTYj-MWOnwi60T6Mly116Ql6aHl","y":"AZnehQF8VFNtGda4JhhtH1vAYlKthLGEiCk7FheyFUZrcb2ZPVCD2tpO8vuBadpGvbwwTyAwBqL0SuPoeqaL2VvG""#;

/// What becomes of a set with one key.
fn one(jwk: &str) -> Result<Key, KeyProblem> {
    let jwks = parse(format!("{{\"keys\":[{{{jwk}}}]}}").as_bytes()).unwrap();
    match (jwks.keys.as_slice(), jwks.skipped.as_slice()) {
        ([key], []) => Ok(key.clone()),
        ([], [skipped]) => Err(skipped.why),
        other => panic!("{other:?}"),
    }
}

#[test]
fn keys_are_taken_for_their_kind_and_their_algorithm() {
    let kind_of = |jwk: &str| one(jwk).map(|key| (key.kind, key.algorithm));
    assert_eq!(kind_of(ED), Ok((KeyKind::Ed25519, None)));
    assert_eq!(kind_of(EC), Ok((KeyKind::P256, None)));
    assert_eq!(kind_of(EC_384), Ok((KeyKind::P384, None)));
    assert_eq!(kind_of(EC_521), Ok((KeyKind::P521, None)));
    assert_eq!(
        kind_of(&format!(r#"{EC_521},"alg":"ES512""#)),
        Ok((KeyKind::P521, Some(Algorithm::Es512)))
    );
    for (jwk, more) in [
        (ED, r#""alg":"EdDSA""#),
        (ED, r#""alg":"Ed25519""#),
        (EC, r#""alg":"ES256""#),
        (EC, r#""use":"sig""#),
        (EC, r#""key_ops":["verify"]"#),
    ] {
        assert!(one(&format!("{jwk},{more}")).is_ok(), "{more}");
    }
}

#[test]
fn keys_that_cannot_be_used_are_skipped_with_the_reason() {
    let too_small = format!(r#""kty":"RSA","e":"AQAB","n":"{}w""#, "_".repeat(170));
    for (jwk, problem) in [
        (format!(r#"{ED},"alg":"ES256""#), KeyProblem::Unsupported),
        (r#""kty":"oct""#.to_owned(), KeyProblem::Unsupported),
        (r#""kty":"oct","k":"AAAA""#.to_owned(), KeyProblem::Private),
        (format!(r#"{ED},"d":"AAAA""#), KeyProblem::Private),
        (
            r#""kty":"AKP","alg":"ML-DSA-44""#.to_owned(),
            KeyProblem::Unsupported,
        ),
        (EC.replace("P-256", "secp256k1"), KeyProblem::Unsupported),
        (
            EC.replace("P-256", "P-384"),
            KeyProblem::Key(KeyError::Malformed),
        ),
        (
            format!(r#"{EC_384},"alg":"ES256""#),
            KeyProblem::Unsupported,
        ),
        (
            format!(r#"{EC_521},"alg":"ES521""#),
            KeyProblem::Unsupported,
        ),
        (
            format!(r#"{EC_521},"alg":"RS512""#),
            KeyProblem::Unsupported,
        ),
        (format!(r#"{EC},"use":"enc""#), KeyProblem::OtherUse),
        (format!(r#"{EC},"key_ops":["sign"]"#), KeyProblem::OtherUse),
        (format!(r#"{EC},"kid":7"#), KeyProblem::Member),
        (
            r#""kty":"OKP","crv":"Ed25519""#.to_owned(),
            KeyProblem::Member,
        ),
        (
            EC.replace("I5k0", "I5k1"),
            KeyProblem::Key(KeyError::Malformed),
        ),
        (ED.replace("Kn5Q", ""), KeyProblem::Member),
        (too_small, KeyProblem::Key(KeyError::Rsa)),
    ] {
        assert_eq!(one(&jwk), Err(problem), "{jwk}");
    }
}

#[test]
fn one_bad_key_does_not_spoil_the_set_and_an_empty_set_is_one() {
    let set = format!(r#"{{"keys":[{{"kty":"oct","kid":"s"}},{{{ED},"kid":"e"}}]}}"#);
    let jwks = parse(set.as_bytes()).unwrap();
    assert_eq!(jwks.keys[0].kid.as_deref(), Some("e"));
    assert_eq!(jwks.skipped[0].kid.as_deref(), Some("s"));
    assert!(parse(br#"{"keys":[]}"#).unwrap().keys.is_empty());
}

#[test]
fn what_is_no_set_is_refused() {
    for text in [
        "",
        "[]",
        "{}",
        r#"{"keys":{}}"#,
        r#"{"keys":[1]}"#,
        r#"{"keys":[],"keys":[]}"#,
    ] {
        assert_eq!(parse(text.as_bytes()), Err(JwksError), "{text}");
    }
}
