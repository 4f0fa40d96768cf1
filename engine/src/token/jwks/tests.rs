use super::{JwksError, KeyProblem, parse};
use crate::crypto::KeyError;
use crate::plan::Algorithm;

const ED: &str = r#""kty":"OKP","crv":"Ed25519","x":"bgbVWigyhNzjD0WG7jJPb2ESTFpQcWXkSIF5W-7Kn5Q""#;
const EC: &str = r#""kty":"EC","crv":"P-256","x":"pK8XzOABXCLSZ0MVXwNBoAYgcMdOCSVAxhrT3K2Vnmc","y":"I5k0cZ66xNn0UO6lNps4L0aK1v3C0mQ9WMUfNeyKOIw""#;

/// What becomes of a set with one key.
fn one(jwk: &str) -> Result<Algorithm, KeyProblem> {
    let jwks = parse(format!("{{\"keys\":[{{{jwk}}}]}}").as_bytes()).unwrap();
    match (jwks.keys.as_slice(), jwks.skipped.as_slice()) {
        ([key], []) => Ok(key.algorithm),
        ([], [skipped]) => Err(skipped.why),
        other => panic!("{other:?}"),
    }
}

#[test]
fn keys_are_taken_for_their_algorithm() {
    assert_eq!(one(ED), Ok(Algorithm::EdDsa));
    assert_eq!(one(EC), Ok(Algorithm::Es256));
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
        (EC.replace("P-256", "P-384"), KeyProblem::Unsupported),
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
