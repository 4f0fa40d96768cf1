use super::normal;

#[test]
fn what_means_the_same_is_the_same() {
    for (url, expected) in [
        ("https://a.example/x", "https://a.example/x"),
        ("HTTPS://A.Example/X", "https://a.example/X"),
        ("https://a.example", "https://a.example/"),
        ("https://a.example?q", "https://a.example/"),
        ("https://a.example#f", "https://a.example/"),
        ("https://a.example/x?q=/../#f", "https://a.example/x"),
        ("https://a.example/x#f?q", "https://a.example/x"),
        ("https://a.example:443/x", "https://a.example/x"),
        ("https://a.example:/x", "https://a.example/x"),
        ("https://a.example:8443/x", "https://a.example:8443/x"),
        ("https://a.example:80/x", "https://a.example:80/x"),
        ("http://a.example:80/x", "http://a.example/x"),
        ("https://[2001:DB8::1]/x", "https://[2001:db8::1]/x"),
        ("https://[2001:db8::1]:443/x", "https://[2001:db8::1]/x"),
        (
            "https://[2001:db8::1]:8443/x",
            "https://[2001:db8::1]:8443/x",
        ),
        ("https://a/%7Ex%41%2d", "https://a/~xA-"),
        ("https://a/%2f%3a%c3%A4", "https://a/%2F%3A%C3%A4"),
        ("https://a/b/./c/../d", "https://a/b/d"),
        ("https://a/b/%2E%2e/c", "https://a/c"),
        ("https://a/../../b", "https://a/b"),
        ("https://a/b/..", "https://a/"),
        ("https://a/b/.", "https://a/b/"),
        ("https://a/.", "https://a/"),
        ("https://a/b//c/", "https://a/b//c/"),
        ("https://a/b/...", "https://a/b/..."),
        ("https://a/%2525", "https://a/%2525"),
    ] {
        assert_eq!(normal(url).as_deref(), Some(expected), "{url}");
        assert_eq!(normal(expected).as_deref(), Some(expected), "once more");
    }
}

#[test]
fn what_is_no_url_of_a_request_has_no_normal_form() {
    for url in [
        "",
        "a.example/x",
        "/x",
        "//a.example/x",
        "https:/a.example",
        "https:a.example",
        "ftp://a.example/",
        "https://",
        "https:///x",
        "https://:443/x",
        "https://user@a.example/",
        "https://user:secret@a.example/",
        "https://a.example:44x/",
        "https://a.example:-1/",
        "https://a.exämple/",
        "https://a%2eexample/",
        "https://a b/",
        "https://a/ä",
        "https://a/ b",
        "https://a/\u{0}",
        "https://a/%",
        "https://a/%4",
        "https://a/%4x",
        " https://a/",
        "https://a\\b/",
    ] {
        assert_eq!(normal(url), None, "{url}");
    }
}
