use super::{Problem, check};

#[test]
fn uris_and_templates_are_those_of_a_policy() {
    for good in [
        "file:///a.md",
        "ticket://{id}",
        "a:{x}/{y}",
        "x://y/{+rest}",
        "db+x:a%20b?c=d#e",
    ] {
        assert_eq!(check(good), Ok(()), "{good}");
    }
    let raw = |text: &str| text.to_owned();
    for (bad, expected) in [
        ("a", Problem::NoScheme),
        ("File:///a", Problem::NoScheme),
        ("{scheme}:a", Problem::NoScheme),
        ("a:b c", Problem::Character),
        ("a:é", Problem::Character),
        ("a:{?q}", Problem::Expression(raw("?q"))),
        ("a:{x,y}", Problem::Expression(raw("x,y"))),
        ("a:{}", Problem::Expression(raw(""))),
        ("a:{x}{y}", Problem::SideBySide(raw("y"))),
        ("a:{+x}/b", Problem::NotLast(raw("+x"))),
        ("a:{x}/{x}", Problem::Twice(raw("x"))),
        ("a:{x", Problem::Brace),
        ("a:}{", Problem::Brace),
        ("a:}", Problem::Brace),
    ] {
        assert_eq!(check(bad), Err(expected), "{bad}");
    }
}
