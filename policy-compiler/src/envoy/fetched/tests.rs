use super::Fetched;

#[test]
fn where_a_url_leads() {
    for (url, authority, host, port, tls) in [
        (
            "https://sts.example/a",
            "sts.example",
            "sts.example",
            443,
            true,
        ),
        (
            "http://sts.example/a",
            "sts.example",
            "sts.example",
            80,
            false,
        ),
        (
            "https://sts.example:8443",
            "sts.example:8443",
            "sts.example",
            8443,
            true,
        ),
        ("http://127.0.0.1:9/", "127.0.0.1:9", "127.0.0.1", 9, false),
        ("https://[::1]/", "[::1]", "::1", 443, true),
        ("https://[::1]:9/", "[::1]:9", "::1", 9, true),
    ] {
        let fetched = Fetched::at("sts", url, authority);
        assert_eq!(fetched.endpoint.host, host, "{url}");
        assert_eq!((fetched.endpoint.port, fetched.tls), (port, tls), "{url}");
    }
}
