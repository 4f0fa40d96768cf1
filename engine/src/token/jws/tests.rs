use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::CompactJws;
use crate::decision::Reason;
use crate::limits;
use crate::plan::Algorithm;

fn token(header: &str) -> String {
    format!("{}.e30.AA", URL_SAFE_NO_PAD.encode(header))
}

fn header_of(header: &str) -> Result<Option<Algorithm>, Reason> {
    let token = token(header);
    CompactJws::parse(token.as_bytes())?
        .header()
        .map(|header| header.algorithm)
}

#[test]
fn form_is_strict() {
    for malformed in [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c.d",
        "e30.e30.",
        ".e30.AA",
        "e30..AA",
        "e30=.e30.AA",
        "e30.e30.AA==",
        "e30.e30.AA ",
        "e30.e30.AA\n",
        "e30.e30.AB",
        "e3+.e30.AA",
        "e30.e30.A",
        "e30.e\u{0}30.AA",
        "e30.é.AA",
    ] {
        let result = CompactJws::parse(malformed.as_bytes()).map(|_| ());
        assert_eq!(result, Err(Reason::TokenMalformed), "{malformed:?}");
    }
    assert!(CompactJws::parse(b"e30.e30.AA").is_ok());
    let long = vec![b'a'; limits::TOKEN_BYTES + 1];
    assert_eq!(
        CompactJws::parse(&long).map(|_| ()),
        Err(Reason::TokenTooLarge)
    );
}

#[test]
fn algorithms_are_spelt_exactly() {
    for (name, algorithm) in [
        ("EdDSA", Some(Algorithm::EdDsa)),
        ("Ed25519", Some(Algorithm::EdDsa)),
        ("ES256", Some(Algorithm::Es256)),
        ("RS256", Some(Algorithm::Rs256)),
        ("none", None),
        ("None", None),
        ("HS256", None),
        ("es256", None),
        ("RS256 ", None),
        ("", None),
    ] {
        assert_eq!(
            header_of(&format!("{{\"alg\":\"{name}\"}}")),
            Ok(algorithm),
            "{name}"
        );
    }
}

#[test]
fn headers_are_refused_with_their_reason() {
    for (header, reason) in [
        ("{}", Reason::TokenMalformed),
        ("[]", Reason::TokenMalformed),
        (r#"{"alg":null}"#, Reason::TokenMalformed),
        (r#"{"alg":["none"]}"#, Reason::TokenMalformed),
        (r#"{"alg":"EdDSA","alg":"none"}"#, Reason::TokenMalformed),
        (r#"{"alg":"EdDSA","kid":7}"#, Reason::TokenMalformed),
        (r#"{"alg":"EdDSA","typ":null}"#, Reason::TokenMalformed),
        (r#"{"alg":"EdDSA","crit":[]}"#, Reason::TokenHeaderRefused),
        (
            r#"{"alg":"EdDSA","crit":["exp"]}"#,
            Reason::TokenHeaderRefused,
        ),
        (r#"{"alg":"EdDSA","b64":false}"#, Reason::TokenHeaderRefused),
        (r#"{"alg":"EdDSA","jwk":{}}"#, Reason::TokenHeaderRefused),
        (
            r#"{"alg":"EdDSA","jku":"https://x"}"#,
            Reason::TokenHeaderRefused,
        ),
        (r#"{"alg":"EdDSA","x5c":[]}"#, Reason::TokenHeaderRefused),
        (r#"{"alg":"EdDSA","zip":"DEF"}"#, Reason::TokenHeaderRefused),
        (r#"{"alg":"EdDSA","cty":"JWT"}"#, Reason::TokenHeaderRefused),
        (
            r#"{"alg":"EdDSA","cty":"application/jwt"}"#,
            Reason::TokenHeaderRefused,
        ),
    ] {
        assert_eq!(header_of(header), Err(reason), "{header}");
    }
}

#[test]
fn what_is_signed_is_what_was_sent() {
    let token = token(r#"{ "alg" : "EdDSA" }"#);
    let jws = CompactJws::parse(token.as_bytes()).unwrap();
    assert_eq!(jws.signed(), &token.as_bytes()[..token.len() - 3]);
    assert_eq!((jws.payload(), jws.signature()), (&b"{}"[..], &[0][..]));
}
