use super::{SpiffeId, SpiffeIdError, claims_to_be};
use crate::limits;

#[test]
fn one_spelling_is_accepted() {
    for (name, trust_domain, path) in [
        ("spiffe://a", "a", ""),
        (
            "spiffe://corp.example/support/desk-1",
            "corp.example",
            "/support/desk-1",
        ),
        ("spiffe://1.2.3.4/A_b.c/...", "1.2.3.4", "/A_b.c/..."),
    ] {
        let id = SpiffeId::parse(name).unwrap();
        assert!(claims_to_be(name), "{name}");
        assert_eq!((id.trust_domain(), id.path()), (trust_domain, path));
    }
    for name in [
        "spiffe://",
        "spiffe:///a",
        "SPIFFE://a/b",
        "spiffe:a",
        "spiffe:/a/b",
        "spiffe://A/b",
        "spiffe://a/",
        "spiffe://a//b",
        "spiffe://a/./b",
        "spiffe://a/../b",
        "spiffe://a/b/",
        "spiffe://a/b?c",
        "spiffe://a/b#c",
        "spiffe://a?b",
        "spiffe://a:1/b",
        "spiffe://u@a/b",
        "spiffe://a/%61",
        "spiffe://a/b;c",
        "spiffe://a/b\\c",
        "spiffe://a/ä",
        "spiffe://ä/b",
        "spiffe://a%2fb",
    ] {
        assert!(claims_to_be(name), "{name}");
        assert_eq!(SpiffeId::parse(name), Err(SpiffeIdError), "{name}");
    }
    assert!(!claims_to_be("https://a") && !claims_to_be("spiff"));
}

#[test]
fn lengths_are_bounded() {
    let with_domain = |length| format!("spiffe://{}", "a".repeat(length));
    assert!(SpiffeId::parse(&with_domain(255)).is_ok());
    assert!(SpiffeId::parse(&with_domain(256)).is_err());
    let with_path = |length| format!("spiffe://a/{}", "b".repeat(length - 11));
    assert!(SpiffeId::parse(&with_path(limits::SPIFFE_ID_BYTES)).is_ok());
    assert!(SpiffeId::parse(&with_path(limits::SPIFFE_ID_BYTES + 1)).is_err());
}
