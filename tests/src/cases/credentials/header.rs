//! Tokens with a fault in the header or the signature.

use remit_engine::decision::Reason;
use serde_json::json;

use super::{Credential, fails};
use crate::mint::{Mint, Signer};
use crate::recipe::Recipe;

pub(super) fn bad_header(now: i64) -> Vec<Credential> {
    use Reason::{AlgorithmRefused, KeyUnclear, TokenHeaderRefused, TokenTypeRefused, UnknownKey};
    let corp = || Recipe::corp(now);
    let partner = || Recipe::partner(now);
    let mint = Mint::shared();
    let with = |name: &str, value: serde_json::Value| corp().header(name, value).raw();
    let x = mint.jwk("corp-ed")["x"]
        .as_str()
        .unwrap_or_default()
        .as_bytes()
        .to_vec();
    let header = r#"{"alg":"HS256","kid":"corp-ed","typ":"at+jwt"}"#;
    let hmac = mint.parts(
        Signer::Secret(&x),
        "HS256",
        header.as_bytes(),
        corp().claims_text().as_bytes(),
    );
    let none = |alg: &str| {
        let header = format!(r#"{{"alg":"{alg}","kid":"corp-ed","typ":"at+jwt"}}"#);
        let claims = corp().claims_text();
        format!(
            "{}AAAA",
            mint.parts(Signer::Nobody, "none", header.as_bytes(), claims.as_bytes())
        )
    };
    let pss = partner().signed_by("partner-rsa", "PS256").raw();
    let no_kid = corp().without_header("kid").token();
    let other_kid = corp().header("kid", "corp-ec").token();
    vec![
        fails("crit", &with("crit", json!(["exp"])), TokenHeaderRefused),
        fails("b64", &with("b64", json!(false)), TokenHeaderRefused),
        fails(
            "jwk",
            &with("jwk", mint.jwk("stranger-ed").clone()),
            TokenHeaderRefused,
        ),
        fails(
            "jku",
            &with("jku", json!("https://evil.example/jwks.json")),
            TokenHeaderRefused,
        ),
        fails("x5c", &with("x5c", json!(["AAAA"])), TokenHeaderRefused),
        fails(
            "x5u",
            &with("x5u", json!("https://evil.example/x.pem")),
            TokenHeaderRefused,
        ),
        fails("zip", &with("zip", json!("DEF")), TokenHeaderRefused),
        fails(
            "a token in a token",
            &with("cty", json!("JWT")),
            TokenHeaderRefused,
        ),
        fails(
            "typ JWT for an access token",
            &with("typ", json!("JWT")),
            TokenTypeRefused,
        ),
        fails(
            "no typ for an access token",
            &corp().without_header("typ").raw(),
            TokenTypeRefused,
        ),
        fails(
            "typ of a logout token",
            &with("typ", json!("logout+jwt")),
            TokenTypeRefused,
        ),
        fails(
            "typ at+jwt for a plain token",
            &partner().header("typ", "at+jwt").token(),
            TokenTypeRefused,
        ),
        fails("none", &none("none"), AlgorithmRefused),
        fails("NONE", &none("NONE"), AlgorithmRefused),
        fails("HMAC with the public key", &hmac, AlgorithmRefused),
        fails("PSS", &pss, AlgorithmRefused),
        fails(
            "unknown kid",
            &corp().header("kid", "corp-ed-old").token(),
            UnknownKey,
        ),
        fails(
            "kid in other letters",
            &corp().header("kid", "CORP-ED").token(),
            UnknownKey,
        ),
        fails("kid of another algorithm", &other_kid, UnknownKey),
        fails(
            "kid too long",
            &corp().header("kid", "k".repeat(300)).raw(),
            UnknownKey,
        ),
        fails("no kid, two keys", &no_kid, KeyUnclear),
    ]
}

pub(super) fn bad_signature(now: i64) -> Vec<Credential> {
    use Reason::BadSignature;
    let corp = || Recipe::corp(now);
    let ec = || corp().header("kid", "corp-ec");
    let ends = |token: &str| {
        let (head, signature) = token.rsplit_once('.').unwrap_or_default();
        (head.to_owned(), signature.to_owned())
    };
    let (_, signature) = ends(&corp().token());
    let (other, _) = ends(&corp().claim("task", "closing").token());
    let (head, es256) = ends(&ec().signed_by("corp-ec", "ES256").token());
    vec![
        fails(
            "a stranger's Ed25519 key",
            &corp().signed_by("stranger-ed", "EdDSA").token(),
            BadSignature,
        ),
        fails(
            "a stranger's P-256 key",
            &ec().signed_by("stranger-ec", "ES256").token(),
            BadSignature,
        ),
        fails(
            "a stranger's RSA key",
            &Recipe::partner(now)
                .signed_by("stranger-rsa", "RS256")
                .token(),
            BadSignature,
        ),
        fails(
            "another token's signature",
            &format!("{other}.{signature}"),
            BadSignature,
        ),
        fails(
            "signature of the other algorithm",
            &format!("{head}.{signature}"),
            BadSignature,
        ),
        fails(
            "ES256 all zero",
            &format!("{head}.{}", "A".repeat(86)),
            BadSignature,
        ),
        fails(
            "ES256 cut",
            &format!("{head}.{}", es256.chars().take(84).collect::<String>()),
            BadSignature,
        ),
        fails(
            "ES256 with a byte more",
            &format!("{head}.{}AAA", es256.chars().take(85).collect::<String>()),
            BadSignature,
        ),
    ]
}
