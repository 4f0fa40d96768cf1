//! Credentials that are no token, and tokens that are not in form.

use remit_engine::decision::Reason;
use serde_json::json;

use super::{Credential, Shown, bearer, fails};
use crate::recipe::Recipe;

pub(super) fn no_token(now: i64) -> Vec<Credential> {
    use Reason::{
        CredentialMalformed, MultipleCredentials, NoCredential, TokenTooLarge, WrongScheme,
    };
    let token = Recipe::corp(now).token();
    let field = |value: String| vec![("authorization", value.into_bytes())];
    let case = |name, shown: Shown, reason| Credential {
        shown,
        ..fails(name, "", reason)
    };
    vec![
        case("nothing", vec![], NoCredential),
        case(
            "a cookie",
            vec![("cookie", format!("access_token={token}").into_bytes())],
            NoCredential,
        ),
        case(
            "proxy-authorization",
            vec![(
                "proxy-authorization",
                format!("Bearer {token}").into_bytes(),
            )],
            NoCredential,
        ),
        case(
            "basic",
            field(String::from("Basic dXNlcjpwYXNz")),
            WrongScheme,
        ),
        case("no blank", field(format!("Bearer{token}")), WrongScheme),
        case("the token alone", field(token.clone()), WrongScheme),
        case("empty value", field(String::new()), CredentialMalformed),
        case(
            "scheme alone",
            field(String::from("Bearer")),
            CredentialMalformed,
        ),
        case(
            "two words",
            field(format!("Bearer {token} {token}")),
            CredentialMalformed,
        ),
        case(
            "two values",
            [bearer(&token), bearer(&token)].concat(),
            MultipleCredentials,
        ),
        case(
            "two values, one bad",
            [bearer("x"), bearer(&token)].concat(),
            MultipleCredentials,
        ),
        case(
            "a list",
            field(format!("Bearer {token}, Bearer {token}")),
            MultipleCredentials,
        ),
        case("17 KiB", bearer(&"a".repeat(17 * 1024)), TokenTooLarge),
    ]
}

pub(super) fn bad_form(now: i64) -> Vec<Credential> {
    let good = Recipe::corp(now);
    let token = good.token();
    let cut = |dots: usize| token.split('.').take(dots).collect::<Vec<_>>().join(".");
    let claims = good.claims_text();
    let repeated = claims.replacen('{', r#"{"task":"closing","#, 1);
    let escaped = claims.replacen('{', r#"{"t\u0061sk":"closing","#, 1);
    let header = good.header_text();
    let two_algs = header.replacen('{', r#"{"alg":"none","#, 1);
    let not_utf8 = [b"Bearer ".as_slice(), &[0xff, 0xfe, 0xc3, 0x28]].concat();
    let fails = |name, token: &str| fails(name, token, Reason::TokenMalformed);
    vec![
        fails("a word", "x"),
        fails("two parts", &cut(2)),
        fails("four parts", &format!("{token}.e30")),
        fails("five parts", &format!("{token}.e30.e30")),
        fails("no signature", &format!("{}.", cut(2))),
        fails("padded", &format!("{token}==")),
        fails("standard base64", &token.replacen('.', "+/.", 1)),
        fails("NUL in the header", &good.parts("\u{0}", &claims)),
        fails("header is an array", &good.parts("[]", &claims)),
        fails(
            "header without alg",
            &good.parts(r#"{"typ":"at+jwt"}"#, &claims),
        ),
        fails(
            "alg is a number",
            &good.parts(r#"{"alg":1,"typ":"at+jwt"}"#, &claims),
        ),
        fails("two algs", &good.parts(&two_algs, &claims)),
        fails("payload is no object", &good.parts(&header, "[1]")),
        fails(
            "something behind the payload",
            &good.parts(&header, &format!("{claims} {claims}")),
        ),
        fails("a claim twice", &good.parts(&header, &repeated)),
        fails(
            "a claim twice, once escaped",
            &good.parts(&header, &escaped),
        ),
        fails(
            "nested too deep",
            &good.clone().claim("deep", deep(40)).raw(),
        ),
        Credential {
            shown: vec![("authorization", not_utf8)],
            ..fails("not UTF-8", "")
        },
    ]
}

fn deep(levels: usize) -> serde_json::Value {
    (0..levels).fold(json!(1), |inside, _| json!([inside]))
}
