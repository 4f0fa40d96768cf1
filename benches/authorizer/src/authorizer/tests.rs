use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use jsonwebtoken::get_current_timestamp;
use serde_json::{Value, json};

use super::{Asked, Authorizer, Refusal};
use crate::token::{Expected, TokenError, Verifier};

const ISSUER: &str = "https://sts.example";
const AUDIENCE: &str = "https://api.example";
const READ: &str = "/v1/orders/4711";

#[test]
fn what_the_task_includes_goes_on_with_its_agents_name() {
    for path in [READ, "/v1/orders/4711?fields=a"] {
        let subject = authorizer().decide(asked("GET", path, &bearer(&claims())));
        assert_eq!(subject.expect("allowed"), "agent-1", "{path}");
    }
}

#[test]
fn what_the_task_does_not_include_is_refused() {
    let other = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        bearer(&claims)
    };
    let rows = [
        ("another method", "POST", READ, bearer(&claims())),
        ("another path", "GET", "/v1/refunds/4711", bearer(&claims())),
        (
            "in the query",
            "GET",
            "/?/v1/orders/4711",
            bearer(&claims()),
        ),
        ("another task", "GET", READ, other("task", json!("lookup"))),
        (
            "no scope",
            "GET",
            READ,
            other("scopes", json!(["orders:write"])),
        ),
    ];
    for (name, method, path, authorization) in rows {
        let decided = authorizer().decide(asked(method, path, &authorization));
        assert!(
            matches!(decided, Err(Refusal::NotAllowed)),
            "{name}: {decided:?}"
        );
    }
}

#[test]
fn a_token_that_is_not_the_issuers_is_refused() {
    let other = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        bearer(&claims)
    };
    let without = |name: &str| {
        let mut claims = claims();
        claims.as_object_mut().expect("an object").remove(name);
        bearer(&claims)
    };
    let forged = format!(
        "Bearer {}",
        sign(&claims(), "one", &SigningKey::from_bytes(&[9; 32]))
    );
    let long_ago = json!(get_current_timestamp() - 1);
    for (name, authorization) in [
        ("forged", forged),
        (
            "another issuer",
            other("iss", json!("https://evil.example")),
        ),
        (
            "another audience",
            other("aud", json!("https://else.example")),
        ),
        ("expired", other("exp", long_ago)),
        ("no issuer", without("iss")),
        ("no audience", without("aud")),
        ("no end", without("exp")),
        ("no subject", without("sub")),
        ("no task", without("task")),
        ("two tokens", format!("{0},{0}", bearer(&claims()))),
    ] {
        let decided = authorizer().decide(asked("GET", READ, &authorization));
        assert!(
            matches!(decided, Err(Refusal::Token(TokenError::Invalid(_)))),
            "{name}: {decided:?}"
        );
    }
    let unknown = format!("Bearer {}", sign(&claims(), "two", &key()));
    let decided = authorizer().decide(asked("GET", READ, &unknown));
    assert!(
        matches!(decided, Err(Refusal::Token(TokenError::UnknownKey))),
        "{decided:?}"
    );
}

#[test]
fn without_a_bearer_token_nothing_goes_on() {
    let basic = bearer(&claims()).replace("Bearer", "Basic");
    for authorization in [None, Some(""), Some("Bearer"), Some(basic.as_str())] {
        let asked = Asked {
            method: "GET",
            path: READ,
            authorization,
        };
        let decided = authorizer().decide(asked);
        assert!(
            matches!(decided, Err(Refusal::NoToken)),
            "{authorization:?}: {decided:?}"
        );
    }
}

#[test]
fn a_token_that_is_remembered_ends_all_the_same() {
    let authorizer = authorizer();
    let authorization = bearer(&claims());
    let asked = asked("GET", READ, &authorization);
    let now = get_current_timestamp();
    assert!(authorizer.decide_at(asked, now).is_ok());
    let later = authorizer.decide_at(asked, now + 60);
    assert!(matches!(later, Err(Refusal::Expired)), "{later:?}");
}

#[test]
fn a_remembered_token_is_the_whole_token() {
    let authorizer = authorizer();
    let good = bearer(&claims());
    assert!(authorizer.decide(asked("GET", READ, &good)).is_ok());
    let (signed, _) = good.rsplit_once('.').expect("three parts");
    let forged = format!("{signed}.{}", URL_SAFE_NO_PAD.encode([0; 64]));
    let decided = authorizer.decide(asked("GET", READ, &forged));
    assert!(matches!(decided, Err(Refusal::Token(_))), "{decided:?}");
}

fn asked<'r>(method: &'r str, path: &'r str, authorization: &'r str) -> Asked<'r> {
    Asked {
        method,
        path,
        authorization: Some(authorization),
    }
}

fn authorizer() -> Authorizer {
    let x = URL_SAFE_NO_PAD.encode(key().verifying_key().as_bytes());
    let jwks = json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "one", "x": x}]});
    let expected = Expected {
        issuer: ISSUER.to_owned(),
        audience: AUDIENCE.to_owned(),
    };
    let verifier = Verifier::new(jwks.to_string().as_bytes(), expected).expect("a key set");
    Authorizer::new(verifier).expect("a policy")
}

fn claims() -> Value {
    json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": "agent-1",
        "exp": get_current_timestamp() + 60,
        "task": "triage",
        "scopes": ["tickets:read", "orders:read"],
    })
}

fn key() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn bearer(claims: &Value) -> String {
    format!("Bearer {}", sign(claims, "one", &key()))
}

fn sign(claims: &Value, key_id: &str, key: &SigningKey) -> String {
    let header = json!({"alg": "EdDSA", "kid": key_id}).to_string();
    let part = |text: String| URL_SAFE_NO_PAD.encode(text);
    let signed = format!("{}.{}", part(header), part(claims.to_string()));
    let signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}
