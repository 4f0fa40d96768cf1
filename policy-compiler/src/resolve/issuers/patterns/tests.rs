use remit_engine::plan::{Pattern, Segment};

use super::covers;

fn pattern(text: &str) -> Pattern {
    let (scheme, rest) = text.split_once("://").unwrap();
    let segment = |part: &str| match part {
        "*" => Segment::Any,
        "**" => Segment::Rest,
        literal => Segment::Literal(literal.to_owned()),
    };
    Pattern {
        scheme: format!("{scheme}://"),
        segments: rest.split('/').map(segment).collect(),
    }
}

#[test]
fn a_pattern_covers_what_is_no_wider() {
    for (outer, inner, expected) in [
        ("a://x/**", "a://x/**", true),
        ("a://x/**", "a://x/y/**", true),
        ("a://x/**", "a://x/*", true),
        ("a://x/**", "a://x/y", true),
        ("a://x/**", "a://x", false),
        ("a://x/**", "a://*/y", false),
        ("a://x/**", "b://x/y", false),
        ("a://x/*", "a://x/y", true),
        ("a://x/*", "a://x/*", true),
        ("a://x/*", "a://x/**", false),
        ("a://x/*", "a://x/y/z", false),
        ("a://x/y", "a://x/*", false),
        ("a://x/y", "a://x/y", true),
        ("a://x/y", "a://x/z", false),
        ("a://**", "a://x/y", true),
    ] {
        assert_eq!(
            covers(&pattern(outer), &pattern(inner)),
            expected,
            "{outer} {inner}"
        );
    }
}
