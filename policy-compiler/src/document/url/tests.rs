use super::Url;

#[test]
fn what_is_a_url() {
    for text in [
        "https://sts.example",
        "https://sts.example/",
        "https://sts.example:8443/keys?a=b",
        "http://127.0.0.1:9/keys",
        "http://[::1]:9/keys",
    ] {
        assert!(Url::parse(text).is_some(), "{text}");
    }
    for text in [
        "",
        "sts.example/keys",
        "ftp://sts.example/keys",
        "HTTPS://sts.example/keys",
        "https://STS.example/keys",
        "https://",
        "https:///keys",
        "https://user@sts.example/keys",
        "https://sts.example/keys#a",
        "https://sts.example?a=b",
        "https://sts.example:port/keys",
    ] {
        assert_eq!(Url::parse(text), None, "{text}");
    }
}

#[test]
fn the_parts_of_a_url() {
    let url = Url::parse("https://sts.example:8443/keys?a").unwrap();
    assert_eq!(url.origin(), "https://sts.example:8443");
    assert_eq!(url.authority(), "sts.example:8443");
    assert_eq!(url.host(), "sts.example");
    assert_eq!(url.path(), "/keys?a");
    assert_eq!(Url::parse("http://[::1]/").unwrap().host(), "[::1]");
    assert_eq!(Url::parse("http://[::1]:80/").unwrap().host(), "[::1]");
}

#[test]
fn plain_is_what_leaves_the_machine_unprotected() {
    for (text, plain) in [
        ("https://sts.example/", false),
        ("http://sts.example/", true),
        ("http://localhost.example/", true),
        ("http://localhost/", false),
        ("http://127.8.0.1:80/", false),
        ("http://127.0.0.1.example/", true),
        ("http://10.0.0.1/", true),
        ("http://[::1]:8080/", false),
    ] {
        assert_eq!(Url::parse(text).unwrap().is_plain(), plain, "{text}");
    }
}
