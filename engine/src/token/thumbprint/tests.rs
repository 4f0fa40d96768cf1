use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::sha256;
use crate::json;

fn thumbprint(jwk: &str) -> Option<String> {
    let jwk = json::parse_object(jwk.as_bytes()).unwrap();
    sha256(&jwk).map(|hash| URL_SAFE_NO_PAD.encode(hash))
}

/// RFC 8037 appendix A.3.
const ED: &str = r#""kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo""#;

#[test]
fn only_required_members_count_in_the_order_of_names() {
    let expected = Some("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k".to_owned());
    assert_eq!(thumbprint(&format!("{{{ED}}}")), expected);
    assert_eq!(
        thumbprint(&format!(
            r#"{{ "use":"sig","d":"AA","kid":"a\"b",{ED},"alg":"EdDSA" }}"#
        )),
        expected
    );
    let escaped = ED.replace("Ed25519", "\\u0045d25519");
    assert_eq!(thumbprint(&format!("{{{escaped}}}")), expected);
}

/// The texts are those of RFC 7638 section 3.1: names in order, no white space.
#[test]
fn each_registered_kind_has_one() {
    for (jwk, text) in [
        (
            r#"{"pub":"AA","alg":"ML-DSA-44","kty":"AKP"}"#,
            r#"{"alg":"ML-DSA-44","kty":"AKP","pub":"AA"}"#,
        ),
        (
            r#"{"n":"AA","kty":"RSA","e":"AQAB"}"#,
            r#"{"e":"AQAB","kty":"RSA","n":"AA"}"#,
        ),
        (
            r#"{"y":"BB","x":"AA","kty":"EC","crv":"P-256"}"#,
            r#"{"crv":"P-256","kty":"EC","x":"AA","y":"BB"}"#,
        ),
        (r#"{"kty":"oct","k":"AA"}"#, r#"{"k":"AA","kty":"oct"}"#),
    ] {
        use sha2::Digest as _;
        let expected = URL_SAFE_NO_PAD.encode(sha2::Sha256::digest(text));
        assert_eq!(thumbprint(jwk), Some(expected), "{jwk}");
    }
}

#[test]
fn what_is_no_key_has_none() {
    for jwk in [
        "{}",
        r#"{"kty":"EC","crv":"P-256","x":"AA"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","x":1}"#,
        r#"{"kty":"OKP","crv":"Ed25519","x":"\"}"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","x":"a\\b"}"#,
        r#"{"kty":"OKP","crv":"Ed25519","x":"é"}"#,
        r#"{"kty":"okp","crv":"Ed25519","x":"AA"}"#,
        r#"{"kty":["OKP"],"crv":"Ed25519","x":"AA"}"#,
    ] {
        assert_eq!(thumbprint(jwk), None, "{jwk}");
    }
}
