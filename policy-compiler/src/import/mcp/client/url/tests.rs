use super::{BadHeader, BadUrl, Header, ServerUrl};

#[test]
fn urls_say_where_a_server_is() {
    let url = ServerUrl::parse("http://MCP.corp.example:9401/mcp?x=1").unwrap();
    assert_eq!(url.address, ("MCP.corp.example".to_owned(), 9401));
    assert_eq!(url.host(), "mcp.corp.example");
    assert_eq!((url.path(), url.target.as_str()), ("/mcp", "/mcp?x=1"));
    assert!(!url.is_loopback());
    let bare = ServerUrl::parse("http://[::1]").unwrap();
    assert_eq!(
        (bare.address.clone(), bare.path()),
        (("::1".to_owned(), 80), "/")
    );
    assert!(bare.is_loopback());
    assert!(ServerUrl::parse("http://localhost/").unwrap().is_loopback());
}

#[test]
fn other_urls_are_refused() {
    assert_eq!(
        ServerUrl::parse("https://mcp.corp.example/mcp"),
        Err(BadUrl::Tls)
    );
    assert_eq!(
        ServerUrl::parse("http://me:secret@mcp.corp.example/"),
        Err(BadUrl::UserInfo)
    );
    for text in [
        "ftp://a/",
        "http://",
        "http:///x",
        "mcp.corp.example",
        "http://a b/",
    ] {
        assert_eq!(ServerUrl::parse(text), Err(BadUrl::NoUrl), "{text}");
    }
}

#[test]
fn headers_are_secret_and_cannot_break_the_request() {
    let header = Header::parse("Authorization:  Bearer abc ").unwrap();
    assert_eq!(header.value, "Bearer abc");
    assert!(!format!("{header:?}").contains("abc"));
    for text in ["Authorization", "a b: c", ": c", "x: a\r\ny: b"] {
        assert_eq!(
            Header::parse(text).err(),
            Some(BadHeader::NoHeader),
            "{text}"
        );
    }
    for text in ["Host: a", "content-length: 1", "Mcp-Method: tools/call"] {
        assert_eq!(
            Header::parse(text).err(),
            Some(BadHeader::Reserved),
            "{text}"
        );
    }
}
