use super::Mission;
use crate::decision::Reason;
use crate::json;
use crate::limits;

fn parse(text: &str) -> Result<Mission, Reason> {
    Mission::parse(&json::parse(text.as_bytes()).unwrap())
}

#[test]
fn known_members_are_read_and_others_passed_over() {
    let mission = parse(
        r#"{"id":"msn_1","issuer":"https://as.example","authority_hash":"sha-256:abc",
            "expires_at":"2026-11-23T00:00:00.9+01:00","approval_basis":{"type":"x"},"y":[1]}"#,
    )
    .unwrap();
    assert_eq!(
        (mission.id.as_str(), mission.issuer.as_str()),
        ("msn_1", "https://as.example")
    );
    assert_eq!(mission.authority_hash.as_deref(), Some("sha-256:abc"));
    assert_eq!(
        mission.expires_at.map(|end| end.millis()),
        Some(1_795_388_400_000)
    );
    let least = parse(r#"{"id":"m","issuer":"i"}"#).unwrap();
    assert_eq!((least.authority_hash, least.expires_at), (None, None));
}

#[test]
fn wrong_types_and_missing_members_are_malformed() {
    for text in [
        "null",
        "[]",
        r#""msn_1""#,
        "{}",
        r#"{"id":"m"}"#,
        r#"{"issuer":"i"}"#,
        r#"{"id":1,"issuer":"i"}"#,
        r#"{"id":"","issuer":"i"}"#,
        r#"{"id":"a b","issuer":"i"}"#,
        r#"{"id":"m","issuer":["i"]}"#,
        r#"{"id":"m","issuer":"i","authority_hash":1}"#,
        r#"{"id":"m","issuer":"i","authority_hash":null}"#,
        r#"{"id":"m","issuer":"i","expires_at":1795388400}"#,
        r#"{"id":"m","issuer":"i","expires_at":"2026-11-23"}"#,
        r#"{"id":"m","issuer":"i","expires_at":"soon"}"#,
    ] {
        assert_eq!(parse(text), Err(Reason::ClaimMalformed), "{text}");
    }
}

#[test]
fn names_are_bounded() {
    let of = |length: usize| {
        parse(&format!(
            r#"{{"id":"{}","issuer":"i"}}"#,
            "m".repeat(length)
        ))
    };
    assert!(of(limits::IDENTITY_BYTES).is_ok());
    assert_eq!(of(limits::IDENTITY_BYTES + 1), Err(Reason::ClaimMalformed));
}
