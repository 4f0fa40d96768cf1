use super::{Reach, Uri};

fn uri(text: &str) -> Uri {
    Uri::parse(text).unwrap_or_else(|| panic!("{text} is a URI"))
}

#[test]
fn one_form_of_each() {
    for (written, normal) in [
        ("https://a.example", "https://a.example/"),
        ("HTTPS://A.Example/Path", "https://a.example/Path"),
        ("https://a.example:443/x", "https://a.example/x"),
        ("https://a.example:/x", "https://a.example/x"),
        ("http://a.example:80", "http://a.example/"),
        ("https://a.example:80/", "https://a.example:80/"),
        ("https://a.example:8443/", "https://a.example:8443/"),
        ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]/"),
        ("https://[::1]", "https://[::1]/"),
        ("https://a/%7Eb/%62%2d", "https://a/~b/b-"),
        ("https://a/b%2fc", "https://a/b%2Fc"),
        ("https://a/%c3%A9%20", "https://a/%C3%A9%20"),
        ("https://a/b/./c/../d", "https://a/b/d"),
        ("https://a/../../b", "https://a/b"),
        ("https://a/b/..", "https://a/"),
        ("https://a/b/.", "https://a/b/"),
        ("https://a/b/%2e%2E/c", "https://a/c"),
        ("https://a/b/%2e%2e%2fc", "https://a/b/..%2Fc"),
        ("https://a//b//", "https://a//b//"),
        ("https://a/...", "https://a/..."),
        ("https://a/b?c=%64/?", "https://a/b?c=d/?"),
        ("spiffe://Corp/a", "spiffe://corp/a"),
        ("spiffe://corp", "spiffe://corp"),
        ("URN:example:A%62", "urn:example:Ab"),
    ] {
        assert_eq!(uri(written).0, normal, "{written}");
        // What is in normal form stays as it is.
        assert_eq!(uri(normal).0, normal);
    }
}

#[test]
fn what_names_no_resource_is_none() {
    for text in [
        "",
        "a",
        "/a",
        "//a/b",
        "a.example/b",
        ":a",
        "1a:b",
        "ht tp://a",
        "https:",
        "https://",
        "https:///a",
        "https://:443/a",
        "https://user@a/",
        "https://a:b/",
        "https://a:1:2/",
        "https://a%2eb/",
        "https://a/#b",
        "https://a/%",
        "https://a/%4",
        "https://a/%zz",
        "https://a/b c",
        "https://a/b\\c",
        "https://a\\b/",
        "https://a/\u{e9}",
        "https://\u{e9}/",
        "https://a/b\n",
        "https://a/\"",
        "https://a/{b}",
        "https://[::1/",
        "https://[]/",
        "https://[a.b]x/",
        "https://a/b?c d",
    ] {
        assert_eq!(Uri::parse(text), None, "{text:?}");
    }
}

#[test]
fn below_ends_at_a_segment() {
    let below = |base: &str, other: &str| uri(base).reaches(Reach::Below, &uri(other));
    for (base, other) in [
        ("https://h/a", "https://h/a"),
        ("https://h/a", "https://h/a/"),
        ("https://h/a", "https://h/a/b/c"),
        ("https://h/a/", "https://h/a/"),
        ("https://h/a/", "https://h/a/b"),
        ("https://h", "https://h/"),
        ("https://h", "https://H:443/x"),
        ("https://h/", "https://h/x/y"),
        ("https://h/%61", "https://h/a/b"),
        ("https://h/x/../a", "https://h/a/b"),
    ] {
        assert!(below(base, other), "{other} is below {base}");
    }
    for (base, other) in [
        ("https://h/a", "https://h/ab"),
        ("https://h/a", "https://h/"),
        ("https://h/a", "https://h/A/b"),
        ("https://h/a", "https://h/a%2Fb"),
        ("https://h/a", "https://h/a/../b"),
        ("https://h/a", "https://h/a/%2e%2e/b"),
        ("https://h/a/", "https://h/a"),
        ("https://h", "https://h.evil/"),
        ("https://h", "https://hx/"),
        ("https://h", "https://h:8443/"),
        ("https://h", "http://h/"),
        ("spiffe://corp", "spiffe://corpx/a"),
    ] {
        assert!(!below(base, other), "{other} is not below {base}");
    }
}

#[test]
fn alone_is_alone() {
    let alone = |base: &str, other: &str| uri(base).reaches(Reach::Alone, &uri(other));
    assert!(alone("https://H", "https://h:443/"));
    assert!(!alone("https://h/a", "https://h/a/"));
    assert!(!alone("https://h/a", "https://h/a/b"));
    assert!(!alone("https://h/", "https://h/a"));
}

#[test]
fn only_what_has_a_host_and_no_query_has_something_below() {
    assert!(uri("https://h/a").has_below());
    assert!(!uri("https://h/a?b").has_below());
    assert!(!uri("urn:a:b").has_below());
}
