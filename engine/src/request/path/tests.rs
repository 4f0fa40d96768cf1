use super::parse;
use crate::limits;

#[test]
fn segments_come_decoded() {
    for (target, segments) in [
        ("/", vec![]),
        ("/v1/orders/42", vec!["v1", "orders", "42"]),
        ("/a%3Ab/c:d", vec!["a:b", "c:d"]),
        ("/a%20b/%C3%A9t%c3%a9", vec!["a b", "été"]),
        ("/~u/a.b/a..b/...", vec!["~u", "a.b", "a..b", "..."]),
        ("/!$&'()*+,=:@", vec!["!$&'()*+,=:@"]),
        ("/x?y=/../z&%2f", vec!["x"]),
    ] {
        assert_eq!(parse(target).unwrap().segments, segments, "{target}");
    }
    let target = parse("/x/y?a=1").unwrap();
    assert_eq!(
        (target.path, target.query, target.whole),
        ("/x/y", Some("a=1"), "/x/y?a=1")
    );
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    for target in [
        "",
        "x",
        "*",
        "http://a/b",
        "//a",
        "/a//b",
        "/a/",
        "/.",
        "/..",
        "/a/./b",
        "/a/../b",
        "/a/%2e%2e/b",
        "/a/.%2E/b",
        "/a%2fb",
        "/a%2Fb",
        "/a%5cb",
        "/a\\b",
        "/a;x/b",
        "/a%3bx",
        "/a%00b",
        "/a%0ab",
        "/a%7fb",
        "/a%252fb",
        "/a%25",
        "/a%",
        "/a%2",
        "/a%zz",
        "/a%u002f",
        "/%61dmin",
        "/%7Eu",
        "/a%2eb",
        "/a%2Db",
        "/a%3fq",
        "/a%23f",
        "/a#f",
        "/a b",
        "/a\"b",
        "/a<b",
        "/a|b",
        "/a^b",
        "/a`b",
        "/a{b}",
        "/a[b]",
        "/é",
        "/%c0%af",
        "/%e0%80%af",
        "/%ff",
        "/%c3",
        "/a%EF%BC%8Fb",
        "/%EF%BC%8E%EF%BC%8E",
        "/a%E2%80%8Bb",
        "/%EF%BD%85xport",
        "/%C5%BFxport",
        "/a%E3%85%A4",
        "/a%EF%B8%8F",
        "/%EF%B8%B0",
        "/a%C2%85",
        "/a%F3%A0%80%81",
        "/a%E2%88%95b",
        "/a?b#c",
        "/a?b c",
        "/a?é",
    ] {
        assert!(parse(target).is_err(), "{target}");
    }
}

#[test]
fn length_and_number_of_segments_are_bounded() {
    let deep = |segments: usize| "/a".repeat(segments);
    assert!(parse(&deep(limits::PATH_SEGMENTS)).is_ok());
    assert!(parse(&deep(limits::PATH_SEGMENTS + 1)).is_err());
    assert!(parse(&format!("/{}", "a".repeat(limits::PATH_BYTES - 1))).is_ok());
    assert!(parse(&format!("/{}", "a".repeat(limits::PATH_BYTES))).is_err());
}
