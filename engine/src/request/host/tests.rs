use super::{HostError, check};
use crate::limits;

#[test]
fn normal_form_passes() {
    for (authority, has_port) in [
        ("api.corp.example", false),
        ("api.corp.example:8443", true),
        ("localhost", false),
        ("my_service.ns", false),
        ("xn--api-.example", false),
        ("127.0.0.1:80", true),
        ("[::1]", false),
        ("[2001:db8::1]:8080", true),
    ] {
        let host = check(authority.as_bytes()).unwrap();
        assert_eq!((host.authority, host.has_port), (authority, has_port));
    }
}

#[test]
fn anything_else_is_refused() {
    let long = "a.".repeat(limits::HOST_BYTES);
    for authority in [
        "",
        "API.corp.example",
        "api.corp.example.",
        "api.corp.example..",
        ".api",
        "a..b",
        "user@api",
        "api@evil",
        "api/x",
        "api?x",
        "api#x",
        "api\\x",
        "api x",
        "api,api",
        "api:",
        "api:0",
        "api:080",
        "api:99999",
        "api:-1",
        "api:+1",
        "api:abc",
        "api:1:2",
        "[::1",
        "::1",
        "[::1]x",
        "[::1]:",
        "[0:0:0:0:0:0:0:1]",
        "[::1%25eth0]",
        "ａpi",
        "api%2eexample",
        &long,
    ] {
        assert_eq!(
            check(authority.as_bytes()).map(|_| ()),
            Err(HostError),
            "{authority:?}"
        );
    }
    assert!(check(b"api\xff").is_err());
}
