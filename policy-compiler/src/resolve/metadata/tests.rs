use super::address;

#[test]
fn metadata_lies_between_host_and_path() {
    let cases = [
        (
            "https://h.example",
            Some("https://h.example/.well-known/oauth-protected-resource"),
        ),
        (
            "https://h.example/",
            Some("https://h.example/.well-known/oauth-protected-resource"),
        ),
        (
            "https://h.example:8443/a/b",
            Some("https://h.example:8443/.well-known/oauth-protected-resource/a/b"),
        ),
        (
            "https://h.example/a?k=v",
            Some("https://h.example/.well-known/oauth-protected-resource/a?k=v"),
        ),
        ("https://h.example/a#b", None),
        ("http://h.example", None),
        ("urn:orders", None),
        ("https:///a", None),
    ];
    for (audience, expected) in cases {
        assert_eq!(address(audience).as_deref(), expected, "{audience}");
    }
}
