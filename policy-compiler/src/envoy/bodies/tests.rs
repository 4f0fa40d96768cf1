use super::path;

#[test]
fn paths_are_escaped_only_where_they_must_be() {
    let cases = [
        (vec![], "/"),
        (vec!["mcp"], "/mcp"),
        (vec!["a2a", "v1", "message:send"], "/a2a/v1/message:send"),
        (vec!["a b", "ä", "50%"], "/a%20b/%C3%A4/50%25"),
    ];
    for (segments, expected) in cases {
        assert_eq!(path(segments.into_iter()), expected);
    }
}
