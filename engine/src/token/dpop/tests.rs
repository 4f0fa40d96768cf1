use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use sha2::{Digest as _, Sha256};

use super::{DpopError, Expected, Proof, check};
use crate::crypto::{HostCrypto, HostVerdict, NoHostCrypto};
use crate::json;
use crate::limits;
use crate::plan::Algorithm;
use crate::time::UnixTime;
use crate::token::thumbprint;

const NOW: i64 = 1_000_000;
const TOKEN: &[u8] = b"a.b.c";

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn jwk(seed: u8, more: &str) -> String {
    let x = encode(key(seed).verifying_key().as_bytes());
    format!(r#"{{"kty":"OKP","crv":"Ed25519","x":"{x}"{more}}}"#)
}

fn expected() -> Expected<'static> {
    let key = jwk(7, "");
    Expected {
        method: "POST",
        uri: "https://api.example/v1/orders?limit=5",
        access_token: Some(TOKEN),
        thumbprint: thumbprint::sha256(&json::parse_object(key.as_bytes()).unwrap()).unwrap(),
        nonce: None,
        now: UnixTime::from_seconds(NOW),
        max_age: 60,
        leeway: 5,
        algorithms: &[Algorithm::EdDsa, Algorithm::Es256],
    }
}

fn signed(header: &str, claims: &str) -> String {
    let signed = format!("{}.{}", encode(header), encode(claims));
    let signature = key(7).sign(signed.as_bytes()).to_bytes();
    format!("{signed}.{}", encode(signature))
}

fn header() -> String {
    format!(r#"{{"typ":"dpop+jwt","alg":"EdDSA","jwk":{}}}"#, jwk(7, ""))
}

fn claims(iat: &str, more: &str) -> String {
    let ath = encode(Sha256::digest(TOKEN));
    format!(
        r#"{{"jti":"j","htm":"POST","htu":"https://api.example/v1/orders","iat":{iat},"ath":"{ath}"{more}}}"#
    )
}

fn good() -> String {
    claims(&NOW.to_string(), "")
}

fn ask(proof: &str) -> Result<Proof, DpopError> {
    check(proof.as_bytes(), &expected(), &NoHostCrypto)
}

fn with_claims(claims: &str) -> Result<Proof, DpopError> {
    ask(&signed(&header(), claims))
}

#[test]
fn a_proof_holds_until_it_is_too_old() {
    let proof = with_claims(&good()).unwrap();
    assert_eq!(proof.until, UnixTime::from_seconds(NOW + 65));
    for (iat, verdict) in [
        ("1000005", Ok(())),
        ("1000005.5", Err(DpopError::Time)),
        ("1000006", Err(DpopError::Time)),
        ("999935", Ok(())),
        ("999934.9", Err(DpopError::Time)),
        ("0", Err(DpopError::Time)),
        ("-1", Err(DpopError::Claims)),
        ("1e400", Err(DpopError::Malformed)),
        ("1e300", Err(DpopError::Claims)),
        ("\"1000000\"", Err(DpopError::Claims)),
        ("null", Err(DpopError::Claims)),
    ] {
        let found = with_claims(&claims(iat, ""));
        assert_eq!(found.map(|_| ()), verdict, "{iat}");
        if let Ok(proof) = found {
            let (proof_now, later) = (proof.until, proof.until.plus_seconds(1));
            for (now, holds) in [(proof_now, true), (later, false)] {
                let expected = Expected { now, ..expected() };
                let text = signed(&header(), &claims(iat, ""));
                let found = check(text.as_bytes(), &expected, &NoHostCrypto);
                assert_eq!(found.is_ok(), holds, "{iat}");
            }
        }
    }
}

#[test]
fn its_id_is_of_key_url_and_jti() {
    let id = |from: &str, to: &str| with_claims(&good().replace(from, to)).unwrap().id;
    let first = id("", "");
    assert_eq!(
        id("https://api.example/v1", "HTTPS://api.example:443/%761"),
        first
    );
    assert_ne!(id(r#""jti":"j""#, r#""jti":"k""#), first);
    let elsewhere = Expected {
        uri: "https://api.example/v1/order",
        ..expected()
    };
    let proof = signed(&header(), &good().replace("orders", "order"));
    let proof = check(proof.as_bytes(), &elsewhere, &NoHostCrypto).unwrap();
    assert_ne!(proof.id, first);
    // The same proof by another key.
    assert_ne!(super::id(&[0; 32], "u", "j"), super::id(&[1; 32], "u", "j"));
}

#[test]
fn headers_are_of_proofs_alone() {
    for (from, to) in [
        (r#""typ":"dpop+jwt","#, ""),
        ("dpop+jwt", "JWT"),
        ("dpop+jwt", "at+jwt"),
        ("EdDSA", "none"),
        ("EdDSA", "HS256"),
        ("EdDSA", "RS256"),
        (r#""alg":"EdDSA","#, ""),
        ("{\"typ\"", "{\"crit\":[\"x\"],\"typ\""),
        ("{\"typ\"", "{\"b64\":false,\"typ\""),
        ("{\"typ\"", "{\"jku\":\"https://a\",\"typ\""),
        ("{\"typ\"", "{\"x5c\":[],\"typ\""),
        ("{\"typ\"", "{\"typ\":\"dpop+jwt\",\"typ\""),
    ] {
        let header = header().replacen(from, to, 1);
        let verdict = ask(&signed(&header, &good()));
        assert_eq!(verdict, Err(DpopError::Header), "{header}");
    }
    let spelt = header().replace("dpop+jwt", "application/DPoP+JWT");
    assert!(ask(&signed(&spelt, &good())).is_ok());
}

#[test]
fn the_key_is_public_and_the_tokens_own() {
    let with_key = |jwk: &str| {
        let header = format!(r#"{{"typ":"dpop+jwt","alg":"EdDSA","jwk":{jwk}}}"#);
        ask(&signed(&header, &good())).map(|_| ())
    };
    assert_eq!(with_key(&jwk(7, r#","use":"sig","kid":"k""#)), Ok(()));
    for (jwk, error) in [
        (jwk(8, ""), DpopError::Thumbprint),
        (jwk(7, r#","d":"AA""#), DpopError::Key),
        (jwk(7, r#","k":"AA""#), DpopError::Key),
        (jwk(7, r#","use":"enc""#), DpopError::Key),
        (jwk(7, r#","alg":"ES256""#), DpopError::Key),
        ("{}".to_owned(), DpopError::Thumbprint),
        ("\"key\"".to_owned(), DpopError::Key),
    ] {
        assert_eq!(with_key(&jwk), Err(error), "{jwk}");
    }
    let without = r#"{"typ":"dpop+jwt","alg":"EdDSA"}"#;
    assert_eq!(ask(&signed(without, &good())), Err(DpopError::Key));
    let other = header().replace("EdDSA", "ES256");
    assert_eq!(ask(&signed(&other, &good())), Err(DpopError::Key));
}

#[test]
fn claims_are_there_and_of_this_request() {
    for name in ["jti", "htm", "htu", "iat"] {
        let renamed = good().replace(&format!("\"{name}\""), "\"other\"");
        assert_eq!(with_claims(&renamed), Err(DpopError::Claims), "{name}");
        let value = format!("\"{name}\":7,\"ignored\"");
        let number = good().replace(&format!("\"{name}\""), &value);
        if name != "iat" {
            assert_eq!(with_claims(&number), Err(DpopError::Claims), "{name}");
        }
    }
    for (from, to, error) in [
        ("POST", "post", DpopError::Method),
        ("POST", "GET", DpopError::Method),
        ("v1/orders", "v1/order", DpopError::Uri),
        ("v1/orders", "v1/orders/", DpopError::Uri),
        ("v1/orders", "V1/orders", DpopError::Uri),
        ("https://api", "http://api", DpopError::Uri),
        ("https://api", "https://user@api", DpopError::Uri),
        ("api.example", "api.example:8443", DpopError::Uri),
        ("https://api.example", "", DpopError::Uri),
        ("\"ath\"", "\"other\"", DpopError::AccessToken),
        ("\"ath\":\"", "\"ath\":\"A", DpopError::AccessToken),
    ] {
        let changed = good().replace(from, to);
        assert_eq!(with_claims(&changed), Err(error), "{changed}");
    }
    for jti in [String::new(), "j".repeat(limits::JTI_BYTES + 1)] {
        let changed = good().replace(r#""jti":"j""#, &format!(r#""jti":"{jti}""#));
        assert_eq!(with_claims(&changed), Err(DpopError::Claims), "{jti}");
    }
    let longest = format!(r#""jti":"{}""#, "j".repeat(limits::JTI_BYTES));
    assert!(with_claims(&good().replace(r#""jti":"j""#, &longest)).is_ok());
}

#[test]
fn a_nonce_is_the_one_that_was_given() {
    let ask = |nonce, more: &str| {
        let expected = Expected {
            nonce,
            ..expected()
        };
        let proof = signed(&header(), &claims(&NOW.to_string(), more));
        check(proof.as_bytes(), &expected, &NoHostCrypto).map(|_| ())
    };
    let wrong = Err(DpopError::Nonce);
    assert_eq!(ask(Some("n"), r#","nonce":"n""#), Ok(()));
    assert_eq!(ask(Some("n"), r#","nonce":"N""#), wrong);
    assert_eq!(ask(Some("n"), r#","nonce":7"#), wrong);
    assert_eq!(ask(Some("n"), ""), wrong);
    assert_eq!(ask(None, r#","nonce":"n""#), Ok(()));
}

/// A host that cannot tell.
struct Failing;

impl HostCrypto for Failing {
    fn verify(&self, _: Algorithm, _: &[u8], _: &[u8], _: &[u8]) -> HostVerdict {
        HostVerdict::Failed
    }
}

#[test]
fn the_signature_is_the_keys() {
    let proof = signed(&header(), &good());
    let (_, signature) = proof.rsplit_once('.').unwrap();
    let other = signed(&header(), &claims(&NOW.to_string(), r#","more":1"#));
    let (text, _) = other.rsplit_once('.').unwrap();
    let mixed = format!("{text}.{signature}");
    assert_eq!(ask(&mixed), Err(DpopError::Signature));
    let verdict = check(proof.as_bytes(), &expected(), &Failing);
    assert_eq!(verdict, Err(DpopError::Unchecked));
}

#[test]
fn what_is_no_jwt_within_bounds_is_refused() {
    let long = claims(
        &NOW.to_string(),
        &format!(r#","a":"{}""#, "a".repeat(limits::DPOP_BYTES)),
    );
    for proof in [
        String::new(),
        "a.b".to_owned(),
        format!("{} ", signed(&header(), &good())),
        format!("{0},{0}", signed(&header(), &good())),
        signed(&header(), "[]"),
        signed(&header(), &long),
    ] {
        assert_eq!(ask(&proof), Err(DpopError::Malformed), "{proof}");
    }
}

#[test]
fn challenges_name_what_proofs_may_be_signed_with() {
    let named: Vec<_> = super::ALGORITHM_NAMES
        .split(' ')
        .map(|name| Algorithm::from_jose(name).unwrap())
        .collect();
    assert!(named.iter().all(|one| super::ALGORITHMS.contains(one)));
    assert!(super::ALGORITHMS.iter().all(|one| named.contains(one)));
}
